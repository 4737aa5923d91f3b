//! Signs of life.
//!
//! A worker beats three times per lease, on a connection of its own that no log traffic can
//! starve, and learns with each beat what Postgres says it holds. A worker that was taken off the
//! list, because it was silent for too long, registers anew and goes on with what nobody has taken
//! meanwhile.

use std::collections::HashSet;
use std::time::Duration;

use leo_common::store::workers::{BeatConnection, Held, NewWorker};
use leo_common::store::{Db, StoreError};
use leo_protocol::JobId;
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use crate::context::Context;
use crate::kernel::ProcessName;

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
            process: ProcessName::own().map(|name| name.to_string()),
        })
        .await
}

/// Beats until the process ends.
pub(crate) async fn run(ctx: Context) {
    let interval = ctx.config.limits.lease_seconds.get() / BEATS_PER_LEASE;
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let patience = interval * PATIENCE;
    loop {
        ticks.tick().await;
        let begun = Instant::now();
        let url = ctx.config.database.database_url.expose_secret();
        let beating = match in_time(patience, Db::beat_connection(url)).await {
            Ok(connection) => beats(&ctx, connection, &mut ticks, patience).await,
            Err(error) => Err((begun, error)),
        };
        if let Err((begun, error)) = beating {
            ctx.pulse.failed(begun);
            tracing::warn!(error = %leo_common::error_chain::Chain(&error), "the beat failed");
        }
    }
}

/// Beats on one connection until a beat fails; gives when that was begun.
async fn beats(
    ctx: &Context,
    mut connection: BeatConnection,
    ticks: &mut tokio::time::Interval,
    patience: Duration,
) -> Result<(), (Instant, StoreError)> {
    let mut unknown = HashSet::new();
    loop {
        let begun = Instant::now();
        let beat = one(ctx, &mut connection, &mut unknown);
        if in_time(patience, beat)
            .await
            .map_err(|error| (begun, error))?
        {
            ctx.pulse.acknowledged(begun);
            ticks.tick().await;
        }
    }
}

/// One beat, and what follows from its answer. `false` when this worker was off the list, and is on
/// it again: what it still holds, the next beat tells.
async fn one(
    ctx: &Context,
    connection: &mut BeatConnection,
    unknown: &mut HashSet<(JobId, u32)>,
) -> Result<bool, StoreError> {
    let before = ctx.holds.list();
    let Some(beat) = ctx.db.beat(ctx.worker, connection).await? else {
        tracing::warn!("this worker was taken for dead; it registers anew");
        register(ctx).await?;
        if ctx.draining.is_set() {
            ctx.db.set_draining(&ctx.worker.to_string(), true).await?;
        }
        return Ok(false);
    };
    ctx.draining.heard(beat.draining);
    ctx.holds.compare(&before, &beat.held);
    *unknown = release_unknown(ctx, &beat.held, unknown).await?;
    Ok(true)
}

/// Jobs that Postgres says are held here and that nobody here knows, at two beats in a row: the
/// answer to their claim was lost, or their way broke off, and there was no slot free to take them
/// up. Released, they are found again by the next look for orphans. Gives those that are unknown
/// for the first time.
async fn release_unknown(
    ctx: &Context,
    held: &[Held],
    unknown_before: &HashSet<(JobId, u32)>,
) -> Result<HashSet<(JobId, u32)>, StoreError> {
    let mut unknown = HashSet::new();
    for held in held.iter().filter(|held| !ctx.holds.knows(held.job)) {
        if unknown_before.contains(&(held.job, held.epoch)) {
            tracing::warn!(job.id = %held.job, "a job is held here and nobody works on it; it is released");
            ctx.db.release_job(held.job, held.epoch, ctx.worker).await?;
        } else {
            unknown.insert((held.job, held.epoch));
        }
    }
    if !unknown.is_empty() {
        ctx.holds.doubt();
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
