//! Webhooks of users: made, changed, removed, and what became of each try to deliver to them.
//!
//! Secrets come and go encrypted; this store cannot read them. The rows of the outbox for a job's end are
//! written where it ends, by `leo_end_jobs` of `migrations/`.

use chrono::{DateTime, Utc};
use leo_protocol::webhooks::{Webhook, WebhookEvent};
use leo_protocol::{UserId, WebhookId};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::audit::{self, Deed};
use super::{Db, StoreError, named, users};

mod asked;
mod secrets;
mod sending;
mod tries;

pub use asked::{DeployTarget, Retried};
pub use secrets::SealedSecrets;
pub use sending::{Deployed, SendingWebhook};
pub use tries::{NewTry, Verdict, message_id};

/// Webhooks that a user may have.
pub const MAX_WEBHOOKS: i64 = 20;

/// A webhook to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewWebhook<'a> {
    /// Whose.
    pub user: UserId,
    /// Where it is.
    pub url: &'a Url,
    /// What it is told of.
    pub events: &'a [WebhookEvent],
    /// What it is for.
    pub description: Option<&'a str>,
    /// Its secret, encrypted.
    pub secret: &'a [u8],
    /// Where the request came from, for the audit log.
    pub address: Option<&'a str>,
}

/// A change of a webhook; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebhookChange<'a> {
    /// Where it is.
    pub url: Option<&'a Url>,
    /// What it is told of.
    pub events: Option<&'a [WebhookEvent]>,
    /// What it is for; an empty text removes it.
    pub description: Option<&'a str>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

/// A webhook's row.
struct Row {
    id: Uuid,
    url: String,
    events: Vec<String>,
    description: Option<String>,
    enabled: bool,
    disabled_reason: Option<String>,
    failing_since: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Webhook, StoreError> {
        let events = self.events.iter();
        let events = events.map(|event| named("event of a webhook", event));
        Ok(Webhook {
            id: self.id.into(),
            url: self.url,
            events: events.collect::<Result<_, _>>()?,
            description: self.description,
            enabled: self.enabled,
            disabled_reason: self.disabled_reason,
            failing_since: self.failing_since,
            created_at: self.created_at,
        })
    }
}

impl Db {
    /// Makes a webhook, unless its user has [`MAX_WEBHOOKS`]; `None` then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_webhook(
        &self,
        new: &NewWebhook<'_>,
    ) -> Result<Option<Webhook>, StoreError> {
        let id = WebhookId::generate();
        let mut tx = self.pool.begin().await?;
        // Two requests at once would both count the webhooks before either has made one.
        users::lock(&mut tx, new.user).await?;
        let row = sqlx::query_as!(
            Row,
            "insert into webhooks (id, user_id, url, events, description, secret)
             select $1, $2, $3, $4, $5, $6
              where $7 > (select count(*) from webhooks where user_id = $2)
             returning id, url, events, description, enabled, disabled_reason, failing_since, created_at",
            id.uuid(),
            new.user.uuid(),
            new.url.as_str(),
            &names(new.events),
            new.description,
            new.secret,
            MAX_WEBHOOKS,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let detail = json!({"webhook": id, "host": new.url.host_str(), "events": new.events});
        let deed = deed(new.user, "webhook.created", new.address, detail);
        audit::write(&mut *tx, &deed).await?;
        tx.commit().await?;
        row.read().map(Some)
    }

    /// Up to `limit` webhooks of a user, behind the one called `before`, the youngest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(
        &self,
        user: UserId,
        before: Option<WebhookId>,
        limit: i64,
    ) -> Result<Vec<Webhook>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "select id, url, events, description, enabled, disabled_reason, failing_since, created_at
               from webhooks where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
            user.uuid(),
            before.map(WebhookId::uuid),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// One webhook of this user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(
        &self,
        user: UserId,
        id: WebhookId,
    ) -> Result<Option<Webhook>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "select id, url, events, description, enabled, disabled_reason, failing_since, created_at
               from webhooks where id = $1 and user_id = $2",
            id.uuid(),
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::read).transpose()
    }

    /// Changes a webhook; what it is then, or `None` where this user has none of that id. To enable
    /// or disable it forgets what Leo thinks of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_webhook(
        &self,
        user: UserId,
        id: WebhookId,
        change: &WebhookChange<'_>,
        address: Option<&str>,
    ) -> Result<Option<Webhook>, StoreError> {
        let events = change.events.map(names);
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query_as!(
            Row,
            "update webhooks set url = coalesce($3, url), events = coalesce($4, events),
                    description = nullif(coalesce($5, description), ''), enabled = coalesce($6, enabled),
                    disabled_reason = case when $6::boolean is null then disabled_reason end,
                    failing_since = case when $6::boolean is null then failing_since end
              where id = $1 and user_id = $2
             returning id, url, events, description, enabled, disabled_reason, failing_since, created_at",
            id.uuid(),
            user.uuid(),
            change.url.map(Url::as_str),
            events.as_deref(),
            change.description,
            change.enabled,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let host = change.url.and_then(Url::host_str);
        let detail = json!({"webhook": id, "host": host, "events": change.events, "enabled": change.enabled});
        let deed = deed(user, "webhook.changed", address, detail);
        audit::write(&mut *tx, &deed).await?;
        tx.commit().await?;
        row.read().map(Some)
    }

    /// Removes a webhook with its log and with what was on its way to it. Whether this user had it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_webhook(
        &self,
        user: UserId,
        id: WebhookId,
        address: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let deleted = sqlx::query!(
            "delete from webhooks where id = $1 and user_id = $2",
            id.uuid(),
            user.uuid()
        )
        .execute(&mut *tx)
        .await?;
        if deleted.rows_affected() == 0 {
            return Ok(false);
        }
        // What a job's end writes at this moment finds no webhook when it is carried out.
        sqlx::query!("delete from outbox where lane = $1", id.uuid())
            .execute(&mut *tx)
            .await?;
        let detail = json!({ "webhook": id });
        let deed = deed(user, "webhook.deleted", address, detail);
        audit::write(&mut *tx, &deed).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn names(events: &[WebhookEvent]) -> Vec<String> {
    events.iter().map(ToString::to_string).collect()
}

fn deed<'a>(user: UserId, action: &'a str, address: Option<&str>, detail: Value) -> Deed<'a> {
    Deed {
        actor: Some(user),
        user: Some(user),
        action,
        address: address.map(str::to_owned),
        detail,
    }
}
