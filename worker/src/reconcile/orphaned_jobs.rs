//! Generating jobs that no worker holds.
//!
//! A worker that can reach the container adopts it: the container runs on, and the reading goes on
//! where the stored position is. Only when no worker has lived on the container's host for
//! `LOST_AFTER`, as this process has witnessed it, does the job start again elsewhere; and whoever
//! starts it again asks his own engine first, which may have the container under another host's name.
//! A job whose container was never launched is taken at once, unless one of an earlier attempt may be
//! left on a host that only others reach; and so is one whose run cannot outlive its worker and was on
//! this very host: what is left of that is ended, and a new attempt begins.
//!
//! Each job that is taken is held here from that moment on, however long the round lasts.

use leo_common::error_chain::Chain;
use leo_common::metrics;
use leo_common::store::StoreError;
use leo_common::store::claims::Claim;
use leo_common::store::jobs::Outcome;
use leo_common::store::leases::Orphan;
use leo_protocol::event::WorkerChange;
use leo_protocol::http::JobError;
use leo_protocol::{EventKind, FailureReason, HostId};

use crate::context::Context;
use crate::holds::Hold;
use crate::job::{leftovers, past};
use crate::orchestrator::{FoundRun, OrchestratorError};

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

/// Takes up to `slots` orphans, and ends those for which nothing more can be done.
pub(crate) async fn adopt(ctx: &Context, slots: usize) -> Vec<(Claim, Hold)> {
    let mut claims = Vec::new();
    if let Err(error) = look(ctx, slots, &mut claims).await {
        tracing::warn!(error = %Chain(&error), "orphaned jobs could not be looked for");
        ctx.holds.doubt();
    }
    claims
}

async fn look(
    ctx: &Context,
    slots: usize,
    claims: &mut Vec<(Claim, Hold)>,
) -> Result<(), StoreError> {
    let host = ctx.orchestrator.host();
    let orphans = ctx.db.orphans(host, ROUND).await?;
    ctx.witness.keep(&orphans);
    if orphans.is_empty() {
        return Ok(());
    }
    let live = ctx.db.live_hosts().await?;
    let mut here = Here::default();
    for orphan in orphans {
        // A draining worker takes what nobody else can reach, and nothing else.
        if ctx.draining.is_set() && orphan.host != Some(host) && !orphan.left_on.contains(&host) {
            continue;
        }
        let mut way = way(ctx, &orphan, &live);
        if matches!(way, Way::Restart | Way::GiveUp) && ctx.orchestrator.outlives_worker() {
            way = here.look(ctx, &orphan, way).await;
        }
        match way {
            Way::Adopt if claims.len() < slots => {
                claims.extend(take_over(ctx, &orphan, WorkerChange::Adopted).await?);
            }
            Way::Restart if claims.len() < slots => {
                claims.extend(take_over(ctx, &orphan, WorkerChange::Restarted).await?);
            }
            Way::GiveUp => give_up(ctx, &orphan).await?,
            Way::Adopt | Way::Restart | Way::Wait => {}
        }
    }
    Ok(())
}

fn way(ctx: &Context, orphan: &Orphan, live: &[HostId]) -> Way {
    let own = ctx.orchestrator.host();
    let lost_after = ctx.config.limits.lost_after.get();
    // Whether somebody else can reach what is on that host, or may be able to before it is given up.
    let elsewhere = |host: HostId| {
        host != own && (live.contains(&host) || ctx.witness.silence(orphan, host) < lost_after)
    };
    let Some(host) = orphan.host else {
        // Never launched, and its former holder is fenced by the take, which fails if he has meant to
        // launch it meanwhile: as good as new, once nothing of an earlier attempt runs.
        let reachable = orphan.left_on.iter().all(|host| !elsewhere(*host));
        return if reachable { Way::Adopt } else { Way::Wait };
    };
    if host == own && ctx.orchestrator.outlives_worker() {
        Way::Adopt
    } else if elsewhere(host) {
        Way::Wait
    } else if orphan.cancel || orphan.attempt >= ctx.config.limits.job_max_attempts {
        Way::GiveUp
    } else {
        Way::Restart
    }
}

/// The runs on this worker's own engine, asked for once in a round.
#[derive(Default)]
struct Here(Option<Result<Vec<FoundRun>, OrchestratorError>>);

impl Here {
    /// What is to be done with an orphan whose host is lost, after a look at this engine.
    async fn look(&mut self, ctx: &Context, orphan: &Orphan, way: Way) -> Way {
        if self.0.is_none() {
            self.0 = Some(ctx.orchestrator.list().await);
        }
        match &self.0 {
            Some(Ok(found)) => {
                let mut keys = found.iter().map(|run| (run.handle.job, run.handle.attempt));
                if keys.any(|key| key == (orphan.job, orphan.attempt)) {
                    Way::Adopt
                } else {
                    way
                }
            }
            Some(Err(error)) => {
                tracing::warn!(job.id = %orphan.job, error = %Chain(error), "whether the container is here cannot be told");
                Way::Wait
            }
            None => Way::Wait,
        }
    }
}

/// Takes it for good, and counts that.
async fn take_over(
    ctx: &Context,
    orphan: &Orphan,
    how: WorkerChange,
) -> Result<Option<(Claim, Hold)>, StoreError> {
    let taken = take(ctx, orphan, how).await?;
    if taken.is_some() {
        metrics::taken_over(how == WorkerChange::Restarted);
    }
    Ok(taken)
}

async fn take(
    ctx: &Context,
    orphan: &Orphan,
    how: WorkerChange,
) -> Result<Option<(Claim, Hold)>, StoreError> {
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
        .take_over(orphan, ctx.worker, restarted, &events)
        .await?;
    Ok(taken.map(|(claim, batch)| {
        tracing::info!(job.id = %orphan.job, ?how, "took over a job");
        ctx.publisher.batch(&batch);
        let hold = ctx.holds.enter(claim.job, claim.epoch);
        (claim, hold)
    }))
}

/// Ends a job whose container is out of reach. It is taken first: nothing that comes back later
/// may write any more.
async fn give_up(ctx: &Context, orphan: &Orphan) -> Result<(), StoreError> {
    let Some((claim, _hold)) = take(ctx, orphan, WorkerChange::Adopted).await? else {
        return Ok(());
    };
    // Before the end is told, as far as this worker can reach.
    if let Err(error) = leftovers::remove(ctx, claim.job, claim.attempt).await {
        tracing::warn!(job.id = %claim.job, error = %Chain(&error), "what is left of a lost run stays behind for now");
    }
    let message = format!(
        "the worker or the host of the generation was lost, and so was each of the {} attempts allowed",
        ctx.config.limits.job_max_attempts
    );
    let error = JobError {
        reason: FailureReason::WorkerLost,
        message,
    };
    let outcome = Outcome {
        error: (!orphan.cancel).then_some(error),
        cancelled: orphan.cancel,
        usage: past::usage_if_known(ctx, claim.job).await,
        ..Outcome::default()
    };
    if let Some(fact) = ctx.db.finish(claim.job, claim.epoch, &outcome).await? {
        ctx.publisher.fact(fact);
        ctx.waker.wake();
    }
    Ok(())
}
