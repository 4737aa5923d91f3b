//! The outbox: effects on the outside, each a row that is written together with what it follows from.
//!
//! A worker claims a row, carries it out and writes down how that ended. The claim holds as long as the
//! worker is on the list of workers; then somebody else does it again. So an effect happens at least
//! once, and whoever carries it out sees to it that a second time changes nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::{EffectId, JobId, WorkerId};
use serde_json::Value;
use uuid::Uuid;

use super::claims::db_small;
use super::{Db, StoreError, small};

/// Lanes looked at in one claim.
const LANES: i32 = 1000;

/// Effects that share places to be carried out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Requests to other servers, which take seconds.
    Call,
    /// Pushes of repositories, which take minutes.
    Push,
}

impl Pool {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Push => "push",
        }
    }
}

/// An effect that is to be carried out by whoever has claimed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The effect.
    pub id: EffectId,
    /// The job that it follows from; the nil id for a test of a webhook, which follows from none.
    pub job: JobId,
    /// What it is; unique among the job's.
    pub kind: String,
    /// One effect of a lane is carried out at a time.
    pub lane: Uuid,
    /// What else there is to know.
    pub payload: Value,
    /// How often it was claimed, this time included. Names the claim together with the worker.
    pub tries: u32,
    /// When the row was written.
    pub created_at: DateTime<Utc>,
}

/// A claim of effects.
#[derive(Debug, Default)]
pub struct ClaimedEffects {
    /// At most one of a lane.
    pub effects: Vec<Effect>,
    /// Behind this lane goes the next claim on; none where somebody else was claiming.
    pub last_lane: Option<Uuid>,
}

/// An effect to be written.
#[derive(Debug, Clone)]
pub struct NewEffect<'a> {
    /// Where it is carried out.
    pub pool: Pool,
    /// The job that it follows from.
    pub job: JobId,
    /// What it is; of a job that has one of this kind nothing is written.
    pub kind: &'a str,
    /// One effect of a lane is carried out at a time.
    pub lane: Uuid,
    /// What else there is to know.
    pub payload: &'a Value,
}

impl Db {
    /// Claims up to `free` effects that are due. `held` are those that this worker carries out already:
    /// one that stands under its name besides was claimed by a call whose answer was lost.
    ///
    /// # Errors
    /// When the database fails; then some may be claimed all the same, which the next call gives.
    pub async fn claim_effects(
        &self,
        worker: WorkerId,
        pool: Pool,
        free: u32,
        held: &[EffectId],
        after: Uuid,
    ) -> Result<ClaimedEffects, StoreError> {
        let held: Vec<_> = held.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query!(
            r#"select id, job_id, kind, lane, payload, tries, created_at, last_lane
                 from leo_claim_effects($1, $2, $3, $4, $5, $6)"#,
            worker.uuid(),
            pool.as_str(),
            db_small(free),
            &held,
            after,
            LANES,
        )
        .fetch_all(&self.pool)
        .await?;
        let last_lane = rows.last().and_then(|row| row.last_lane);
        let effects = rows.into_iter().filter_map(|row| {
            Some(Effect {
                id: row.id?.into(),
                job: row.job_id.unwrap_or_default().into(),
                kind: row.kind?,
                lane: row.lane?,
                payload: row.payload?,
                tries: small(row.tries?),
                created_at: row.created_at?,
            })
        });
        Ok(ClaimedEffects {
            effects: effects.collect(),
            last_lane,
        })
    }

    /// Writes down that an effect has happened, or (`done` is false) never will. `false` when the worker's
    /// claim does not hold any more: then nothing is written.
    ///
    /// # Errors
    /// When the database fails; the same may be said again, and is `false` where it was heard.
    pub async fn end_effect(
        &self,
        worker: WorkerId,
        effect: &Effect,
        done: bool,
        result: &Value,
    ) -> Result<bool, StoreError> {
        let ended = sqlx::query!(
            "update outbox set status = $4, result = $5, claimed_by = null, finished_at = clock_timestamp()
              where id = $1 and claimed_by = $2 and tries = $3 and status = 'pending'",
            effect.id.uuid(),
            worker.uuid(),
            db_small(effect.tries),
            if done { "done" } else { "failed" },
            result,
        )
        .execute(&self.pool)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Gives an effect back, to be tried again `after` a time. `false` as for [`Self::end_effect`].
    ///
    /// # Errors
    /// When the database fails; the same may be said again.
    pub async fn postpone_effect(
        &self,
        worker: WorkerId,
        effect: &Effect,
        after: Duration,
        result: &Value,
    ) -> Result<bool, StoreError> {
        let postponed = sqlx::query!(
            "update outbox set next_at = clock_timestamp() + make_interval(secs => $4), result = $5, claimed_by = null
              where id = $1 and claimed_by = $2 and tries = $3 and status = 'pending'",
            effect.id.uuid(),
            worker.uuid(),
            db_small(effect.tries),
            after.as_secs_f64(),
            result,
        )
        .execute(&self.pool)
        .await?;
        Ok(postponed.rows_affected() > 0)
    }

    /// Writes an effect that follows from nothing else, due at once. `None` where the job has one of this
    /// kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_effect(&self, effect: &NewEffect<'_>) -> Result<Option<EffectId>, StoreError> {
        let id = EffectId::generate();
        let added = sqlx::query!(
            "insert into outbox (id, pool, job_id, kind, lane, payload) values ($1, $2, $3, $4, $5, $6)
             on conflict (job_id, kind) do nothing",
            id.uuid(),
            effect.pool.as_str(),
            effect.job.uuid(),
            effect.kind,
            effect.lane,
            effect.payload,
        )
        .execute(&self.pool)
        .await?;
        Ok((added.rows_affected() > 0).then_some(id))
    }
}
