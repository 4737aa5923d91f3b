//! The secrets of webhooks: changed by their users, and encrypted anew after a change of the key.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::{UserId, WebhookId};
use serde_json::json;

use super::deed;
use crate::store::archives::interval;
use crate::store::{Db, StoreError, audit};

/// Rows that are read at once where all are gone through.
const PAGE: i64 = 200;

/// The encrypted secrets of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The webhook.
    pub id: WebhookId,
    /// Whose.
    pub user: UserId,
    /// The present one.
    pub secret: Vec<u8>,
    /// The one before.
    pub before: Option<Vec<u8>>,
}

impl Db {
    /// Gives a webhook another secret; the one before is signed with too for `kept`. Until when, or
    /// `None` where this user has no such webhook.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate_webhook_secret(
        &self,
        user: UserId,
        id: WebhookId,
        secret: &[u8],
        kept: Duration,
        address: Option<&str>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let until = sqlx::query_scalar!(
            r#"update webhooks set secret_before = secret, secret = $3, secret_before_until = now() + $4::interval
                where id = $1 and user_id = $2 returning secret_before_until as "until!""#,
            id.uuid(),
            user.uuid(),
            secret,
            interval(kept),
        )
        .fetch_optional(&mut *tx)
        .await?;
        if until.is_some() {
            let detail = json!({ "webhook": id });
            let deed = deed(user, "webhook.secret_changed", address, detail);
            audit::write(&mut *tx, &deed).await?;
            tx.commit().await?;
        }
        Ok(until)
    }

    /// The secrets of some webhooks, in the order of their ids, behind `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_webhook_secrets(
        &self,
        after: Option<WebhookId>,
    ) -> Result<Vec<SealedSecrets>, StoreError> {
        let rows = sqlx::query!(
            "select id, user_id, secret, secret_before from webhooks
              where $1::uuid is null or id > $1 order by id limit $2",
            after.map(WebhookId::uuid),
            PAGE,
        )
        .fetch_all(&self.pool)
        .await?;
        let secrets = rows.into_iter().map(|row| SealedSecrets {
            id: row.id.into(),
            user: row.user_id.into(),
            secret: row.secret,
            before: row.secret_before,
        });
        Ok(secrets.collect())
    }

    /// Puts `new` in the place of `old`, which are the same secrets under different encryption;
    /// false where somebody else has changed them meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reseal_webhook(
        &self,
        old: &SealedSecrets,
        new: &SealedSecrets,
    ) -> Result<bool, StoreError> {
        let resealed = sqlx::query!(
            "update webhooks set secret = $4, secret_before = $5
              where id = $1 and secret = $2 and secret_before is not distinct from $3",
            old.id.uuid(),
            old.secret,
            old.before,
            new.secret,
            new.before,
        )
        .execute(&self.pool)
        .await?;
        Ok(resealed.rows_affected() > 0)
    }
}
