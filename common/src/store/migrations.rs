//! Applying migrations.
//!
//! One process at a time migrates, under an advisory lock of the session. Those that come meanwhile ask
//! for the lock again and again instead of waiting inside Postgres: a statement that waits keeps its
//! snapshot, and `create index concurrently` waits for all older snapshots, so the two would wait for
//! each other, and Postgres would end one of them.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::time::sleep;

use super::{Db, StoreError};

/// The migrations of this version, applied by [`Db::migrate`].
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// The advisory lock ("leom" in ASCII).
const LOCK: i64 = 0x6c65_6f6d;

/// The pause before the lock is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(200);

impl Db {
    /// Applies the migrations that are missing, one process at a time, so that any number of
    /// processes may start at once. It takes as long as it takes: no statement is cut short.
    ///
    /// # Errors
    /// When one fails; those before it stay applied.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.migrate_by(&MIGRATOR).await
    }

    /// [`Self::migrate`] with other migrations than this version's own, for tests.
    ///
    /// # Errors
    /// When one fails; those before it stay applied.
    pub async fn migrate_by(&self, migrator: &Migrator) -> Result<(), StoreError> {
        let options = PgConnectOptions::clone(&self.pool.connect_options()).options([
            ("statement_timeout", "0"),
            // That the table of migrations is there already is nothing to be told.
            ("client_min_messages", "warning"),
        ]);
        let mut connection = PgConnection::connect_with(&options).await?;
        lock(&mut connection).await?;
        // As `run`, whose future the compiler does not know to be `Send` with a lent connection.
        let migrated = own(migrator).run_direct(None, &mut connection, false).await;
        // The lock ends with the connection, also where it is not closed well.
        let _ = connection.close().await;
        Ok(migrated?)
    }
}

async fn lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    loop {
        let ask = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(LOCK);
        if ask.fetch_one(&mut *connection).await? {
            return Ok(());
        }
        sleep(ASK_AGAIN).await;
    }
}

/// The same migrations, without the library's own lock, which waits inside Postgres. During a deploy,
/// and after one that was taken back, the schema is ahead of this version; that is no reason not to
/// start.
fn own(migrator: &Migrator) -> Migrator {
    let mut own = Migrator::with_migrations(migrator.iter().cloned().collect());
    own.set_locking(false).set_ignore_missing(true);
    own
}
