//! Deleted sessions and their end: once nobody can be working on one any more, it goes with
//! everything that it has.

use std::time::Duration;

use leo_protocol::SessionId;
use sqlx::PgTransaction;

use super::archives::interval;
use super::{Db, StoreError};

/// Sessions named at once.
const ROUND: i64 = 100;
/// Batches removed in one statement, so that none takes long.
const BATCHES: i64 = 5_000;

/// A deleted session whose rows are about to go; nobody else archives or purges it meanwhile.
#[derive(Debug)]
pub struct Purging {
    tx: PgTransaction<'static>,
    session: SessionId,
}

impl Db {
    /// Sessions behind `after` that were deleted longer than `age` ago, by the database's clock,
    /// and whose jobs have all ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_for_purge(
        &self,
        after: Option<SessionId>,
        age: Duration,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query_scalar!(
            "select id from sessions s
              where deleted_at < now() - $1::interval and ($2::uuid is null or id > $2)
                and not exists (select from jobs j where j.session_id = s.id
                                   and j.status in ('waiting', 'ready', 'delayed', 'generating'))
              order by id limit $3",
            interval(age),
            after.map(SessionId::uuid),
            ROUND,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Begins to purge a session; `None` when somebody else is at it. A session that is due stays
    /// so, for nobody brings a deleted one back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_purge(&self, session: SessionId) -> Result<Option<Purging>, StoreError> {
        let tx = self.begin_alone(session).await?;
        Ok(tx.map(|tx| Purging { tx, session }))
    }
}

impl Purging {
    /// Removes the session's rows. What is kept of it elsewhere is gone by then, for nothing would
    /// lead to it any more.
    ///
    /// # Errors
    /// When the database fails; doing all of it again is safe.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        loop {
            let removed = sqlx::query!(
                "delete from event_batches where session_id = $1 and last_seq in
                   (select last_seq from event_batches where session_id = $1 order by last_seq limit $2)",
                self.session.uuid(),
                BATCHES,
            )
            .execute(&mut *self.tx)
            .await?;
            if removed.rows_affected() == 0 {
                break;
            }
        }
        sqlx::query!(
            "delete from sessions where id = $1 and deleted_at is not null",
            self.session.uuid()
        )
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await?;
        Ok(())
    }
}
