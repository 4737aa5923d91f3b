//! The log of tries. It is kept short: so many of a webhook, and none that is old.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::webhooks::Delivery;
use leo_protocol::{DeliveryId, EffectId, JobId, UserId, WebhookId};

use crate::store::archives::interval;
use crate::store::claims::db_small;
use crate::store::{Db, StoreError, from_db, small};

/// Tries that are kept of one webhook.
const KEPT: i64 = 500;
/// Old ones that are removed at once.
const PAGE: i64 = 5000;

/// What a try means for its webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It answers.
    Alive,
    /// It does not; one that has not for `patience` is disabled, with this reason.
    Failing {
        /// How long a webhook may fail.
        patience: Duration,
        /// For its user.
        reason: String,
    },
    /// It says that it wants nothing any more, and is disabled with this reason.
    Gone(String),
}

/// A try to be logged.
#[derive(Debug, Clone)]
pub struct NewTry<'a> {
    /// Where to.
    pub webhook: WebhookId,
    /// What.
    pub effect: EffectId,
    /// Its event.
    pub event: &'a str,
    /// The job that it is about.
    pub job: Option<JobId>,
    /// Which try, from 1.
    pub attempt: u32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// How the answer begins.
    pub answer: Option<&'a str>,
    /// When it is tried again.
    pub next: Option<DateTime<Utc>>,
    /// What it means.
    pub verdict: &'a Verdict,
}

impl Db {
    /// Logs a try and lets its webhook have what follows from it; a try that is logged already is
    /// not logged again.
    ///
    /// # Errors
    /// When the database fails; the same may be said again.
    pub async fn log_try(&self, new: &NewTry<'_>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let (patience, reason) = match new.verdict {
            Verdict::Alive => (None, None),
            Verdict::Failing { patience, reason } => (Some(*patience), Some(reason)),
            Verdict::Gone(reason) => (Some(Duration::ZERO), Some(reason)),
        };
        let known = sqlx::query!(
            "update webhooks
                set failing_since = case when $2::interval is not null then coalesce(failing_since, now()) end,
                    enabled = enabled and ($2 is null or coalesce(failing_since, now()) > now() - $2),
                    disabled_reason = case when enabled and coalesce(failing_since, now()) <= now() - $2 then $3
                                           else disabled_reason end
              where id = $1",
            new.webhook.uuid(),
            patience.map(interval),
            reason,
        )
        .execute(&mut *tx)
        .await?;
        if known.rows_affected() == 0 {
            return Ok(());
        }
        let millis = i32::try_from(new.took.as_millis()).unwrap_or(i32::MAX);
        sqlx::query!(
            "insert into webhook_tries (id, webhook_id, effect_id, event, job_id, tries, at, duration_ms, status,
                                        error, answer, next_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (effect_id, tries) do nothing",
            DeliveryId::generate().uuid(),
            new.webhook.uuid(),
            new.effect.uuid(),
            new.event,
            new.job.map(JobId::uuid),
            db_small(new.attempt),
            new.at,
            millis,
            new.status.map(i32::from),
            new.error,
            new.answer,
            new.next,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "delete from webhook_tries where webhook_id = $1 and id <= (
               select id from webhook_tries where webhook_id = $1 order by id desc offset $2 limit 1)",
            new.webhook.uuid(),
            KEPT,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Up to `limit` tries of a webhook, behind the one called `before`, the latest first; `None`
    /// where this user has no such webhook.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        user: UserId,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: i64,
    ) -> Result<Option<Vec<Delivery>>, StoreError> {
        if self.webhook(user, webhook).await?.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query!(
            "select id, effect_id, event, job_id, tries, at, duration_ms, status, error, answer, next_at
               from webhook_tries where webhook_id = $1 and ($2::uuid is null or id < $2)
              order by id desc limit $3",
            webhook.uuid(),
            before.map(DeliveryId::uuid),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let tries = rows.into_iter().map(|row| Delivery {
            id: row.id.into(),
            message_id: message_id(row.effect_id.into()),
            event: row.event,
            job_id: row.job_id.map(Into::into),
            attempt: small(row.tries),
            at: row.at,
            duration_ms: from_db(row.duration_ms.into()),
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            error: row.error,
            answer: row.answer,
            next_try_at: row.next_at,
        });
        Ok(Some(tries.collect()))
    }

    /// Forgets tries that are older than `age`, and tests of webhooks that ended so long ago, some
    /// thousand at once; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&self, age: Duration) -> Result<u64, StoreError> {
        let tries = sqlx::query!(
            "delete from webhook_tries where id in (
               select id from webhook_tries where at < now() - $1::interval order by at limit $2)",
            interval(age),
            PAGE,
        )
        .execute(&self.pool)
        .await?;
        let tests = sqlx::query!(
            "delete from outbox where id in (
               select id from outbox where job_id is null and finished_at < now() - $1::interval
                order by finished_at limit $2)",
            interval(age),
            PAGE,
        )
        .execute(&self.pool)
        .await?;
        Ok(tries.rows_affected() + tests.rows_affected())
    }
}

/// What is delivered under which id: the header `webhook-id`, the same for all tries.
#[must_use]
pub fn message_id(effect: EffectId) -> String {
    format!("msg_{}", effect.uuid().simple())
}
