//! Workers and their signs of life.

use leo_protocol::{HostId, JobId, WorkerId};

use super::claims::db_small;
use super::{Db, StoreError, small};

/// A worker as it registers.
#[derive(Debug, Clone)]
pub struct NewWorker<'a> {
    /// This process.
    pub id: WorkerId,
    /// For people.
    pub name: &'a str,
    /// Where its containers run.
    pub host: HostId,
    /// What runs them.
    pub orchestrator: &'a str,
    /// Of Leo.
    pub version: &'a str,
    /// Jobs at once.
    pub capacity: u32,
    /// What tells its process from all others, where that can be told. Its form is the worker's
    /// own business.
    pub process: Option<String>,
}

/// A registered worker as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Which one.
    pub worker: WorkerId,
    /// How often it has beaten. Whoever watches compares it by a clock of his own.
    pub beat: i64,
    /// Where its containers run.
    pub host: HostId,
    /// As it has registered.
    pub process: Option<String>,
}

/// The connection on which a worker beats, see [`Db::beat_connection`].
pub type BeatConnection = sqlx::PgConnection;

/// What a worker learns when it beats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beat {
    /// It is to claim nothing more.
    pub draining: bool,
    /// The jobs it holds.
    pub held: Vec<Held>,
}

/// A job that a worker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The job.
    pub job: JobId,
    /// Under which epoch.
    pub epoch: u32,
    /// Somebody asked for its end.
    pub cancel: bool,
}

impl Db {
    /// Registers a worker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn register_worker(&self, worker: &NewWorker<'_>) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into workers (id, name, host_id, orchestrator, version, capacity, process)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
            worker.id.uuid(),
            worker.name,
            worker.host.uuid(),
            worker.orchestrator,
            worker.version,
            db_small(worker.capacity),
            worker.process,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// A sign of life, and what the worker holds. `None` when the worker is not registered (any
    /// more): it holds nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beat(
        &self,
        worker: WorkerId,
        connection: &mut BeatConnection,
    ) -> Result<Option<Beat>, StoreError> {
        let draining = sqlx::query_scalar!(
            "update workers set beat = beat + 1, seen_at = now() where id = $1 returning draining",
            worker.uuid()
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(draining) = draining else {
            return Ok(None);
        };
        Ok(Some(Beat {
            draining,
            held: held(worker, connection).await?,
        }))
    }

    /// What a worker holds, without a sign of life.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held(&self, worker: WorkerId) -> Result<Vec<Held>, StoreError> {
        held(worker, &self.pool).await
    }

    /// Opens the connection on which a worker beats: one of its own, so that no amount of log
    /// traffic delays a sign of life.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn beat_connection(url: &str) -> Result<BeatConnection, StoreError> {
        use sqlx::Connection as _;
        Ok(sqlx::PgConnection::connect_with(&super::options(url)?).await?)
    }

    /// All registered workers and their signs of life.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signs(&self) -> Result<Vec<Sign>, StoreError> {
        let rows = sqlx::query!("select id, beat, host_id, process from workers")
            .fetch_all(&self.pool)
            .await?;
        let signs = rows.into_iter().map(|row| Sign {
            worker: row.id.into(),
            beat: row.beat,
            host: row.host_id.into(),
            process: row.process,
        });
        Ok(signs.collect())
    }

    /// Takes a worker off the list that has been silent since its beat stood at `beat`, or is known
    /// to be dead. `false` when it has beaten since, or is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_worker(&self, worker: WorkerId, beat: i64) -> Result<bool, StoreError> {
        let expired = sqlx::query!(
            "delete from workers where id = $1 and beat = $2",
            worker.uuid(),
            beat
        )
        .execute(&self.pool)
        .await?;
        Ok(expired.rows_affected() > 0)
    }

    /// The hosts on which a registered worker runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_hosts(&self) -> Result<Vec<HostId>, StoreError> {
        let rows = sqlx::query_scalar!("select distinct host_id from workers")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Takes a worker that ends in order off the list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deregister_worker(&self, worker: WorkerId) -> Result<(), StoreError> {
        sqlx::query!("delete from workers where id = $1", worker.uuid())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn held(
    worker: WorkerId,
    connection: impl sqlx::PgExecutor<'_>,
) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, epoch, cancel_requested_at is not null as "cancel!" from jobs
            where holder = $1 and status = 'generating'"#,
        worker.uuid()
    )
    .fetch_all(connection)
    .await?;
    let held = rows.into_iter().map(|row| Held {
        job: row.id.into(),
        epoch: small(row.epoch),
        cancel: row.cancel,
    });
    Ok(held.collect())
}
