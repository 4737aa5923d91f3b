//! Work that is done every so often by one worker, whichever comes first.

use std::time::Duration;

use super::archives::interval;
use super::{Db, StoreError};

impl Db {
    /// Whether the caller is to do this now: nobody has begun it within `pause`, by the database's
    /// clock. Whoever begins and is killed has done it; so it must be fit to be done the next time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_chore(&self, name: &str, pause: Duration) -> Result<bool, StoreError> {
        let begun = sqlx::query!(
            "insert into chores as c (name, begun_at) values ($1, now())
             on conflict (name) do update set begun_at = now() where c.begun_at < now() - $2::interval",
            name,
            interval(pause),
        )
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() > 0)
    }
}
