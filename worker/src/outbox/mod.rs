//! Effects on the outside: claimed, carried out, and what became of them written down.
//!
//! Every worker takes part, also one that drains. What is carried out by a worker that is killed somebody
//! else carries out again, so each effect sees to it that a second time changes nothing. An effect
//! holds up none but those of its lane. What an effect does stands in a module of its own.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use leo_common::error_chain::Chain;
use leo_common::metrics;
use leo_common::store::outbox::{Effect, Pool};
use leo_protocol::EffectId;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use uuid::Uuid;

use crate::context::Context;
use crate::push;

mod webhook;

pub(crate) use webhook::Hooks;

/// How often effects are looked for, if nobody tells of one.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// The pause before an answer is written down again after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// Before an effect is tried again that this version does not know, or that broke its task.
const LATER: Duration = Duration::from_secs(60);

/// Tells the outbox that there is something in it. Shared by reference.
#[derive(Debug, Default)]
pub(crate) struct Doorbell([Notify; 2]);

impl Doorbell {
    /// There may be an effect. Heard also by a pool that looks at something else meanwhile.
    pub(crate) fn ring(&self) {
        self.0.iter().for_each(Notify::notify_one);
    }

    fn of(&self, pool: Pool) -> &Notify {
        match pool {
            Pool::Call => &self.0[0],
            Pool::Push => &self.0[1],
        }
    }
}

/// What became of an effect.
#[derive(Debug)]
pub(crate) enum Done {
    /// It has happened, with this result.
    Ok(Value),
    /// It may do better later.
    Again {
        /// So much later.
        after: Duration,
        /// Why it has not happened, for people.
        why: String,
    },
    /// It will never happen, for this reason.
    Failed(String),
    /// The effect has written down its end itself, together with something else.
    Recorded,
}

/// Carries out effects until the process ends.
pub(crate) async fn run(ctx: Context) {
    tokio::join!(attend(&ctx, Pool::Call), attend(&ctx, Pool::Push));
}

/// Effects of a pool that a worker carries out at once.
const fn places(pool: Pool) -> usize {
    match pool {
        Pool::Call => 32,
        Pool::Push => 4,
    }
}

async fn attend(ctx: &Context, pool: Pool) {
    let mut open = Open::default();
    loop {
        open.fill(ctx, pool).await;
        tokio::select! {
            Some(ended) = open.tasks.join_next_with_id() => open.forget(&ended),
            () = ctx.outbox.of(pool).notified() => {}
            () = tokio::time::sleep(LOOK_INTERVAL.mul_f64(rand::random_range(0.8..=1.2))) => {}
        }
    }
}

/// What is being carried out. Dropped, it breaks off.
#[derive(Default)]
struct Open {
    tasks: JoinSet<()>,
    effects: HashMap<Id, EffectId>,
    /// The lane behind which the next claim looks.
    after: Uuid,
}

impl Open {
    /// Claims effects into the free places.
    async fn fill(&mut self, ctx: &Context, pool: Pool) {
        let free = places(pool).saturating_sub(self.effects.len());
        let Ok(free @ 1..) = u32::try_from(free) else {
            return;
        };
        let held: Vec<_> = self.effects.values().copied().collect();
        let claimed = ctx
            .db
            .claim_effects(ctx.worker, pool, free, &held, self.after);
        match claimed.await {
            Ok(claimed) => {
                self.after = claimed.last_lane.unwrap_or(self.after);
                for effect in claimed.effects {
                    let id = effect.id;
                    let task = self.tasks.spawn(see_to(ctx.clone(), effect));
                    self.effects.insert(task.id(), id);
                }
            }
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "effects could not be looked for");
            }
        }
    }

    fn forget(&mut self, ended: &Result<(Id, ()), JoinError>) {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
        self.effects.remove(&id);
    }
}

/// Carries out an effect and writes down what became of it.
async fn see_to(ctx: Context, effect: Effect) {
    let name = effect.kind.split(':').next().unwrap_or_default();
    let done = AssertUnwindSafe(carry_out(&ctx, &effect)).catch_unwind();
    let done = done.await.unwrap_or_else(|_| Done::Again {
        after: LATER,
        why: "a defect of Leo broke it off".to_owned(),
    });
    let how = match &done {
        Done::Ok(_) | Done::Recorded => "done",
        Done::Again { .. } => "again",
        Done::Failed(_) => "failed",
    };
    metrics::effect(kind_of(name), how);
    if let Done::Again { why, .. } | Done::Failed(why) = &done {
        tracing::info!(job.id = %effect.job, effect = %effect.kind, tries = effect.tries, how, why, "an effect did not happen");
    }
    write_down(&ctx, &effect, &done).await;
}

/// The first word of an effect's kind, as metrics know it.
fn kind_of(name: &str) -> &'static str {
    ["push", "webhook", "deploy"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("unknown")
}

async fn carry_out(ctx: &Context, effect: &Effect) -> Done {
    let (kind, of) = effect.kind.split_once(':').unwrap_or((&effect.kind, ""));
    match kind {
        "push" => Box::pin(push::carry_out(ctx, effect)).await,
        "webhook" => webhook::deliver(ctx, effect, of).await,
        "deploy" => webhook::deploy(ctx, effect).await,
        // Another version of Leo has written it, and its workers know how.
        _ => Done::Again {
            after: LATER,
            why: format!("this version knows no `{}`", effect.kind),
        },
    }
}

/// Until the database has heard it: otherwise it would all be done again.
async fn write_down(ctx: &Context, effect: &Effect, done: &Done) {
    loop {
        let written = match done {
            Done::Recorded => return,
            Done::Ok(result) => ctx.db.end_effect(ctx.worker, effect, true, result).await,
            Done::Failed(why) => {
                let result = json!({ "error": why });
                ctx.db.end_effect(ctx.worker, effect, false, &result).await
            }
            Done::Again { after, why } => {
                let result = json!({ "error": why });
                let postponed = ctx.db.postpone_effect(ctx.worker, effect, *after, &result);
                postponed.await
            }
        };
        match written {
            Ok(_) => return,
            Err(error) if error.is_refusal() => {
                tracing::error!(effect = %effect.kind, error = %Chain(&error), "what became of an effect could not be stored");
                return;
            }
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "what became of an effect waits for the database");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
