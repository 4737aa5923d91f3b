//! The start of the container.
//!
//! The intent is stored first, so that whoever comes after a crash knows that there may be a
//! container. A holder that finds one launched adopts it. What earlier attempts have left on the same
//! engine is removed before a new one starts.

use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use leo_common::error_chain::Chain;
use leo_common::mask::Mask;
use leo_common::store::jobs::Outcome;
use leo_common::store::leases::AttemptRecord;
use leo_protocol::FailureReason;
use tokio::time::Instant;

use super::pause::{self, Pauses};
use super::{End, Held, Stop, ask, failed, inputs, leftovers, patience, starting};
use crate::dial::{Dial, GATEWAY};
use crate::orchestrator::{LaunchError, Launched, RunHandle, RunSpec, Wanted};

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
    /// As the container was told; see [`Run::is_overdue`].
    pub(super) deadline: DateTime<Utc>,
    /// The same on the clock that nobody sets: a step of the other one ends no run.
    due: Instant,
    pub(super) pauses: Pauses,
    /// This process has launched it.
    pub(super) own: bool,
}

impl Run {
    /// Whether it has run longer than allowed, not counting the time in which it was halted.
    pub(super) fn is_overdue(&self) -> bool {
        Instant::now() >= self.pauses.extend(self.due)
    }
}

/// When a deadline is on the clock that nobody sets.
fn due(deadline: DateTime<Utc>) -> Instant {
    // What has passed is due at once.
    Instant::now() + (deadline - Utc::now()).to_std().unwrap_or_default()
}

pub(super) async fn launch(held: &Held) -> Result<Launch, Stop> {
    let (job, attempt) = (held.claim.job, held.claim.attempt);
    let before = ask(job, || held.ctx.db.attempt(job, attempt)).await?;
    if let Some(record) = &before
        && let Some(run) = launched_before(held, record)
    {
        // It may have been launched under another name of this host.
        if record.host != Some(held.ctx.orchestrator.host()) {
            intend(held, run.deadline).await?;
        }
        // Before anybody judges how long it has run.
        pause::go_on(held, &run).await?;
        return Ok(Launch::Running(run));
    }
    if held.hold.cancel.is_cancelled() {
        return Ok(Launch::Ended(cancelled()));
    }
    // Whoever launches the same attempt again keeps its deadline, and with it the runner's token.
    let deadline = before
        .and_then(|record| record.deadline)
        .unwrap_or_else(|| {
            (Utc::now() + held.ctx.config.limits.job_timeout.get()).trunc_subsecs(0)
        });
    let network = held.model.needs_network() || held.ctx.dial.is_some();
    let spec = RunSpec {
        instance: held.ctx.instance,
        job: held.claim.job,
        attempt: held.claim.attempt,
        env: inputs::environment(held, deadline),
        inputs: inputs::prepare(held).await?,
        network,
        gateway: gateway(held),
        wanted: wanted(held),
    };
    intend(held, deadline).await?;
    match patience::patiently(held, deadline, || start(held, &spec)).await {
        Ok(launched) => started(held, launched, deadline).await.map(Launch::Running),
        Err(error) => Ok(Launch::Ended(not_started(held, &error))),
    }
}

/// What the container calls its machine, if it is told to.
fn gateway(held: &Held) -> Option<&'static str> {
    let dials = held.ctx.dial.as_ref().is_some_and(Dial::needs_gateway);
    (dials || inputs::goes_by_gateway(held)).then_some(GATEWAY)
}

/// As long as this worker may take the job for its own. A start that is on its way to an engine that
/// does not answer may take effect much later, so as few as possible are sent in vain.
fn wanted(held: &Held) -> Wanted {
    let (ctx, lease) = (held.ctx.clone(), held.ctx.config.limits.lease_seconds.get());
    let (cancel, lost) = (held.hold.cancel.clone(), held.hold.lost.clone());
    Wanted::while_true(move || {
        !cancel.is_cancelled() && !lost.is_cancelled() && ctx.pulse.age() < lease
    })
}

/// Stores that there may be a container from now on, and where.
async fn intend(held: &Held, deadline: DateTime<Utc>) -> Result<(), Stop> {
    let orchestrator = &held.ctx.orchestrator;
    let allowed = ask(held.claim.job, || {
        let (host, kind) = (orchestrator.host(), orchestrator.kind());
        held.ctx.db.intend_launch(&held.claim, host, kind, deadline)
    })
    .await?;
    if allowed { Ok(()) } else { Err(Stop::Lost) }
}

/// Starts the container, after removing those of earlier attempts.
async fn start(held: &Held, spec: &RunSpec) -> Result<Launched, LaunchError> {
    let earlier = spec.attempt.saturating_sub(1);
    if earlier > 0 {
        let removed = leftovers::remove(&held.ctx, spec.job, earlier).await;
        removed.map_err(|error| LaunchError::Unreachable(error.into()))?;
    }
    held.ctx.orchestrator.launch(spec).await
}

/// The container that an earlier holder of this attempt has started.
fn launched_before(held: &Held, record: &AttemptRecord) -> Option<Run> {
    let handle = RunHandle {
        job: held.claim.job,
        attempt: held.claim.attempt,
        id: record.handle.clone()?,
    };
    let deadline = record.deadline?;
    Some(Run {
        handle,
        deadline,
        due: due(deadline),
        pauses: Pauses::new(record.paused),
        own: false,
    })
}

async fn started(held: &Held, launched: Launched, deadline: DateTime<Utc>) -> Result<Run, Stop> {
    let run = Run {
        handle: launched.handle,
        deadline,
        due: due(deadline),
        pauses: Pauses::new(Duration::ZERO),
        own: true,
    };
    // It runs already, so it is halted as any other where Postgres is away.
    let stored = ask(held.claim.job, || {
        held.ctx.db.launched(&held.claim, &run.handle.id)
    });
    if !pause::beside(held, &run, stored).await?? {
        return Err(Stop::Lost);
    }
    for (step, duration) in launched.steps {
        starting::say(held, step, duration);
    }
    Ok(run)
}

/// There was no container to keep anything of.
fn cancelled() -> End {
    End::Job(Outcome {
        cancelled: true,
        ..Outcome::default()
    })
}

fn not_started(held: &Held, error: &LaunchError) -> End {
    // An engine's complaint may quote what it was asked for.
    let said = Chain(error).to_string();
    let said = Mask::new(held.model.secrets()).apply(&said).into_owned();
    tracing::warn!(job.id = %held.claim.job, error = said, "the container did not start");
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
        LaunchError::Unwanted => cancelled(),
        LaunchError::Unreachable(_) if !held.hold.cancel.is_cancelled() => {
            let message = format!(
                "{} did not answer for {}; an operator has to look after it",
                held.ctx.orchestrator.engine(),
                held.ctx.config.limits.job_timeout
            );
            let error = failed(FailureReason::LaunchFailed, message);
            End::Job(Outcome {
                error: Some(error),
                ..Outcome::default()
            })
        }
        LaunchError::NoCapacity(why) => {
            let message = format!("there was no room for the container: {why}");
            End::Again(failed(FailureReason::LaunchFailed, message).into())
        }
        LaunchError::Unreachable(_) | LaunchError::Failed(_) => {
            let message = format!("the container did not start: {said}");
            End::Again(failed(FailureReason::LaunchFailed, message).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_as_far_away_on_both_clocks() {
        let hour = Duration::from_secs(3600);
        let away = due(Utc::now() + hour).duration_since(Instant::now());
        assert!(
            away <= hour && away > hour - Duration::from_secs(60),
            "{away:?}"
        );
        assert!(due(Utc::now() - hour) <= Instant::now());
    }
}
