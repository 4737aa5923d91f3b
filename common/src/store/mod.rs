//! The stores: everything that Leo knows, in Postgres.
//!
//! One file a table (or a pair that always changes together), with its SQL. [`Db`] holds the
//! connections. Nothing here retries by itself except where a deadlock was the answer, and nothing
//! here publishes: callers commit first and tell others afterwards.

use std::borrow::Cow;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool};

pub mod accounts;
pub mod administration;
pub mod archives;
pub mod archiving;
pub mod artifacts;
pub mod audit;
pub mod chores;
pub mod claims;
pub mod conversation;
pub mod events;
pub mod expiry;
pub mod fleet;
pub mod github;
pub mod instance;
pub mod jobs;
pub mod keys;
pub mod lapsed;
pub mod leases;
pub mod limits;
mod migrations;
pub mod orphans;
pub mod outbox;
pub mod providers;
pub mod purge;
pub mod runners;
pub mod session_search;
pub mod sessions;
pub mod sign_ins;
mod start;
pub mod tickets;
pub mod uploads;
pub mod users;
pub mod versions;
pub mod webhooks;
pub mod workers;

pub use migrations::MIGRATOR;

/// How long a caller waits for a connection of a pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections of the pool for single rows and pages.
const POOL_SIZE: u32 = 16;
/// Connections of the pool for appends, claims and ends.
const HOT_POOL_SIZE: u32 = 8;
/// A connection of the pool for appends, claims and ends that has rested no longer is taken for alive without
/// being asked, which would double the round trips. Whoever uses that pool tries again anyway.
const TRUSTED: Duration = Duration::from_secs(1);
/// A statement that runs longer is a defect; long snapshots slow every append down.
const STATEMENT_TIMEOUT: &str = "30s";
/// How often a writer tries again after a deadlock.
const DEADLOCK_TRIES: u32 = 5;
/// Classes of Postgres' codes that condemn the statement: bad data, a constraint, bad SQL, a limit.
const REFUSALS: [&str; 4] = ["22", "23", "42", "54"];
/// Postgres' code for "deadlock detected".
const DEADLOCK: &str = "40P01";

/// Why a store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or could not be reached.
    #[error("ask the database")]
    Database(#[from] sqlx::Error),
    /// The migrations could not be applied.
    #[error("migrate the database")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database did not answer in time.
    #[error("hear from the database in time")]
    TimedOut,
    /// A row holds something that this version cannot read.
    #[error("read the stored {what} `{value}`")]
    Unreadable {
        /// Which column.
        what: &'static str,
        /// What stands there.
        value: String,
    },
}

impl StoreError {
    /// Whether the database has judged the statement itself and will say the same next time. All
    /// else (no connection, a server that stops, a deadlock) may pass.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Database(_) | Self::Migrate(Execute(_) | ExecuteMigration(..)) => {
                let code = self.code().unwrap_or_default();
                REFUSALS.iter().any(|class| code.starts_with(class))
            }
            Self::TimedOut => false,
            Self::Migrate(_) | Self::Unreadable { .. } => true,
        }
    }

    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Database(_)) && self.code().as_deref() == Some(DEADLOCK)
    }

    /// Postgres' code, where Postgres has answered.
    fn code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Database(error) | Self::Migrate(Execute(error) | ExecuteMigration(error, _)) => {
                error.as_database_error()?.code()
            }
            Self::Migrate(_) | Self::TimedOut | Self::Unreadable { .. } => None,
        }
    }
}

/// Leo's connections to Postgres. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    /// For single rows and pages.
    pub pool: PgPool,
    /// For appends, claims and ends alone. Plans of their statements are made while tables are small and
    /// kept; without sequential scans they stay right when the tables have grown.
    pub(crate) hot: PgPool,
}

impl Db {
    /// Connects, lazily: the first statement finds out whether the server is there.
    ///
    /// # Errors
    /// When `url` is no Postgres URL.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let pools = PgPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
        let hot = options.clone().options([("enable_seqscan", "off")]);
        Ok(Self {
            pool: pools
                .clone()
                .max_connections(POOL_SIZE)
                .connect_lazy_with(options),
            hot: pools
                .max_connections(HOT_POOL_SIZE)
                .test_before_acquire(false)
                .before_acquire(|connection, resting| {
                    Box::pin(async move {
                        Ok(resting.idle_for <= TRUSTED || connection.ping().await.is_ok())
                    })
                })
                .connect_lazy_with(hot),
        })
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }
}

/// The options that every connection of Leo has.
pub(crate) fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    Ok(PgConnectOptions::from_str(url)?
        .application_name("leo")
        .options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("synchronous_commit", "on"),
            // All statements are short. Beside a million jobs the planner's estimates make it compile
            // them, at twenty times the cost of carrying them out.
            ("jit", "off"),
        ])
        .log_statements(tracing::log::LevelFilter::Trace)
        .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(2)))
}

/// Runs a transaction again when it was the victim of a deadlock.
pub(crate) async fn retry_deadlock<T, F>(
    mut transaction: impl FnMut() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut tries = 1;
    loop {
        match transaction().await {
            Err(error) if error.is_deadlock() && tries < DEADLOCK_TRIES => tries += 1,
            done => return done,
        }
    }
}

/// A count or place as Postgres keeps it. None of ours reaches the sign bit.
pub(crate) fn to_db(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count or place from Postgres; constraints keep it from being negative.
pub(crate) fn from_db(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A small count from Postgres.
pub(crate) fn small(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// Reads an enum that is stored by name.
pub(crate) fn named<T: std::str::FromStr>(
    what: &'static str,
    value: &str,
) -> Result<T, StoreError> {
    value.parse().map_err(|_| StoreError::Unreadable {
        what,
        value: value.to_owned(),
    })
}
