//! Held jobs that change hands: released, taken over, started again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::batch::{BodyBuilder, Place};
use leo_protocol::{EventKind, HostId, JobId, SessionId, WorkerId};
use uuid::Uuid;

use super::claims::{Claim, db_small};
use super::events::Batch;
use super::{Db, StoreError, from_db, retry_deadlock, small};

/// A generating job that no living worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The job.
    pub job: JobId,
    /// The epoch under which it was held last.
    pub epoch: u32,
    /// The container run it is in.
    pub attempt: u32,
    /// Where that container is, once there may be one.
    pub host: Option<HostId>,
    /// Where containers of earlier attempts may be left: nobody has seen their ends.
    pub left_on: Vec<HostId>,
    /// Somebody asked for its end.
    pub cancel: bool,
}

/// One container run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The container's id, once known.
    pub handle: Option<String>,
    /// Where it is, once there may be one.
    pub host: Option<HostId>,
    /// When it has run long enough, as told when it was launched.
    pub deadline: Option<DateTime<Utc>>,
    /// How long it has been halted; the deadline is as much later.
    pub paused: Duration,
}

/// What a call that takes a job answers.
struct Taken {
    session_id: Uuid,
    user_id: Uuid,
    epoch: i32,
    attempt: i32,
    last_seq: i64,
    worker_position: i64,
}

impl Taken {
    /// The claim, and the batch with the events that tell of it.
    fn told(self, job: JobId, count: u32, body: Vec<u8>) -> (Claim, Batch) {
        let session = SessionId::from(self.session_id);
        let last = from_db(self.last_seq);
        let claim = Claim {
            job,
            session,
            user: self.user_id.into(),
            epoch: small(self.epoch),
            attempt: small(self.attempt),
            worker_position: from_db(self.worker_position),
        };
        let place = Place {
            session_id: session,
            job_id: Some(job),
            first: last + 1 - u64::from(count),
        };
        let body = body.into();
        (claim, Batch { place, last, body })
    }
}

/// Events as a batch's body, with their number.
fn encoded(events: &[EventKind]) -> (u32, Vec<u8>) {
    let mut body = BodyBuilder::new();
    events.iter().for_each(|event| body.push(Utc::now(), event));
    (body.count(), body.finish())
}

impl Db {
    /// Takes a job that stands at `epoch` for the worker that holds it, with the events that tell of
    /// it; with `new_attempt` a new container run begins. `None` when somebody was faster or the job
    /// has ended. The batch is to be published.
    ///
    /// # Errors
    /// When the database fails. If the connection died in the commit, the job may be held all the
    /// same; see [`Self::held`].
    pub async fn take(
        &self,
        job: JobId,
        epoch: u32,
        worker: WorkerId,
        new_attempt: bool,
        events: &[EventKind],
    ) -> Result<Option<(Claim, Batch)>, StoreError> {
        let (count, body) = encoded(events);
        let row = retry_deadlock(|| async {
            Ok(sqlx::query_as!(
                Taken,
                r#"select session_id as "session_id!", user_id as "user_id!", epoch as "epoch!",
                          attempt as "attempt!", last_seq as "last_seq!", worker_position as "worker_position!"
                     from leo_take($1, $2, $3, $4, $5, $6)"#,
                job.uuid(),
                db_small(epoch),
                worker.uuid(),
                new_attempt,
                db_small(count),
                &body,
            )
            .fetch_optional(&self.hot)
            .await?)
        })
        .await?;
        Ok(row.map(|row| row.told(job, count, body)))
    }

    /// Takes an orphan as it was seen, see [`Self::take`]. `None` also when a living worker holds it
    /// again, or its present run may be somewhere else than it was seen.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub async fn take_over(
        &self,
        orphan: &Orphan,
        worker: WorkerId,
        new_attempt: bool,
        events: &[EventKind],
    ) -> Result<Option<(Claim, Batch)>, StoreError> {
        let (count, body) = encoded(events);
        let row = retry_deadlock(|| async {
            Ok(sqlx::query_as!(
                Taken,
                r#"select session_id as "session_id!", user_id as "user_id!", epoch as "epoch!",
                          attempt as "attempt!", last_seq as "last_seq!", worker_position as "worker_position!"
                     from leo_take_over($1, $2, $3, $4, $5, $6, $7)"#,
                orphan.job.uuid(),
                db_small(orphan.epoch),
                worker.uuid(),
                orphan.host.map(|host| host.uuid()),
                new_attempt,
                db_small(count),
                &body,
            )
            .fetch_optional(&self.hot)
            .await?)
        })
        .await?;
        Ok(row.map(|row| row.told(orphan.job, count, body)))
    }

    /// Hands over what a worker holds: its containers run on, and any worker that reaches them may
    /// adopt them at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_jobs(&self, worker: WorkerId) -> Result<u64, StoreError> {
        let released = sqlx::query!(
            "update jobs set holder = null
              where id in (select id from jobs where holder = $1 and status = 'generating'
                            order by id for no key update)",
            worker.uuid()
        )
        .execute(&self.pool)
        .await?;
        Ok(released.rows_affected())
    }

    /// Hands over one job, see [`Self::release_jobs`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_job(
        &self,
        job: JobId,
        epoch: u32,
        worker: WorkerId,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update jobs set holder = null
              where id = $1 and epoch = $2 and holder = $3 and status = 'generating'",
            job.uuid(),
            db_small(epoch),
            worker.uuid()
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Generating jobs that no registered worker holds, the oldest first; those that a worker of
    /// `host` may adopt before all others, which may have to wait for long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orphans(&self, host: HostId, limit: i64) -> Result<Vec<Orphan>, StoreError> {
        let rows = sqlx::query!(
            r#"select j.id, j.epoch, j.attempt, a.host_id as "host_id?", j.cancel_requested_at is not null as "cancel!",
                      array(select b.host_id from attempts b
                             where b.job_id = j.id and b.attempt < j.attempt and b.host_id is not null
                               and b.outcome = 'superseded') as "left_on!: Vec<Uuid>"
                 from jobs j left join attempts a on a.job_id = j.id and a.attempt = j.attempt
                where j.status = 'generating'
                  and not exists (select 1 from workers w where w.id = j.holder)
                order by coalesce(a.host_id, $1) <> $1, j.id limit $2"#,
            host.uuid(),
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Orphan {
                job: row.id.into(),
                epoch: small(row.epoch),
                attempt: small(row.attempt),
                host: row.host_id.map(Into::into),
                left_on: row.left_on.into_iter().map(Into::into).collect(),
                cancel: row.cancel,
            })
            .collect())
    }

    /// What is known of a container run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt(
        &self,
        job: JobId,
        attempt: u32,
    ) -> Result<Option<AttemptRecord>, StoreError> {
        let row = sqlx::query!(
            "select handle, host_id, deadline, paused_ms from attempts where job_id = $1 and attempt = $2",
            job.uuid(),
            db_small(attempt)
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| AttemptRecord {
            handle: row.handle,
            host: row.host_id.map(Into::into),
            deadline: row.deadline,
            paused: Duration::from_millis(from_db(row.paused_ms)),
        }))
    }

    /// Asks for leave to let a halted run go on, which only a registered worker may do. `paused` is
    /// how long the run has been halted altogether, where the caller has halted it; without it the
    /// run is given all the time since its last output was stored. Gives what counts from now on,
    /// and `None` when the job is not held under `epoch` any more: then the run stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn go_on(
        &self,
        job: JobId,
        epoch: u32,
        paused: Option<Duration>,
    ) -> Result<Option<Duration>, StoreError> {
        let paused = paused.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        let total = sqlx::query_scalar!(
            "select leo_go_on($1, $2, $3)",
            job.uuid(),
            db_small(epoch),
            paused
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(total.map(|total| Duration::from_millis(from_db(total))))
    }
}
