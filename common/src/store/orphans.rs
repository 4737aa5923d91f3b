//! Which objects of the artifact store the database knows nothing of.

use super::{Db, StoreError};
use crate::artifacts::Found;

impl Db {
    /// Of these objects, the locations of those that nothing leads to and nothing will: their
    /// session is gone, or their job has ended and no artifact of theirs is recorded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orphaned_objects(&self, found: &[Found]) -> Result<Vec<String>, StoreError> {
        let sessions: Vec<_> = found.iter().map(|one| one.session.uuid()).collect();
        let jobs: Vec<_> = found
            .iter()
            .map(|one| one.job.map(|job| job.uuid()))
            .collect();
        let artifacts: Vec<_> = found
            .iter()
            .map(|one| one.artifact.map(|id| id.uuid()))
            .collect();
        let locations: Vec<_> = found.iter().map(|one| one.location.clone()).collect();
        let orphaned = sqlx::query_scalar!(
            r#"select o.location as "location!"
                 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
                   as o(session_id, job_id, artifact_id, location)
                where not exists (select from sessions s where s.id = o.session_id)
                   or o.job_id is not null
                  and not exists (select from artifacts a where a.id = o.artifact_id)
                  and not exists (select from jobs j where j.id = o.job_id
                                     and j.status in ('waiting', 'ready', 'delayed', 'generating'))"#,
            &sessions,
            &jobs as &[Option<uuid::Uuid>],
            &artifacts as &[Option<uuid::Uuid>],
            &locations,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(orphaned)
    }
}
