//! What users have delivered besides what happens by itself: tests, retries, deploys.

use leo_protocol::webhooks::{TEST_EVENT, WebhookEvent};
use leo_protocol::{DeliveryId, EffectId, JobId, UserId, WebhookId};
use serde_json::json;
use uuid::Uuid;

use crate::store::{Db, StoreError};

/// The lane of the installation's deploy hook, which is no webhook.
const INSTALLATION: Uuid = Uuid::from_u128(1);

/// What became of the wish to deliver something again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is on its way.
    Again(EffectId),
    /// The webhook is disabled.
    Disabled,
    /// This user has no such delivery, or what was delivered is gone.
    Unknown,
}

/// A user's webhook that deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployTarget {
    /// The webhook.
    pub id: WebhookId,
    /// Where it is.
    pub url: String,
}

impl Db {
    /// Has a test delivered to a webhook of this user that is enabled; `None` where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn test_webhook(
        &self,
        user: UserId,
        id: WebhookId,
    ) -> Result<Option<EffectId>, StoreError> {
        let effect = EffectId::generate();
        let added = sqlx::query!(
            "insert into outbox (id, kind, lane, payload)
             select $1, 'webhook:' || id, id, $4 from webhooks where id = $2 and user_id = $3 and enabled",
            effect.uuid(),
            id.uuid(),
            user.uuid(),
            json!({ "event": TEST_EVENT }),
        )
        .execute(&self.pool)
        .await?;
        Ok((added.rows_affected() > 0).then_some(effect))
    }

    /// Has delivered again, at once, what a try of a webhook of this user was about. What is being
    /// delivered at this moment goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_delivery(
        &self,
        user: UserId,
        webhook: WebhookId,
        delivery: DeliveryId,
    ) -> Result<Retried, StoreError> {
        let found = sqlx::query!(
            "select t.effect_id, w.enabled from webhook_tries t join webhooks w on w.id = t.webhook_id
               join outbox o on o.id = t.effect_id
              where t.id = $1 and w.id = $2 and w.user_id = $3",
            delivery.uuid(),
            webhook.uuid(),
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(found) = found else {
            return Ok(Retried::Unknown);
        };
        if !found.enabled {
            return Ok(Retried::Disabled);
        }
        sqlx::query!(
            "update outbox set status = 'pending', next_at = clock_timestamp(), finished_at = null, claimed_by = null
              where id = $1 and (status <> 'pending' or claimed_by is null)",
            found.effect_id,
        )
        .execute(&self.pool)
        .await?;
        Ok(Retried::Again(found.effect_id.into()))
    }

    /// The webhooks of a user that deploy.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deploy_targets(&self, user: UserId) -> Result<Vec<DeployTarget>, StoreError> {
        let rows = sqlx::query!(
            "select id, url from webhooks where user_id = $1 and enabled and $2 = any (events) order by id",
            user.uuid(),
            WebhookEvent::DeployRequested.as_str(),
        )
        .fetch_all(&self.pool)
        .await?;
        let targets = rows.into_iter().map(|row| DeployTarget {
            id: row.id.into(),
            url: row.url,
        });
        Ok(targets.collect())
    }

    /// Has a job's result deployed by one of its user's webhooks, or by the installation's hook, which is
    /// at `host`. The same `kind` once only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn request_deploy(
        &self,
        job: JobId,
        webhook: Option<WebhookId>,
        host: &str,
        kind: &str,
    ) -> Result<(), StoreError> {
        let payload = json!({ "webhook": webhook, "host": host });
        sqlx::query!(
            "insert into outbox (id, job_id, kind, lane, payload)
             values ($1, $2, $3, $4, $5)
             on conflict (job_id, kind) do nothing",
            EffectId::generate().uuid(),
            job.uuid(),
            kind,
            webhook.map_or(INSTALLATION, WebhookId::uuid),
            payload,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
