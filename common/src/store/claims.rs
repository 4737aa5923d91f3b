//! Claims and attempts: which worker holds which job, and which container runs it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::{EventKind, HostId, JobId, SessionId, UserId, WorkerId};
use uuid::Uuid;

use super::sessions::{Fact, fact_body};
use super::{Db, StoreError, from_db, retry_deadlock, small};

/// A job that this worker holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub job: JobId,
    /// Its session.
    pub session: SessionId,
    /// Its owner.
    pub user: UserId,
    /// This holding; fences every write of the holder.
    pub epoch: u32,
    /// The container run that the claim has opened, from 1.
    pub attempt: u32,
    /// Where the worker's own source stands in the session.
    pub worker_position: u64,
}

/// What a claim has brought.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// The jobs, at most as many as asked for.
    pub claims: Vec<Claim>,
    /// Their `generation_started` events, to be published.
    pub facts: Vec<Fact>,
    /// For how long each of them had been claimable, by the clock of Postgres.
    pub waited: Vec<Duration>,
}

impl Db {
    /// Claims up to `slots` jobs for a worker, with their first events, in one statement.
    ///
    /// Empty means that nobody has claimable work and a free slot: users whose rows were locked
    /// when first asked have been waited for.
    ///
    /// # Errors
    /// When the database fails. If the connection died in the commit, the jobs may be held all the
    /// same; see [`Self::held`].
    pub async fn claim(&self, worker: WorkerId, slots: u32) -> Result<Claims, StoreError> {
        let claims = retry_deadlock(|| self.claim_once(worker, slots, false)).await?;
        if !claims.claims.is_empty() {
            return Ok(claims);
        }
        retry_deadlock(|| self.claim_once(worker, slots, true)).await
    }

    async fn claim_once(
        &self,
        worker: WorkerId,
        slots: u32,
        wait: bool,
    ) -> Result<Claims, StoreError> {
        let rows = sqlx::query!(
            r#"select job_id as "job_id!", session_id as "session_id!", user_id as "user_id!",
                      epoch as "epoch!", attempt as "attempt!", seq as "seq!",
                      worker_position as "worker_position!", waited as "waited!", body as "body!"
                 from leo_claim_jobs($1, $2, $3, $4)"#,
            worker.uuid(),
            db_small(slots),
            wait,
            blank_event(),
        )
        .fetch_all(&self.hot)
        .await?;
        let mut found = Claims::default();
        for row in rows {
            let (job, session) = (JobId::from(row.job_id), SessionId::from(row.session_id));
            found.facts.push(Fact {
                session,
                job: Some(job),
                seq: from_db(row.seq),
                body: row.body,
            });
            found.waited.push(seconds(row.waited));
            found.claims.push(Claim {
                job,
                session,
                user: row.user_id.into(),
                epoch: small(row.epoch),
                attempt: small(row.attempt),
                worker_position: from_db(row.worker_position),
            });
        }
        Ok(found)
    }

    /// Stores that a container of this attempt may exist from now on. `false` when the job is not
    /// held under `epoch` any more: then nothing may be launched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn intend_launch(
        &self,
        claim: &Claim,
        host: HostId,
        orchestrator: &str,
        deadline: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let stored = sqlx::query!(
            "with held as materialized (
               select id from jobs where id = $1 and status = 'generating' and epoch = $3 for no key update)
             update attempts a set host_id = $4, orchestrator = $5, intent_at = now(), deadline = $6
               from held where a.job_id = held.id and a.attempt = $2",
            claim.job.uuid(),
            db_small(claim.attempt),
            db_small(claim.epoch),
            host.uuid(),
            orchestrator,
            deadline,
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() > 0)
    }

    /// Stores how the started container is found again. `false` when the job is not held under the
    /// claim's epoch any more: its holder may have launched another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn launched(&self, claim: &Claim, handle: &str) -> Result<bool, StoreError> {
        let stored = sqlx::query!(
            "update attempts a set handle = $4, launched_at = now()
               from jobs j
              where a.job_id = $1 and a.attempt = $2 and j.id = a.job_id
                and j.status = 'generating' and j.epoch = $3",
            claim.job.uuid(),
            db_small(claim.attempt),
            db_small(claim.epoch),
            handle,
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() > 0)
    }

    /// Stores how an attempt ended: the exit code, where there was one, and a word.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_ended(
        &self,
        job: JobId,
        attempt: u32,
        exit_code: Option<i64>,
        outcome: &str,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update attempts set ended_at = coalesce(ended_at, now()), exit_code = $3, outcome = $4
              where job_id = $1 and attempt = $2",
            job.uuid(),
            db_small(attempt),
            exit_code,
            outcome,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Which of these attempts are over: their job has ended or another attempt runs. Only of such
    /// an attempt may the container be removed by somebody who does not hold the job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempts_over(
        &self,
        attempts: &[(JobId, u32)],
    ) -> Result<Vec<(JobId, u32)>, StoreError> {
        let jobs: Vec<_> = attempts.iter().map(|(job, _)| job.uuid()).collect();
        let numbers: Vec<_> = attempts
            .iter()
            .map(|(_, attempt)| db_small(*attempt))
            .collect();
        let rows = sqlx::query!(
            r#"select a.job_id as "job_id!", a.attempt as "attempt!"
                 from unnest($1::uuid[], $2::integer[]) a(job_id, attempt)
                 left join jobs j on j.id = a.job_id
                where j.id is null or j.attempt > a.attempt
                   or j.status in ('completed', 'failed', 'cancelled')"#,
            &jobs,
            &numbers,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.job_id.into(), small(row.attempt)))
            .collect())
    }
}

/// The first event of an attempt, without what Postgres knows before anybody else: it writes the job's
/// id and the attempt over these.
fn blank_event() -> String {
    let body = fact_body(&EventKind::GenerationStarted {
        request_id: Uuid::nil().into(),
        attempt: i32::MAX.unsigned_abs(),
    });
    String::from_utf8_lossy(&body).into_owned()
}

/// A span from Postgres; one below zero means that its clock was set back.
pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value.max(0.0)).unwrap_or_default()
}

pub(crate) fn db_small(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Postgres replaces text, so what it looks for has to be there, and once.
    #[test]
    fn a_blank_event_has_one_place_for_each_blank() {
        let event = blank_event();
        for blank in [Uuid::nil().to_string(), i32::MAX.to_string()] {
            assert_eq!(event.matches(&blank).count(), 1, "{blank} in {event}");
        }
    }
}
