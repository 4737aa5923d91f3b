//! Artifacts that are older than they are to be kept.
//!
//! An expired artifact is a row that is gone: its job still says that there was one. What a session
//! goes on from does not expire, nor anything of a session at work.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::{ArtifactId, SessionId};

use super::archives::interval;
use super::{Db, StoreError};

/// Artifacts found in one statement.
const PAGE: i64 = 500;

/// An artifact that may be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The artifact.
    pub id: ArtifactId,
    /// Its session.
    pub session: SessionId,
    /// Where the pack is, relative to the artifact store.
    pub location: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

impl Db {
    /// The oldest artifacts behind `after` whose jobs ended longer than `age` ago, by the database's
    /// clock. None at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expired_artifacts(
        &self,
        after: Option<&Expired>,
        age: Duration,
    ) -> Result<Vec<Expired>, StoreError> {
        let rows = sqlx::query!(
            "select a.id, a.session_id, a.location, a.created_at
               from artifacts a join jobs j on j.id = a.job_id join sessions s on s.id = a.session_id
              where (a.created_at, a.id) > ($1, $2) and a.created_at < now() - $3::interval
                and j.finished_at < now() - $3::interval
                and s.current_artifact is distinct from a.id and s.deleted_at is null
                and not exists (select from jobs w where w.session_id = a.session_id
                                   and w.status in ('waiting', 'ready', 'delayed', 'generating'))
              order by a.created_at, a.id limit $4",
            after.map_or(DateTime::UNIX_EPOCH, |last| last.created_at),
            after.map_or(uuid::Uuid::nil(), |last| last.id.uuid()),
            interval(age),
            PAGE,
        )
        .fetch_all(&self.pool)
        .await?;
        let expired = rows.into_iter().map(|row| Expired {
            id: row.id.into(),
            session: row.session_id.into(),
            location: row.location,
            created_at: row.created_at,
        });
        Ok(expired.collect())
    }

    /// Forgets an expired artifact, unless its session has taken it up again since it was found.
    /// Whether it is forgotten; its pack is then nobody's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_artifact(&self, expired: &Expired) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // The statement after the lock sees what whoever held it has written.
        sqlx::query!(
            "select id from sessions where id = $1 for no key update",
            expired.session.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?;
        let forgotten = sqlx::query!(
            "delete from artifacts a using sessions s
              where a.id = $1 and s.id = a.session_id and s.current_artifact is distinct from a.id
                and not exists (select from jobs w where w.session_id = a.session_id
                                   and w.status in ('waiting', 'ready', 'delayed', 'generating'))",
            expired.id.uuid()
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(forgotten.rows_affected() > 0)
    }
}
