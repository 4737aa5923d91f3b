//! Where a queued job stands.

use chrono::SecondsFormat;
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
            r#"select p.status, p.before, p.run_at, p.running, p.max_running,
                      exists(select from workers w where not w.draining) as "workers!"
                 from leo_place($1, $2) p"#,
            job.uuid(),
            i32::try_from(POSITION_LIMIT).unwrap_or(i32::MAX),
        )
        .fetch_one(&self.pool)
        .await?;
        let (Some(status), Some(before)) = (row.status, row.before) else {
            return Ok(None);
        };
        let reason = match (status.as_str(), row.run_at, row.running, row.max_running) {
            ("waiting", ..) => "an earlier job of this session has not ended yet".to_owned(),
            ("delayed", Some(start), ..) => {
                let start = start.to_rfc3339_opts(SecondsFormat::Secs, true);
                format!("it is to start at {start}")
            }
            (_, _, Some(running), Some(limit)) if running >= limit => {
                let are = if running == 1 { "is" } else { "are" };
                format!("{running} of your jobs {are} running, which is your limit")
            }
            _ if !row.workers => "no worker is running".to_owned(),
            _ => "waiting for a free worker".to_owned(),
        };
        let position = if before >= POSITION_LIMIT {
            "1000+".to_owned()
        } else {
            (before + 1).to_string()
        };
        Ok(Some(QueuePlace { position, reason }))
    }
}
