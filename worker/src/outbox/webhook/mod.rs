//! Deliveries to webhooks: what a job's end or a user's wish has put into the outbox is posted, signed,
//! and tried again until it is taken.
//!
//! A delivery arrives at least once, under the same id each time; deliveries of a webhook keep no order. Each
//! try stands in the log that the webhook's user can read. What a webhook answers is nothing to rely on: its
//! status counts, and of its text a beginning is kept.

use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::store::outbox::Effect;
use leo_common::store::webhooks::{NewTry, Verdict, message_id};
use leo_protocol::WebhookId;
use serde_json::json;

use super::Done;
use crate::context::Context;

mod aim;
mod attempt;
mod deploy;
mod hooks;
mod message;
mod pause;

pub(super) use deploy::deploy;
pub(crate) use hooks::Hooks;

use aim::Aim;
use attempt::Attempt;

/// The status of a receiver that wants nothing any more.
const GONE: u16 = 410;
/// The pause after something of Leo's own did not work.
const SOON: Duration = Duration::from_secs(5);
/// A webhook that has failed for so long, without a success between, is disabled.
const PATIENCE: Duration = Duration::from_secs(5 * 24 * 3600);

/// Delivers an event to the webhook that the effect's kind names.
pub(super) async fn deliver(ctx: &Context, effect: &Effect, id: &str) -> Done {
    let Ok(id) = id.parse::<WebhookId>() else {
        return Done::Failed("it names no webhook".to_owned());
    };
    let event = message::event(effect);
    let target = match aim::webhook(ctx, id).await {
        Aim::At(target) => target,
        Aim::Never(why) => return Done::Failed(why),
        Aim::Later(why) => return later(why),
    };
    let body = match message::of_job(ctx, effect, &event).await {
        Ok(Some(body)) => body,
        Ok(None) => return Done::Failed("what it is about is gone".to_owned()),
        Err(error) => return later(Chain(&error).to_string()),
    };
    let attempt = attempt::post(&target, &message_id(effect.id), body).await;
    let next = next(ctx, effect, &attempt);
    log(ctx, effect, id, &event, &attempt, next).await;
    match (attempt.error, next) {
        (None, _) => Done::Ok(json!({ "status": attempt.status })),
        (Some(why), Some(after)) => Done::Again { after, why },
        (Some(why), None) => Done::Failed(why),
    }
}

fn later(why: String) -> Done {
    Done::Again { after: SOON, why }
}

/// After which time a try is to be followed by another; `None` where it has succeeded or was the last.
fn next(ctx: &Context, effect: &Effect, attempt: &Attempt) -> Option<Duration> {
    if attempt.error.is_none() || attempt.last {
        return None;
    }
    let first = ctx.config.hooks.webhook_retry.get();
    pause::after(first, effect.tries, attempt.retry_after)
}

/// Writes a try into the log of a webhook; that this fails is nothing that a delivery waits for.
async fn log(
    ctx: &Context,
    effect: &Effect,
    webhook: WebhookId,
    event: &str,
    attempt: &Attempt,
    next: Option<Duration>,
) {
    let verdict = verdict(attempt);
    let new = NewTry {
        webhook,
        effect: effect.id,
        event,
        job: Some(effect.job).filter(|job| !job.uuid().is_nil()),
        attempt: effect.tries,
        at: attempt.at,
        took: attempt.took,
        status: attempt.status,
        error: attempt.error.as_deref(),
        answer: attempt.answer.as_deref(),
        next: next.and_then(|after| pause::time(attempt.at + attempt.took, after)),
        verdict: &verdict,
    };
    if let Err(error) = ctx.db.log_try(&new).await {
        tracing::warn!(webhook.id = %webhook, error = %Chain(&error), "a try to deliver could not be logged");
    }
}

fn verdict(attempt: &Attempt) -> Verdict {
    match &attempt.error {
        None => Verdict::Alive,
        Some(_) if attempt.status == Some(GONE) => {
            Verdict::Gone("it answered 410: it wants nothing any more".to_owned())
        }
        Some(error) => Verdict::Failing {
            patience: PATIENCE,
            reason: format!("nothing could be delivered for days; the last try: {error}"),
        },
    }
}
