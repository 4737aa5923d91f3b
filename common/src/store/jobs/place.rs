//! Where a queued job stands.

use leo_protocol::JobId;
use leo_protocol::http::QueuePlace;

use crate::store::{Db, StoreError};

/// Positions are counted up to here and shown as "1000+" beyond.
const POSITION_LIMIT: i64 = 1000;

impl Db {
    /// Where a queued job stands and why it does not run yet; `None` once it runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_place(&self, job: JobId) -> Result<Option<QueuePlace>, StoreError> {
        let row = sqlx::query!(
            r#"select j.status, u.running, u.max_running,
                      (select count(*) from (select 1 from jobs o where j.status = 'waiting'
                          and o.session_id = j.session_id and o.queued_seq < j.queued_seq
                          and o.status in ('waiting', 'ready', 'generating') limit $2) before) as "in_session!",
                      (select count(*) from (select 1 from jobs o where j.status = 'ready'
                          and o.user_id = j.user_id and o.status = 'ready'
                          and (o.priority > j.priority or (o.priority = j.priority and o.id < j.id))
                          limit $2) before) as "of_user!",
                      exists(select 1 from workers w where not w.draining) as "workers!"
                 from jobs j join users u on u.id = j.user_id
                where j.id = $1 and j.status in ('waiting', 'ready', 'delayed')"#,
            job.uuid(),
            POSITION_LIMIT,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| {
            let before = row.in_session + row.of_user;
            let reason = match row.status.as_str() {
                "waiting" => "an earlier job of this session has not ended yet".to_owned(),
                "delayed" => "its start time has not come yet".to_owned(),
                _ if row.running >= row.max_running => {
                    format!(
                        "{} of your jobs are running, which is your limit",
                        row.running
                    )
                }
                _ if !row.workers => "no worker is running".to_owned(),
                _ => "waiting for a free worker".to_owned(),
            };
            let position = if before >= POSITION_LIMIT {
                "1000+".to_owned()
            } else {
                (before + 1).to_string()
            };
            QueuePlace { position, reason }
        }))
    }
}
