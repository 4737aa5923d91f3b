//! Generating jobs that no worker holds.
//!
//! A worker that can reach the container adopts it: the container runs on, and the reading goes on
//! where the stored position is. Only when no worker has lived on the container's host for
//! `LOST_AFTER`, by this observer's own clock, does the job start again elsewhere. A job whose
//! container was never launched is taken at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use leo_common::error_chain::Chain;
use leo_common::store::StoreError;
use leo_common::store::claims::Claim;
use leo_common::store::jobs::Outcome;
use leo_common::store::leases::Orphan;
use leo_protocol::event::WorkerChange;
use leo_protocol::http::JobError;
use leo_protocol::{EventKind, FailureReason, HostId, JobId};

use crate::context::Context;

/// Orphans looked at in one round.
const ROUND: i64 = 100;

/// What is to be done with an orphan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Adopt,
    Restart,
    GiveUp,
    Wait,
}

/// Since when jobs have been without a holder and without a living host, as this process has seen
/// it. Not longer than the list of orphans.
#[derive(Debug, Default)]
pub(crate) struct Sightings(Mutex<HashMap<(JobId, u32), Instant>>);

/// Takes up to `slots` orphans, and ends those for which nothing more can be done.
pub(crate) async fn adopt(ctx: &Context, slots: usize) -> Vec<Claim> {
    match look(ctx, slots).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "orphaned jobs could not be looked for");
            Vec::new()
        }
    }
}

async fn look(ctx: &Context, slots: usize) -> Result<Vec<Claim>, StoreError> {
    let orphans = ctx.db.orphans(ROUND).await?;
    if orphans.is_empty() {
        ctx.sightings.keep(&orphans);
        return Ok(Vec::new());
    }
    let live = ctx.db.live_hosts().await?;
    ctx.sightings.keep(&orphans);
    let mut claims = Vec::new();
    for orphan in orphans {
        match way(ctx, &orphan, &live) {
            Way::Adopt if claims.len() < slots => {
                claims.extend(take(ctx, &orphan, WorkerChange::Adopted).await?);
            }
            Way::Restart if claims.len() < slots => {
                claims.extend(take(ctx, &orphan, WorkerChange::Restarted).await?);
            }
            Way::GiveUp => give_up(ctx, &orphan).await?,
            Way::Adopt | Way::Restart | Way::Wait => {}
        }
    }
    Ok(claims)
}

fn way(ctx: &Context, orphan: &Orphan, live: &[HostId]) -> Way {
    // An attempt without a host was never launched, and its former holder is fenced by the take:
    // it is as good as new, wherever this worker is.
    let Some(host) = orphan.host.filter(|host| *host != ctx.orchestrator.host()) else {
        return Way::Adopt;
    };
    if live.contains(&host) {
        ctx.sightings.forget(orphan);
        return Way::Wait;
    }
    if ctx.sightings.since(orphan).elapsed() < ctx.config.limits.lost_after.get() {
        Way::Wait
    } else if orphan.cancel || orphan.attempt >= ctx.config.limits.job_max_attempts {
        Way::GiveUp
    } else {
        Way::Restart
    }
}

async fn take(
    ctx: &Context,
    orphan: &Orphan,
    how: WorkerChange,
) -> Result<Option<Claim>, StoreError> {
    let restarted = how == WorkerChange::Restarted;
    let mut events = vec![EventKind::WorkerChanged { how }];
    if restarted {
        events.push(EventKind::GenerationStarted {
            request_id: orphan.job,
            attempt: orphan.attempt + 1,
        });
    }
    let taken = ctx
        .db
        .take(orphan.job, orphan.epoch, ctx.worker, restarted, &events)
        .await?;
    Ok(taken.map(|(claim, batch)| {
        tracing::info!(job.id = %orphan.job, ?how, "took over a job");
        ctx.publisher.batch(&batch);
        claim
    }))
}

/// Ends a job whose container is out of reach. It is taken first: nothing that comes back later
/// may write any more.
async fn give_up(ctx: &Context, orphan: &Orphan) -> Result<(), StoreError> {
    let Some(claim) = take(ctx, orphan, WorkerChange::Adopted).await? else {
        return Ok(());
    };
    let message = format!(
        "the host of the generation was lost, and so was each of the {} attempts allowed",
        ctx.config.limits.job_max_attempts
    );
    let error = JobError {
        reason: FailureReason::WorkerLost,
        message,
    };
    let outcome = Outcome {
        error: (!orphan.cancel).then_some(error),
        cancelled: orphan.cancel,
        ..Outcome::default()
    };
    if let Some(fact) = ctx.db.finish(claim.job, claim.epoch, &outcome).await? {
        ctx.publisher.fact(fact);
        ctx.hints.push().await;
    }
    Ok(())
}

impl Sightings {
    /// When this orphan was first seen.
    fn since(&self, orphan: &Orphan) -> Instant {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen
            .entry((orphan.job, orphan.epoch))
            .or_insert_with(Instant::now)
    }

    /// Its host lives: the time begins anew when that ends.
    fn forget(&self, orphan: &Orphan) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.remove(&(orphan.job, orphan.epoch));
    }

    /// Forgets what is no orphan any more.
    fn keep(&self, orphans: &[Orphan]) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|key, _| {
            orphans
                .iter()
                .any(|orphan| (orphan.job, orphan.epoch) == *key)
        });
    }
}
