//! Repair: what others have left behind is found and put right.
//!
//! Each reconciler stands in a file of its own. It runs again and again, takes no input, may run
//! in any number of processes at once, and calls the same code as the ordinary way.

use std::time::Duration;

use leo_common::config::Span;

use crate::context::Context;

mod deleted_sessions;
mod orphaned_containers;
pub(crate) mod orphaned_jobs;
mod retention;
mod silent_workers;

/// How often each reconciler looks.
const INTERVAL: Duration = Duration::from_secs(2);
/// Containers are looked at every so many rounds: listing them costs the engine something.
const CONTAINER_ROUNDS: u32 = 5;

/// How often deleted sessions are looked for.
const PURGE_INTERVAL: Duration = Duration::from_secs(60);

/// Runs all reconcilers of a worker until the process ends.
pub(crate) async fn run(ctx: Context) {
    // Side by side: what takes long must not keep a silent worker from being noticed.
    tokio::join!(repair(&ctx), archive(&ctx), purge(&ctx));
}

/// What jobs wait for.
async fn repair(ctx: &Context) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut silence = silent_workers::Watch::default();
    let mut containers = orphaned_containers::Watch::default();
    let mut round: u32 = 0;
    loop {
        ticks.tick().await;
        silence.look(ctx).await;
        if round.is_multiple_of(CONTAINER_ROUNDS) {
            containers.look(ctx).await;
        }
        round = round.wrapping_add(1);
    }
}

async fn archive(ctx: &Context) {
    let age = ctx.config.keeping.event_retention;
    let Some(interval) = retention::interval(age.map(Span::get)) else {
        return;
    };
    let mut ticks = tokio::time::interval(interval.max(INTERVAL));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        retention::look(ctx).await;
    }
}

async fn purge(ctx: &Context) {
    let mut ticks = tokio::time::interval(PURGE_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        deleted_sessions::look(ctx).await;
    }
}
