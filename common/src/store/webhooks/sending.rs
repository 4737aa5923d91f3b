//! What a worker needs to deliver, and where it writes down what has come of a deploy.

use std::time::Duration;

use leo_protocol::{EventKind, UserId, WebhookId, WorkerId};
use serde_json::{Value, json};

use crate::store::claims::db_small;
use crate::store::outbox::Effect;
use crate::store::sessions::{Fact, fact_body};
use crate::store::{Db, StoreError, from_db};

/// A webhook as whoever delivers to it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingWebhook {
    /// Whose.
    pub user: UserId,
    /// Where it is.
    pub url: String,
    /// Whether it is told anything.
    pub enabled: bool,
    /// What is signed with, encrypted: the present secret, and the one before while it counts.
    pub secrets: Vec<Vec<u8>>,
}

/// How a try to deploy has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deployed {
    /// The hook has taken it.
    Done(Value),
    /// It never will.
    Failed(String),
    /// It is asked again so much later.
    Again(Duration, String),
}

impl Deployed {
    /// The row's next status, the pause before the next try, and the result.
    fn columns(&self) -> (&'static str, Option<Duration>, Value) {
        match self {
            Self::Done(result) => ("done", None, result.clone()),
            Self::Failed(why) => ("failed", None, json!({ "error": why })),
            Self::Again(after, why) => ("pending", Some(*after), json!({ "error": why })),
        }
    }
}

impl Db {
    /// A webhook to deliver to, whosever it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sending_webhook(
        &self,
        id: WebhookId,
    ) -> Result<Option<SendingWebhook>, StoreError> {
        let row = sqlx::query!(
            r#"select user_id, url, enabled, secret,
                      case when secret_before_until > now() then secret_before end as "before?"
                 from webhooks where id = $1"#,
            id.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| SendingWebhook {
            user: row.user_id.into(),
            url: row.url,
            enabled: row.enabled,
            secrets: std::iter::once(row.secret).chain(row.before).collect(),
        }))
    }

    /// Keeps the body of what is delivered, so that every try sends the same; what is kept then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_body(&self, effect: &Effect, body: &str) -> Result<String, StoreError> {
        // Whoever was first counts: another worker may carry out the same beside one that is cut off.
        let kept = sqlx::query_scalar!(
            r#"update outbox set payload = jsonb_build_object('body', $2::text) || payload where id = $1
               returning payload ->> 'body' as "body!""#,
            effect.id.uuid(),
            body,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(kept.unwrap_or_else(|| body.to_owned()))
    }

    /// Writes down how a try to deploy has ended, together with the event that says so in the
    /// session's stream; that is to be published. `None` when the worker's claim does not hold any more:
    /// then nothing is written.
    ///
    /// # Errors
    /// When the database fails; the same may be said again, and is `None` where it was heard.
    pub async fn end_deploy(
        &self,
        worker: WorkerId,
        effect: &Effect,
        ended: &Deployed,
        event: &EventKind,
    ) -> Result<Option<Fact>, StoreError> {
        let body = fact_body(event);
        let (status, after, result) = ended.columns();
        let mut tx = self.pool.begin().await?;
        let session = sqlx::query_scalar!(
            "update outbox o set status = $4, result = $5, claimed_by = null,
                    next_at = clock_timestamp() + make_interval(secs => coalesce($6::double precision, 0)),
                    finished_at = case when $6::double precision is null then clock_timestamp() end
               from jobs j
              where o.id = $1 and o.claimed_by = $2 and o.tries = $3 and o.status = 'pending' and j.id = o.job_id
             returning j.session_id",
            effect.id.uuid(),
            worker.uuid(),
            db_small(effect.tries),
            status,
            result,
            after.map(|after| after.as_secs_f64()),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(session) = session else {
            return Ok(None);
        };
        let seq = sqlx::query_scalar!(
            r#"select leo_append_fact($1, null, $2) as "seq!""#,
            session,
            &body
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(Fact {
            session: session.into(),
            job: None,
            seq: from_db(seq),
            body,
        }))
    }
}
