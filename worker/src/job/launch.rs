//! The start of the container.
//!
//! The intent is stored first, so that whoever comes after a crash knows that there may be a
//! container. A holder that finds one launched adopts it.

use chrono::{DateTime, SubsecRound as _, Utc};
use leo_common::error_chain::Chain;
use leo_common::store::jobs::Outcome;
use leo_common::store::leases::AttemptRecord;
use leo_protocol::{EventKind, FailureReason};

use super::{End, Held, Stop, ask, failed, inputs};
use crate::orchestrator::{LaunchError, Launched, RunHandle, RunSpec};

/// What became of the launch.
pub(super) enum Launch {
    /// There is a container.
    Running(Run),
    /// There is none, and none is to be.
    Ended(End),
}

/// A running (or ended) container and when it has run long enough.
pub(super) struct Run {
    pub(super) handle: RunHandle,
    pub(super) deadline: DateTime<Utc>,
}

pub(super) async fn launch(held: &Held) -> Result<Launch, Stop> {
    let (job, attempt) = (held.claim.job, held.claim.attempt);
    let before = ask(job, || held.ctx.db.attempt(job, attempt)).await?;
    if let Some(run) = before
        .as_ref()
        .and_then(|record| launched_before(held, record))
    {
        return Ok(Launch::Running(run));
    }
    if held.hold.cancel.is_cancelled() {
        return Ok(Launch::Ended(End::Job(Outcome {
            cancelled: true,
            ..Outcome::default()
        })));
    }
    // Whoever launches the same attempt again keeps its deadline, and with it the runner's token.
    let deadline = before
        .and_then(|record| record.deadline)
        .unwrap_or_else(|| {
            (Utc::now() + held.ctx.config.limits.job_timeout.get()).trunc_subsecs(0)
        });
    let network = held.ctx.config.model.llm_provider.needs_network() || held.ctx.dial.is_some();
    let spec = RunSpec {
        instance: held.ctx.instance,
        job: held.claim.job,
        attempt: held.claim.attempt,
        env: inputs::environment(held, deadline),
        inputs: inputs::prepare(held).await?,
        network,
    };
    let orchestrator = &held.ctx.orchestrator;
    let allowed = ask(job, || {
        let (host, kind) = (orchestrator.host(), orchestrator.kind());
        held.ctx.db.intend_launch(&held.claim, host, kind, deadline)
    })
    .await?;
    if !allowed {
        return Err(Stop::Lost);
    }
    match orchestrator.launch(&spec).await {
        Ok(launched) => started(held, launched, deadline).await.map(Launch::Running),
        Err(error) => Ok(Launch::Ended(not_started(held, &error))),
    }
}

/// The container that an earlier holder of this attempt has started.
fn launched_before(held: &Held, record: &AttemptRecord) -> Option<Run> {
    let handle = RunHandle {
        job: held.claim.job,
        attempt: held.claim.attempt,
        id: record.handle.clone()?,
    };
    Some(Run {
        handle,
        deadline: record.deadline?,
    })
}

async fn started(held: &Held, launched: Launched, deadline: DateTime<Utc>) -> Result<Run, Stop> {
    let handle = launched.handle;
    let db = &held.ctx.db;
    ask(handle.job, || {
        db.launched(handle.job, handle.attempt, &handle.id)
    })
    .await?;
    for (step, duration) in launched.steps {
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        held.tell.say(&EventKind::Launching {
            step: step.to_owned(),
            duration_ms,
        });
    }
    Ok(Run { handle, deadline })
}

fn not_started(held: &Held, error: &LaunchError) -> End {
    tracing::warn!(job.id = %held.claim.job, error = %Chain(error), "the container did not start");
    match error {
        LaunchError::ImageMissing(image) => {
            let message = format!(
                "the generator image `{image}` is not on the worker's host; an operator has to build or pull it"
            );
            let error = failed(FailureReason::ImageMissing, message);
            End::Job(Outcome {
                error: Some(error),
                ..Outcome::default()
            })
        }
        LaunchError::Failed(_) => End::Again(failed(
            FailureReason::LaunchFailed,
            format!("the container did not start: {}", Chain(error)),
        )),
    }
}
