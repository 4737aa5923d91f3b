//! The fleet as operators see it: the workers, what each runs, what waits; and draining.
//!
//! What waits is read from the users' counters and one index, and so costs the same however long
//! the queue is.

use leo_protocol::http::{Fleet, FleetJob, FleetWorker, QueueDepth};
use leo_protocol::{HostId, WorkerId};
use uuid::Uuid;

use super::{Db, StoreError, from_db, small};

/// A held job with its holder.
struct Running {
    holder: Uuid,
    job: FleetJob,
}

impl Db {
    /// The workers, what each runs, and what waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fleet(&self) -> Result<Fleet, StoreError> {
        let mut workers = self.fleet_workers().await?;
        let mut unheld = 0;
        for Running { holder, job } in self.running().await? {
            match workers.iter_mut().find(|worker| worker.id.uuid() == holder) {
                Some(worker) => worker.running.push(job),
                None => unheld += 1,
            }
        }
        let queue = self.queue_depth().await?;
        Ok(Fleet {
            workers,
            unheld,
            queue,
        })
    }

    async fn fleet_workers(&self) -> Result<Vec<FleetWorker>, StoreError> {
        let rows = sqlx::query!(
            r#"select id, name, host_id, orchestrator, version, capacity, draining, started_at,
                      greatest(extract(epoch from clock_timestamp() - seen_at), 0)::float8 as "silent!"
                 from workers order by name, started_at"#
        )
        .fetch_all(&self.pool)
        .await?;
        let workers = rows.into_iter().map(|row| FleetWorker {
            id: row.id.into(),
            name: row.name,
            host: row.host_id.into(),
            orchestrator: row.orchestrator,
            version: row.version,
            capacity: small(row.capacity),
            draining: row.draining,
            started_at: row.started_at,
            silent_seconds: row.silent,
            running: Vec::new(),
        });
        Ok(workers.collect())
    }

    /// The generating jobs, the oldest first; one that was handed over has no holder.
    async fn running(&self) -> Result<Vec<Running>, StoreError> {
        let rows = sqlx::query!(
            r#"select j.id, j.session_id, j.attempt, coalesce(j.holder, '00000000-0000-0000-0000-000000000000') as "holder!",
                      coalesce(a.intent_at, j.started_at, j.created_at) as "since!"
                 from jobs j left join attempts a on a.job_id = j.id and a.attempt = j.attempt
                where j.status = 'generating' order by j.started_at, j.id"#
        )
        .fetch_all(&self.pool)
        .await?;
        let running = rows.into_iter().map(|row| Running {
            holder: row.holder,
            job: FleetJob {
                job_id: row.id.into(),
                session_id: row.session_id.into(),
                attempt: small(row.attempt),
                since: row.since,
            },
        });
        Ok(running.collect())
    }

    /// What waits and what runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_depth(&self) -> Result<QueueDepth, StoreError> {
        let counted = sqlx::query!(
            r#"select coalesce(sum(ready), 0)::int8 as "ready!", coalesce(sum(queued - ready), 0)::int8 as "waiting!",
                      coalesce(sum(delayed), 0)::int8 as "delayed!", coalesce(sum(running), 0)::int8 as "generating!"
                 from users"#
        )
        .fetch_one(&self.pool)
        .await?;
        // On the pool that never scans a table: the index knows the oldest.
        let oldest = sqlx::query_scalar!(
            "select extract(epoch from clock_timestamp() - min(ready_at))::float8 from jobs where status = 'ready'"
        )
        .fetch_one(&self.hot)
        .await?;
        Ok(QueueDepth {
            ready: from_db(counted.ready),
            waiting: from_db(counted.waiting),
            delayed: from_db(counted.delayed),
            generating: from_db(counted.generating),
            oldest_wait_seconds: oldest.map(|seconds| seconds.max(0.0)),
        })
    }

    /// Makes the workers of this id or name drain, or claim again. Those that there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_draining(
        &self,
        worker: &str,
        draining: bool,
    ) -> Result<Vec<WorkerId>, StoreError> {
        let rows = sqlx::query_scalar!(
            "update workers set draining = $2 where name = $1 or id::text = lower($1) returning id",
            worker,
            draining,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Whether this worker is to drain; `None` when it is not registered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_draining(&self, worker: WorkerId) -> Result<Option<bool>, StoreError> {
        Ok(
            sqlx::query_scalar!("select draining from workers where id = $1", worker.uuid())
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Whether another worker on this host takes jobs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_other_taker(
        &self,
        host: HostId,
        worker: WorkerId,
    ) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar!(
            r#"select exists(select from workers where host_id = $1 and id <> $2 and not draining) as "found!""#,
            host.uuid(),
            worker.uuid(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(found)
    }
}
