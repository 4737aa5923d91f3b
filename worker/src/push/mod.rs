//! Pushes results to GitHub: an effect of the outbox.
//!
//! A push never fails its job. It may be carried out any number of times: a repository is known by
//! its session, and the same generation makes the same commits, so a second time finds at the other
//! end what it was about to send. Nothing there is ever overwritten: where the repository has moved
//! on by others, the commits go to a branch of their own. Of a repository Leo knows the commit that
//! it pushed last and builds on that; nothing is fetched.
//!
//! [`wait`] is the job's side of it: how long its end waits for a push, and what it says then.

use std::time::Duration;

use chrono::Utc;
use leo_common::store::github::pushes::{Published, Recorded};
use leo_common::store::jobs::JobRecord;
use leo_common::store::outbox::Effect;

use crate::context::Context;
use crate::outbox::Done;

mod build;
mod credential;
mod error;
mod folder;
mod message;
mod name;
mod objects;
mod phases;
mod pkt;
mod report;
mod repository;
mod run;
mod send;
mod target;
pub(crate) mod wait;

pub(crate) use credential::is_automatic;
use error::PushError;

/// How long a push is tried again and again.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The pause after the first try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The pause before a result is recorded that is to follow the job's end.
const UNTIL_THE_END: Duration = Duration::from_millis(200);
/// The pause before a result is recorded again after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Pushes a job's result, and records what came of it.
pub(crate) async fn carry_out(ctx: &Context, effect: &Effect) -> Done {
    let job = match ctx.db.any_job(effect.job).await {
        Ok(Some(job)) => job,
        Ok(None) => return Done::Failed("the job is gone".to_owned()),
        Err(error) => return again(effect, PushError::from(error)),
    };
    let pushed = Box::pin(run::push(ctx, effect, &job)).await;
    let (done, published) = match pushed {
        Ok(published) => (true, published),
        Err(error) => match given_up(effect, error) {
            Ok(why) => (false, failed(why)),
            Err(later) => return later,
        },
    };
    if let Some(why) = &published.error {
        tracing::info!(job.id = %job.id, done, why, "a push to GitHub");
    }
    record(ctx, effect, &job, done, &published).await;
    Done::Recorded
}

fn failed(why: String) -> Published {
    Published {
        url: None,
        error: Some(why),
    }
}

/// Why the push is over; or when it is tried again.
fn given_up(effect: &Effect, error: PushError) -> Result<String, Done> {
    let age = (Utc::now() - effect.created_at)
        .to_std()
        .unwrap_or_default();
    match error {
        PushError::Failed(why) => Ok(why),
        PushError::Again { why, .. } if age >= PATIENCE => {
            Ok(format!("{why}; given up after an hour"))
        }
        error @ PushError::Again { .. } => Err(again(effect, error)),
    }
}

fn again(effect: &Effect, error: PushError) -> Done {
    let doubled = 2_u32.saturating_pow(effect.tries.saturating_sub(1).min(16));
    let pause = FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE);
    match error {
        PushError::Again { after, why } => Done::Again {
            after: after.map_or(pause, |after| after.max(pause)),
            why,
        },
        PushError::Failed(why) => Done::Again { after: pause, why },
    }
}

/// Records what came of it, once the time for that has come. Who has lost the claim leaves it to
/// whoever has it.
async fn record(
    ctx: &Context,
    effect: &Effect,
    job: &JobRecord,
    done: bool,
    published: &Published,
) {
    loop {
        let session = job.session_id;
        let recorded = ctx
            .db
            .record_push(ctx.worker, effect, session, done, published);
        let pause = match recorded.await {
            Ok(Recorded::Done(fact)) => {
                if let Some(fact) = fact {
                    ctx.publisher.fact(fact);
                }
                return;
            }
            Ok(Recorded::Lost) => return,
            Ok(Recorded::Early) => UNTIL_THE_END,
            Err(error) if error.is_refusal() => {
                tracing::error!(job.id = %job.id, error = %leo_common::error_chain::Chain(&error), "what came of a push could not be stored");
                return;
            }
            Err(_) => PAUSE,
        };
        tokio::time::sleep(pause).await;
    }
}
