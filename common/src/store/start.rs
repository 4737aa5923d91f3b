//! Waiting for Postgres at the start of a process.
//!
//! Servers come up in any order, and a deploy may meet a fail-over. So a process that starts waits for
//! Postgres as one that runs does, and says what it waits for. What will not pass by waiting ends the
//! start at once: a role, a password or a database that Postgres refuses, a migration that fails.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::{Db, StoreError};
use crate::error_chain::Chain;

/// The pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a connection may take to come up.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How often it is said that nothing has changed.
const TELL_EVERY: Duration = Duration::from_secs(30);
/// Classes of Postgres' codes that condemn the URL: who asks is refused, the database is unknown.
const WRONG_URL: [&str; 2] = ["28", "3D"];

impl Db {
    /// Does the work that a start begins with, again and again until Postgres has answered all of it.
    /// The work has to be idempotent.
    ///
    /// # Errors
    /// When waiting would not help: see [`StoreError::condemns_url`] and [`StoreError::is_refusal`].
    pub async fn at_start<T, F>(&self, work: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut pause = FIRST_PAUSE;
        let mut told: Option<Instant> = None;
        loop {
            let done = match self.knock().await {
                Ok(()) => work().await,
                Err(error) => Err(error),
            };
            let error = match done {
                Err(error) if !error.condemns_url() && !error.is_refusal() => error,
                done => {
                    if told.is_some() && done.is_ok() {
                        tracing::info!("Postgres answers");
                    }
                    return done;
                }
            };
            if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                tracing::warn!(error = %Chain(&error), "waiting for Postgres (DATABASE_URL)");
                told = Some(Instant::now());
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// A connection of its own, for a pool keeps to itself why it has none.
    async fn knock(&self) -> Result<(), StoreError> {
        let options = self.pool.connect_options();
        let knocking = async {
            let connection = PgConnection::connect_with(&options).await?;
            connection.close().await
        };
        let answer = timeout(CONNECT_WITHIN, knocking).await;
        Ok(answer.map_err(|_| StoreError::TimedOut)??)
    }
}

impl StoreError {
    /// Whether `DATABASE_URL` itself is wrong: Postgres has answered, and refuses who asks or does
    /// not have the database.
    #[must_use]
    pub fn condemns_url(&self) -> bool {
        self.code()
            .is_some_and(|code| WRONG_URL.iter().any(|class| code.starts_with(class)))
    }
}
