//! Delayed jobs whose time has come.

use std::time::Duration;

use crate::store::claims::seconds;
use crate::store::{Db, StoreError, retry_deadlock, small};

/// Jobs moved in one transaction: short, since it holds their users.
const BATCH: i32 = 100;

/// What a look for due jobs has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Jobs that can be claimed by it.
    pub ready: u32,
    /// There may be more that are due at once.
    pub more: bool,
    /// When the next one is due, by the clock of Postgres; `None` where none is delayed.
    pub next: Option<Duration>,
}

impl Db {
    /// Lets delayed jobs whose time has come join their sessions' lines, some at a time. Any number
    /// of processes may do so at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start_due(&self) -> Result<Due, StoreError> {
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select moved as "moved!", made_ready as "made_ready!", next_in from leo_due($1)"#,
                BATCH
            )
            .fetch_one(&self.hot)
            .await?)
        })
        .await?;
        Ok(Due {
            ready: small(row.made_ready),
            more: row.moved == BATCH,
            next: row.next_in.map(seconds),
        })
    }
}
