//! What containers that Leo cannot copy out of announce to upload, and whether they may.
//!
//! A container is let in by its token alone ([`crate::runner_token`]); here stands whether its
//! attempt is still the present one.

use leo_protocol::{JobId, SessionId};

use super::claims::db_small;
use super::runners::RunnerStanding;
use super::{Db, StoreError, from_db, to_db};
use crate::artifacts::Upload;

/// How a container run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptStanding {
    /// It is the job's present one.
    Present(SessionId),
    /// It is over: superseded, or the job has ended.
    Over(RunnerStanding),
    /// There is no such job.
    Unknown,
}

impl Db {
    /// Whether an attempt is the present one of its job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_standing(
        &self,
        job: JobId,
        attempt: u32,
    ) -> Result<AttemptStanding, StoreError> {
        let row = sqlx::query!(
            r#"select j.session_id, (h.front_job = j.id) is true as "front!", h.attempt = $2 as "present!"
                 from jobs j join session_heads h on h.session_id = j.session_id
                where j.id = $1"#,
            job.uuid(),
            db_small(attempt),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(match row {
            None => AttemptStanding::Unknown,
            Some(row) if !row.front => AttemptStanding::Over(RunnerStanding::Ended),
            Some(row) if !row.present => AttemptStanding::Over(RunnerStanding::Superseded),
            Some(row) => AttemptStanding::Present(row.session_id.into()),
        })
    }

    /// Stores what an attempt is about to upload, in the place of what it has announced before.
    /// `false` when the attempt is not the present one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announce_upload(
        &self,
        job: JobId,
        attempt: u32,
        upload: &Upload,
    ) -> Result<bool, StoreError> {
        let stored = sqlx::query!(
            "insert into runner_uploads (job_id, attempt, bytes, sha256)
             select j.id, $2, $3, $4 from jobs j join session_heads h on h.session_id = j.session_id
              where j.id = $1 and h.front_job = j.id and h.attempt = $2
             on conflict (job_id, attempt) do update
               set bytes = excluded.bytes, sha256 = excluded.sha256, asked_at = now()",
            job.uuid(),
            db_small(attempt),
            to_db(upload.size),
            upload.sha256.as_slice(),
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() > 0)
    }

    /// What an attempt has announced to upload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announced_upload(
        &self,
        job: JobId,
        attempt: u32,
    ) -> Result<Option<Upload>, StoreError> {
        let row = sqlx::query!(
            "select bytes, sha256 from runner_uploads where job_id = $1 and attempt = $2",
            job.uuid(),
            db_small(attempt),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let sha256 = <[u8; 32]>::try_from(row.sha256.as_slice());
            Ok(Upload {
                size: from_db(row.bytes),
                sha256: sha256.map_err(|_| StoreError::Unreadable {
                    what: "sha256",
                    value: format!("{} bytes", row.sha256.len()),
                })?,
            })
        })
        .transpose()
    }
}
