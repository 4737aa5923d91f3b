//! Repair: what others have left behind is found and put right.
//!
//! Each reconciler stands in a file of its own. It runs again and again, takes no input, may run
//! in any number of processes at once, and calls the same code as the ordinary way.

use std::time::Duration;

use leo_common::config::Span;
use tokio::time::{Interval, MissedTickBehavior};

use crate::context::Context;

mod delayed_jobs;
mod deleted_sessions;
mod expired_artifacts;
mod lapsed_credentials;
mod late_starts;
mod old_deliveries;
mod old_keys;
mod orphaned_containers;
mod orphaned_folders;
pub(crate) mod orphaned_jobs;
mod orphaned_objects;
mod retention;
mod silent_workers;
pub(crate) mod witness;

/// How often each reconciler looks, if not said otherwise.
const INTERVAL: Duration = Duration::from_secs(2);
/// Looks at the other workers within a lease at least.
const LOOKS_PER_LEASE: u32 = 10;
/// How often deleted sessions are looked for.
const PURGE_INTERVAL: Duration = Duration::from_secs(60);
/// How often a worker asks whether it is its turn to look through the artifact store.
const TIDY_INTERVAL: Duration = Duration::from_secs(600);
/// How often credentials are looked for that are over.
const SWEEP_INTERVAL: Duration = Duration::from_secs(600);

/// Runs all reconcilers of a worker until the process ends.
pub(crate) async fn run(ctx: Context) {
    // Side by side: what takes long must not keep a silent worker from being noticed.
    tokio::join!(
        watch(&ctx),
        leftovers(&ctx),
        late_starts::run(&ctx),
        delayed_jobs::run(&ctx),
        archive(&ctx),
        expire(&ctx),
        tidy(&ctx),
        purge(&ctx),
        sweep(&ctx)
    );
}

/// How often the other workers are looked at.
fn pace(lease: Duration) -> Duration {
    INTERVAL.min(lease / LOOKS_PER_LEASE)
}

/// One at once, then one each `period`; after a look that took longer the next is a whole one later.
fn ticks(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// As often as it needs for what is kept so long; `None` where that is for ever.
fn rounds(kept: Option<Span>) -> Option<Interval> {
    let interval = retention::interval(kept.map(Span::get))?;
    Some(ticks(interval.max(INTERVAL)))
}

async fn watch(ctx: &Context) {
    let mut ticks = ticks(pace(ctx.config.limits.lease_seconds.get()));
    let mut silence = silent_workers::Watch::new();
    loop {
        ticks.tick().await;
        silence.look(ctx).await;
    }
}

async fn leftovers(ctx: &Context) {
    let mut ticks = ticks(ctx.orchestrator.leftovers_interval());
    let mut containers = orphaned_containers::Watch::default();
    let mut folders = orphaned_folders::Watch::default();
    loop {
        ticks.tick().await;
        containers.look(ctx).await;
        folders.look(ctx).await;
    }
}

async fn archive(ctx: &Context) {
    let Some(mut ticks) = rounds(ctx.config.keeping.event_retention) else {
        return;
    };
    loop {
        ticks.tick().await;
        retention::look(ctx).await;
    }
}

async fn expire(ctx: &Context) {
    let Some(mut ticks) = rounds(ctx.config.keeping.artifact_retention) else {
        return;
    };
    loop {
        ticks.tick().await;
        expired_artifacts::look(ctx).await;
    }
}

async fn tidy(ctx: &Context) {
    let mut ticks = ticks(TIDY_INTERVAL);
    loop {
        ticks.tick().await;
        orphaned_objects::look(ctx).await;
    }
}

async fn purge(ctx: &Context) {
    let mut ticks = ticks(PURGE_INTERVAL);
    loop {
        ticks.tick().await;
        deleted_sessions::look(ctx).await;
        old_keys::look(ctx).await;
    }
}

async fn sweep(ctx: &Context) {
    let mut ticks = ticks(SWEEP_INTERVAL);
    loop {
        ticks.tick().await;
        lapsed_credentials::look(ctx).await;
        old_deliveries::look(ctx).await;
    }
}
