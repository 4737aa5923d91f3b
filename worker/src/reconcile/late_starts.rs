//! Containers that start although their attempt is over.
//!
//! A start that is on its way to an engine which does not answer cannot be taken back. Should the
//! engine come to itself after the job has ended, or has been started elsewhere, the container begins to
//! run. Nobody waits for it, so it is removed as soon as the engine tells of its start. What
//! cannot be heard of, because the connection to the engine broke, is looked for when there is one
//! again; and [`super::orphaned_containers`] finds what is missed here.

use std::time::Duration;

use futures_util::StreamExt as _;
use leo_common::error_chain::Chain;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::orphaned_containers::Watch;
use crate::context::Context;
use crate::orchestrator::RunHandle;

/// The pause between the looks after a new connection, and before one.
const PAUSE: Duration = Duration::from_secs(1);
/// Looks after a new connection: one finds what is over, the next removes it, and one more is for what
/// the engine has started in between.
const LOOKS: u32 = 3;

/// Listens until the process ends.
pub(super) async fn run(ctx: &Context) {
    loop {
        listen(ctx).await;
        sleep(PAUSE).await;
    }
}

/// Listens until the connection breaks.
async fn listen(ctx: &Context) {
    let mut starts = ctx.orchestrator.starts();
    let mut missed = Watch::default();
    let mut looks = interval(PAUSE);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut due = LOOKS;
    loop {
        tokio::select! {
            start = starts.next() => match start {
                Some(Ok(run)) => judge(ctx, &run).await,
                Some(Err(error)) => {
                    tracing::debug!(error = %Chain(&error), "starts of containers are not heard of");
                    return;
                }
                None => return,
            },
            _ = looks.tick(), if due > 0 => {
                missed.look(ctx).await;
                due -= 1;
            }
        }
    }
}

async fn judge(ctx: &Context, run: &RunHandle) {
    let over = match ctx.db.attempts_over(&[(run.job, run.attempt)]).await {
        Ok(over) => !over.is_empty(),
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "a start could not be judged");
            return;
        }
    };
    if !over {
        return;
    }
    tracing::info!(job.id = %run.job, attempt = run.attempt, "removing a container that started too late");
    if let Err(error) = ctx.orchestrator.remove(run).await {
        tracing::warn!(error = %Chain(&error), "a container that started too late could not be removed");
    }
}
