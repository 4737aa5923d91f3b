//! The way of a job through a worker.
//!
//! One file a stage, in this order: [`inputs`], [`launch`], [`follow`], [`artifact`], [`complete`];
//! beside the container stand [`pause`] and [`starting`].
//! A stage is idempotent for the same attempt, so that a worker that takes a job over walks the
//! same way: it finds the container launched, goes on reading where the stored position is, and
//! completes. A stage whose job is held by somebody else writes nothing and ends with
//! [`Stop::Lost`]; the container is left alone, for it may be the successor's by now.
//!
//! This module does not decide where containers run; see [`crate::orchestrator`].

use std::path::PathBuf;

use leo_common::append::{LaneError, OpenLane, Origin};
use leo_common::error_chain::Chain;
use leo_common::job_model::{JobModel, NoModel};
use leo_common::metrics::{self, Present};
use leo_common::store::StoreError;
use leo_common::store::claims::Claim;
use leo_common::store::events::Source;
use leo_common::store::jobs::{JobRecord, Outcome};
use leo_protocol::http::JobError;
use leo_protocol::{ArtifactId, EventKind, FailureReason, JobId};
use serde_json::Value;

use crate::claim::Claimed;
use crate::context::Context;
use crate::holds::Hold;
use crate::push;

mod artifact;
mod ask;
mod base;
mod complete;
pub(crate) mod disk;
mod follow;
pub(crate) mod inputs;
mod launch;
pub(crate) mod leftovers;
pub(crate) mod lines;
mod model;
pub(crate) mod observe;
pub(crate) mod past;
mod patience;
mod pause;
mod rebuild;
mod remote;
mod restart;
mod runner;
mod starting;
mod tell;
mod verdict;

use ask::ask;
use tell::Tell;

/// A job that this worker holds, at one of its attempts.
struct Held {
    ctx: Context,
    claim: Claim,
    hold: Hold,
    job: JobRecord,
    /// What its generator calls, and what must not be seen in its stream.
    model: JobModel,
    /// Why there is no such model.
    no_model: Option<NoModel>,
    tell: Tell,
}

/// Why the way of a job ends before its end.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// The job is held by somebody else, or is to be: detach.
    #[error("the job is held by somebody else")]
    Lost,
    /// Something that should not happen.
    #[error("{what}")]
    Defect {
        what: &'static str,
        #[source]
        source: anyhow::Error,
    },
}

impl Stop {
    fn defect(what: &'static str) -> impl FnOnce(anyhow::Error) -> Self {
        move |source| Self::Defect { what, source }
    }
}

impl From<LaneError> for Stop {
    fn from(error: LaneError) -> Self {
        match error {
            LaneError::Fenced => Self::Lost,
            LaneError::Gap { .. } | LaneError::Refused(_) => Self::Defect {
                what: "store the job's events",
                source: error.into(),
            },
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Defect {
            what: "ask the database",
            source: error.into(),
        }
    }
}

/// How an attempt ended.
enum End {
    /// The job ends with it.
    Job(Outcome),
    /// The infrastructure failed, not the generator: another attempt may do better.
    Again(Again),
}

/// What the next attempt comes after.
struct Again {
    /// What happened, for the job if there is no next attempt.
    error: JobError,
    /// The files that the attempt has left.
    artifact: Option<ArtifactId>,
    /// What the job had cost at its end, as far as it was seen.
    usage: Option<Value>,
}

impl From<JobError> for Again {
    /// There was no container.
    fn from(error: JobError) -> Self {
        Self {
            error,
            artifact: None,
            usage: None,
        }
    }
}

/// Takes a claimed job to its end, or to the point where somebody else has it.
pub(crate) async fn handle(ctx: Context, claimed: Claimed) {
    let Claimed {
        claim,
        hold,
        job: record,
        _slot,
    } = claimed;
    let (job, mut epoch) = (claim.job, claim.epoch);
    let _running = Present::job();
    match walk(&ctx, claim, hold, record, &mut epoch).await {
        // Whoever can go on by its end has been woken with that.
        Ok(()) => return,
        Err(Stop::Lost) => {
            tracing::info!(job.id = %job, "detached from the job");
            // Or it is this worker's still, under an epoch that it was not told of.
            ctx.holds.doubt();
            if !ctx.shutdown.is_cancelled() {
                metrics::lease_lost();
            }
        }
        Err(defect @ Stop::Defect { .. }) => {
            tracing::error!(job.id = %job, error = %Chain(&defect), "the job cannot go on");
            fail(&ctx, job, epoch, &defect).await;
        }
    }
    // Perhaps there is something for others: this job, or the session's next.
    ctx.waker.wake();
}

/// Walks through the job's attempts; `epoch` is that of the present one.
/// `record` is the job as it was when it was claimed.
async fn walk(
    ctx: &Context,
    claim: Claim,
    hold: Hold,
    record: Option<Box<JobRecord>>,
    epoch: &mut u32,
) -> Result<(), Stop> {
    let (mut claim, mut hold, mut record) = (claim, hold, record);
    loop {
        if ctx.shutdown.is_cancelled() {
            return Err(Stop::Lost);
        }
        let job = match record.take() {
            Some(job) => *job,
            None => read(ctx, claim.job).await?,
        };
        if job.cancel_requested_at.is_some() {
            hold.cancel.cancel();
        }
        let lost = hold.lost.clone();
        let known = hold.lost.run_until_cancelled(model::of(ctx, &job)).await;
        let (model, no_model) = known.unwrap_or(Err(Stop::Lost))?;
        let tell = Tell::open(ctx, &claim);
        let held = Held {
            ctx: ctx.clone(),
            claim,
            hold,
            job,
            model,
            no_model,
            tell,
        };
        let next = lost
            .run_until_cancelled(attempt(&held))
            .await
            .unwrap_or(Err(Stop::Lost))?;
        match next {
            // Not cut short any more: a job whose end is stored looks like one that is lost, and
            // its container would stay behind.
            Next::End(outcome) => return complete::complete(&held, &outcome).await,
            Next::Attempt(next) => {
                // While the old hold still stands: at no time is the job unknown here.
                hold = ctx.holds.enter(next.job, next.epoch);
                *epoch = next.epoch;
                claim = next;
            }
        }
    }
}

async fn read(ctx: &Context, job: JobId) -> Result<JobRecord, Stop> {
    let record = ask(job, || ctx.db.any_job(job)).await?;
    record
        .ok_or_else(|| Stop::defect("find the job")(anyhow::anyhow!("it is gone with its session")))
}

/// What follows an attempt.
enum Next {
    /// Another one.
    Attempt(Claim),
    /// The job's end.
    End(Outcome),
}

/// One attempt.
async fn attempt(held: &Held) -> Result<Next, Stop> {
    if let Some(why) = &held.no_model {
        return Ok(Next::End(model::missing(why)));
    }
    let end = match launch::launch(held).await? {
        launch::Launch::Running(run) => {
            let followed = pause::beside(held, &run, follow::follow(held, &run)).await??;
            verdict::verdict(held, &run, followed).await?
        }
        launch::Launch::Ended(end) => end,
    };
    let again = match end {
        End::Job(outcome) => return Ok(Next::End(published(held, outcome).await)),
        End::Again(again) => again,
    };
    Ok(match restart::restart(held, &again).await? {
        Some(claim) => Next::Attempt(claim),
        None => Next::End(restart::last(held, again)),
    })
}

/// With where the result was pushed, if it is to be and that does not take long.
async fn published(held: &Held, mut outcome: Outcome) -> Outcome {
    if outcome.error.is_some() || outcome.cancelled || outcome.artifact.is_none() {
        return outcome;
    }
    let (ctx, job) = (&held.ctx, held.claim.job);
    if let Some(push) = push::wait::for_push(ctx, job, &held.hold.cancel).await {
        match (&push.url, push.error) {
            (Some(_), Some(note)) => held.tell.say(&info(format!("pushed to GitHub: {note}"))),
            (None, Some(why)) => held.tell.say(&info(format!("not pushed to GitHub: {why}"))),
            (_, None) => {}
        }
        outcome.github_url = push.url;
    }
    outcome
}

/// Ends a job that this worker cannot bring to its end.
async fn fail(ctx: &Context, job: JobId, epoch: u32, defect: &Stop) {
    let message = format!("Leo could not go on with this job: {}", Chain(defect));
    let error = JobError {
        reason: FailureReason::Internal,
        message,
    };
    let outcome = Outcome {
        error: Some(error),
        usage: past::usage_if_known(ctx, job).await,
        ..Outcome::default()
    };
    match ctx.db.finish(job, epoch, &outcome).await {
        Ok(Some(fact)) => ctx.publisher.fact(fact),
        Ok(None) => {}
        Err(error) => {
            tracing::error!(job.id = %job, error = %Chain(&error), "the failure could not be stored")
        }
    }
}

impl Held {
    /// The folder on this machine for what goes into and comes out of the container.
    fn staging(&self) -> PathBuf {
        staging(&self.ctx).join(format!("{}_{}", self.claim.job, self.claim.attempt))
    }

    fn lane(&self, source: Source, position: u64) -> OpenLane {
        self.ctx
            .appender
            .open(origin(&self.claim, source), position)
    }
}

/// Where the folders `JOB_ATTEMPT` are in which this machine's workers stage files.
pub(crate) fn staging(ctx: &Context) -> PathBuf {
    let running = &ctx.config.running;
    running.workspace_dir.join(ctx.instance.to_string())
}

/// A source of the held job that this worker writes.
fn origin(claim: &Claim, source: Source) -> Origin {
    Origin {
        session: claim.session,
        job: claim.job,
        source,
        fence: claim.epoch,
        generation: 0,
    }
}

fn failed(reason: FailureReason, message: impl Into<String>) -> JobError {
    JobError {
        reason,
        message: message.into(),
    }
}

/// A line of Leo's own in the job's log.
fn info(message: impl Into<String>) -> EventKind {
    EventKind::Info {
        message: message.into(),
    }
}
