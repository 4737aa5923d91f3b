//! What the end of a container means for its job.

use leo_common::store::jobs::Outcome;
use leo_protocol::http::JobError;
use leo_protocol::{FailureReason, Mode};

use super::follow::{Followed, Interrupt};
use super::launch::Run;
use super::{End, Held, Stop, artifact, ask, failed, info};
use crate::orchestrator::RunExit;

/// Judges how the container ended and keeps what it has left behind.
pub(super) async fn verdict(held: &Held, run: &Run, followed: Followed) -> Result<End, Stop> {
    note_end(held, run, &followed).await?;
    let error = match judge(held, &followed) {
        Judgement::Lost => {
            return Ok(End::Again(failed(
                FailureReason::WorkerLost,
                "the container was lost together with its host or its Docker engine",
            )));
        }
        Judgement::Ended(error) => error,
    };
    let cancelled = followed.interrupt == Some(Interrupt::Cancelled);
    let kept = artifact::keep(held, run, error.is_some() || cancelled).await?;
    let error = if cancelled {
        None
    } else {
        error.or_else(|| complaint(held, &kept))
    };
    Ok(End::Job(Outcome {
        error,
        cancelled,
        summary: followed.observed.summary(),
        usage: followed.observed.usage,
        artifact: kept.artifact,
    }))
}

enum Judgement {
    /// The infrastructure failed.
    Lost,
    /// The generator ended: well, or with this error.
    Ended(Option<JobError>),
}

fn judge(held: &Held, followed: &Followed) -> Judgement {
    let limits = &held.ctx.config.limits;
    let error = match followed.interrupt {
        Some(Interrupt::Cancelled) => return Judgement::Ended(None),
        Some(Interrupt::Timeout) => failed(
            FailureReason::Timeout,
            format!(
                "the generation ran longer than {}, the most allowed",
                limits.job_timeout
            ),
        ),
        Some(Interrupt::NoOutput) => failed(
            FailureReason::NoOutput,
            format!(
                "the generator said nothing for {}",
                limits.no_output_timeout
            ),
        ),
        Some(Interrupt::OutputLimit) => failed(
            FailureReason::OutputLimit,
            format!(
                "the generator printed more than {} bytes, the most allowed",
                limits.output_limit.get()
            ),
        ),
        None => return by_exit(held, followed),
    };
    Judgement::Ended(Some(error))
}

fn by_exit(held: &Held, followed: &Followed) -> Judgement {
    let whole =
        followed.observed.complete && matches!(followed.exit, RunExit::Exited { code: 0, .. });
    // An engine that goes away takes its containers along, and those that heed SIGTERM end with 0.
    if followed.engine_broke && !whole {
        return Judgement::Lost;
    }
    let error = match followed.exit {
        RunExit::Lost => return Judgement::Lost,
        RunExit::Exited { code: 0, .. } => return Judgement::Ended(None),
        RunExit::Exited {
            out_of_memory: true,
            ..
        } => failed(
            FailureReason::OutOfMemory,
            format!(
                "the generator needed more than {} bytes of memory",
                held.ctx.config.running.container_memory.get()
            ),
        ),
        RunExit::Exited { code, .. } => {
            let said = followed.observed.agent_error.as_deref();
            let said = said
                .map(|said| format!("; its last error: {said}"))
                .unwrap_or_default();
            failed(
                FailureReason::ExitCode,
                format!("the generator ended with exit code {code}{said}"),
            )
        }
    };
    Judgement::Ended(Some(error))
}

/// What is wrong with a workspace whose generator ended well.
fn complaint(held: &Held, kept: &artifact::Kept) -> Option<JobError> {
    if let Some(rejected) = &kept.rejected {
        return Some(failed(FailureReason::ArtifactRejected, rejected.clone()));
    }
    if kept.app_files == 0 && held.job.mode != Mode::Plan {
        return Some(failed(
            FailureReason::ArtifactRejected,
            "the generator ended without leaving any files",
        ));
    }
    None
}

async fn note_end(held: &Held, run: &Run, followed: &Followed) -> Result<(), Stop> {
    let (code, word) = match (followed.exit, followed.interrupt) {
        (RunExit::Lost, _) => (None, "lost"),
        (RunExit::Exited { code, .. }, Some(_)) => (Some(code), "stopped"),
        (RunExit::Exited { code, .. }, None) => (Some(code), "exited"),
    };
    if followed.interrupt.is_none() && code == Some(0) && !followed.observed.complete {
        held.tell.say(&info(
            "the generator ended without `generation_complete`; its files are taken as they are",
        ));
    }
    let (job, attempt) = (run.handle.job, run.handle.attempt);
    ask(job, || held.ctx.db.attempt_ended(job, attempt, code, word)).await
}
