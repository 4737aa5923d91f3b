//! Signs of life.
//!
//! A worker beats three times per lease, on a connection of its own that no log traffic can
//! starve, and learns with each beat what Postgres says it holds. A worker that Postgres has taken
//! off the list, because it was silent for too long, gives up everything and registers anew.

use std::collections::HashSet;
use std::time::Duration;

use leo_common::store::workers::{Held, NewWorker};
use leo_common::store::{Db, StoreError};
use leo_protocol::JobId;
use secrecy::ExposeSecret as _;

use crate::context::Context;

/// Beats per lease.
const BEATS_PER_LEASE: u32 = 3;
/// A beat that takes longer has failed, as part of the interval.
const PATIENCE: u32 = 2;

/// Registers this worker.
pub(crate) async fn register(ctx: &Context) -> Result<(), StoreError> {
    let name = ctx
        .config
        .running
        .worker_name
        .clone()
        .unwrap_or_else(host_name);
    ctx.db
        .register_worker(&NewWorker {
            id: ctx.worker,
            name: &name,
            host: ctx.orchestrator.host(),
            orchestrator: ctx.orchestrator.kind(),
            version: env!("CARGO_PKG_VERSION"),
            capacity: ctx.config.running.worker_concurrency,
        })
        .await
}

/// Beats until the process ends.
pub(crate) async fn run(ctx: Context) {
    let interval = ctx.config.limits.lease_seconds.get() / BEATS_PER_LEASE;
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = beats(&ctx, &mut ticks, interval * PATIENCE).await {
            tracing::warn!(error = %leo_common::error_chain::Chain(&error), "the beat failed");
        }
    }
}

/// Beats on one connection until it fails.
async fn beats(
    ctx: &Context,
    ticks: &mut tokio::time::Interval,
    patience: Duration,
) -> Result<(), StoreError> {
    let url = ctx.config.database.database_url.expose_secret();
    let mut connection = in_time(patience, Db::beat_connection(url)).await?;
    let mut unknown = HashSet::new();
    loop {
        let before = ctx.holds.list();
        match in_time(patience, ctx.db.beat(ctx.worker, &mut connection)).await? {
            Some(beat) => {
                ctx.holds.compare(&before, &beat.held);
                unknown = release_unknown(ctx, &beat.held, &unknown).await?;
            }
            None => {
                tracing::warn!("this worker was taken for dead; it gives up what it held");
                ctx.holds.lose_all();
                register(ctx).await?;
            }
        }
        ticks.tick().await;
    }
}

/// Jobs that Postgres says are held here and that nobody here knows, at two beats in a row: the
/// answer to their claim was lost, or their way broke off. Released, they are found again by the
/// next look for orphans. Gives those that are unknown for the first time.
async fn release_unknown(
    ctx: &Context,
    held: &[Held],
    unknown_before: &HashSet<(JobId, u32)>,
) -> Result<HashSet<(JobId, u32)>, StoreError> {
    let mut unknown = HashSet::new();
    for held in held
        .iter()
        .filter(|held| !ctx.holds.has(held.job, held.epoch))
    {
        if unknown_before.contains(&(held.job, held.epoch)) {
            tracing::warn!(job.id = %held.job, "a job is held here and nobody works on it; it is released");
            ctx.db.release_job(held.job, held.epoch, ctx.worker).await?;
        } else {
            unknown.insert((held.job, held.epoch));
        }
    }
    Ok(unknown)
}

async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(patience, answer)
        .await
        .unwrap_or_else(|_| Err(StoreError::TimedOut))
}

fn host_name() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "worker".to_owned())
}
