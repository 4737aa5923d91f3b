//! What the end of a container means for its job.

use leo_common::store::jobs::Outcome;
use leo_protocol::http::JobError;
use leo_protocol::{FailureReason, Mode};

use super::ask::{ask, persist};
use super::follow::{Followed, Interrupt};
use super::launch::Run;
use super::{Again, End, Held, Stop, artifact, failed, info, past, remote};
use crate::config::OrchestratorMode;
use crate::orchestrator::{Loss, RunExit, RunFailure, Usage};

/// Why a container does not call back.
const NO_CALL: &str = "it may not reach the api (LEO_RUNNER_URL), or its image is no generator";

/// Judges how the container ended and keeps what it has left behind.
///
/// | how it ended | what that means |
/// |---|---|
/// | with 0 and `generation_complete` | success, whatever happened around it |
/// | unknown, after `generation_complete` and `end`, where the files were uploaded before | the same |
/// | stopped by Leo | cancelled, or failed by the limit that it broke |
/// | by the engine, its host or a stranger ([`crate::orchestrator::Loss`]), or gone | another attempt, with its files |
/// | never started, or ended without dialling in where it has to | another attempt, `launch_failed` |
/// | otherwise while its end was asked for | cancelled: a worker that is no more has stopped it |
/// | with 0 | success: some generators do not say that they are done |
/// | with any other code | failed: by a limit that the engine enforces, memory or disk, or by itself, for the reason that its last `error` gives |
pub(super) async fn verdict(held: &Held, run: &Run, mut followed: Followed) -> Result<End, Stop> {
    if followed.adopted {
        let said = persist(held.claim.job, || past::observed(held)).await;
        // All of it is stored, so what was seen here is among it.
        followed.observed = said.map_err(Stop::defect("read the job's events"))?;
    }
    note_end(held, run, &followed).await?;
    let (error, cancelled) = match judge(held, run, &followed) {
        Judgement::Again(error) => {
            let kept = artifact::keep(held, run, true).await?;
            say_rejected(held, &kept);
            return Ok(End::Again(Again {
                error,
                artifact: kept.artifact,
                usage: followed.observed.usage,
            }));
        }
        Judgement::Cancelled => (None, true),
        Judgement::Ended(error) => (error, false),
    };
    let partial = error.is_some() || cancelled;
    let kept = artifact::keep(held, run, partial).await?;
    if partial {
        say_rejected(held, &kept);
    }
    let error = match cancelled {
        true => None,
        false => error
            .map(|error| or_full(held, error, &kept))
            .or_else(|| complaint(held, &kept)),
    };
    Ok(End::Job(Outcome {
        error,
        cancelled,
        summary: followed.observed.summary(),
        usage: followed.observed.usage,
        artifact: kept.artifact,
        github_url: None,
    }))
}

enum Judgement {
    /// The infrastructure failed, with this error if there is no other attempt.
    Again(JobError),
    /// Somebody asked for the end.
    Cancelled,
    /// The generator ended: well, or with this error.
    Ended(Option<JobError>),
}

/// What was lost with its worker or its host.
fn lost(why: impl Into<String>) -> Judgement {
    Judgement::Again(failed(FailureReason::WorkerLost, why))
}

/// What has never come to anything.
fn not_launched(why: impl Into<String>) -> Judgement {
    Judgement::Again(failed(FailureReason::LaunchFailed, why))
}

fn judge(held: &Held, run: &Run, followed: &Followed) -> Judgement {
    let Some(interrupt) = followed.interrupt else {
        return by_exit(held, run, followed);
    };
    let limits = &held.ctx.config.limits;
    let (reason, message) = match interrupt {
        Interrupt::Cancelled => return Judgement::Cancelled,
        Interrupt::Timeout => return Judgement::Ended(Some(timed_out(held))),
        Interrupt::NoOutput => (
            FailureReason::NoOutput,
            format!(
                "the generator said nothing for {}, the longest silence allowed",
                limits.no_output_timeout
            ),
        ),
        Interrupt::OutputLimit => (
            FailureReason::OutputLimit,
            format!(
                "the generator printed more than {}, the most allowed",
                limits.output_limit
            ),
        ),
        Interrupt::DiskLimit(usage) => return Judgement::Ended(Some(full(held, &usage))),
        Interrupt::NotStarted(step) => {
            return not_launched(format!(
                "the container did not run within {}; it was {step}",
                held.ctx.config.running.ecs.ecs_start_timeout
            ));
        }
        Interrupt::NotDialled => {
            return not_launched(format!(
                "the container ran for {} and did not call back; {NO_CALL}",
                held.ctx.config.running.ecs.ecs_dial_timeout
            ));
        }
    };
    Judgement::Ended(Some(failed(reason, message)))
}

/// A generator that ended by itself and left too much behind has met a full disk.
fn or_full(held: &Held, error: JobError, kept: &artifact::Kept) -> JobError {
    match &kept.too_much {
        Some(usage) if error.reason == FailureReason::ExitCode => full(held, usage),
        _ => error,
    }
}

fn full(held: &Held, usage: &Usage) -> JobError {
    failed(FailureReason::DiskLimit, artifact::too_much(held, usage))
}

fn timed_out(held: &Held) -> JobError {
    let limit = held.ctx.config.limits.job_timeout;
    failed(
        FailureReason::Timeout,
        format!("the generation ran longer than {limit}, the most allowed"),
    )
}

fn by_exit(held: &Held, run: &Run, followed: &Followed) -> Judgement {
    let (code, out_of_memory, loss) = match &followed.exit {
        RunExit::Exited { code: 0, .. } if followed.observed.complete => {
            return Judgement::Ended(None);
        }
        RunExit::Lost | RunExit::Failed { .. } if has_left_all(held, followed) => {
            return Judgement::Ended(None);
        }
        _ if held.hold.cancel.is_cancelled() => return Judgement::Cancelled,
        RunExit::Lost => return lost("the container is gone"),
        RunExit::Failed { what, why } => return by_failure(held, run, *what, why),
        RunExit::Exited {
            code,
            out_of_memory,
            loss,
        } => (*code, *out_of_memory, *loss),
    };
    if let Some(loss) = loss {
        return by_loss(held, run, loss);
    }
    Judgement::Ended(match code {
        0 if followed.dialled => None,
        _ if code != 0 && out_of_memory => Some(out_of(held)),
        _ if !followed.dialled => {
            return not_launched(format!(
                "the container ended with exit code {code} before it had called back; {NO_CALL}"
            ));
        }
        _ => Some(exit_code(followed, code)),
    })
}

/// Whether a container of which nothing is known any more had done its work: it has said so, has ended
/// its connection, and what it has made does not lie in it.
fn has_left_all(held: &Held, followed: &Followed) -> bool {
    followed.observed.complete && followed.ended && remote::is_remote(held)
}

/// What is meant by an end without an exit code.
fn by_failure(held: &Held, run: &Run, what: RunFailure, why: &str) -> Judgement {
    match what {
        RunFailure::NotStarted => not_launched(why),
        RunFailure::ImageMissing => {
            Judgement::Ended(Some(failed(FailureReason::ImageMissing, why)))
        }
        // The worker that had stopped it is no more.
        RunFailure::Lost if run.is_overdue() => Judgement::Ended(Some(timed_out(held))),
        RunFailure::Lost => lost(why),
    }
}

fn by_loss(held: &Held, run: &Run, loss: Loss) -> Judgement {
    match loss {
        // The worker that had stopped it is no more.
        Loss::Signal if run.is_overdue() => Judgement::Ended(Some(timed_out(held))),
        Loss::Signal => lost("the container was stopped by somebody outside Leo"),
        Loss::EngineRestart => {
            lost("the Docker engine or its host restarted and took the container along")
        }
        Loss::Spot => lost("AWS took the Spot capacity back that the container ran on"),
        Loss::Machine => lost("the machine that the container ran on was taken out of service"),
    }
}

fn out_of(held: &Held) -> JobError {
    let running = &held.ctx.config.running;
    let message = match running.orchestrator_mode {
        OrchestratorMode::Ecs => {
            "the generator needed more memory than its task definition allows".to_owned()
        }
        OrchestratorMode::Local | OrchestratorMode::Process => format!(
            "the generator needed more than {} of memory, the most allowed",
            running.container_memory
        ),
    };
    failed(FailureReason::OutOfMemory, message)
}

/// By itself: for the reason that it has given, if it has.
fn exit_code(followed: &Followed, code: i64) -> JobError {
    let said = followed.observed.agent_error.as_ref();
    if let Some((reason, said)) = said.and_then(|said| Some((said.reason?, said))) {
        return failed(reason, said.message.clone());
    }
    let said = said
        .map(|said| format!("; its last error: {}", said.message))
        .unwrap_or_default();
    failed(
        FailureReason::ExitCode,
        format!("the generator ended with exit code {code}{said}"),
    )
}

/// The files of an ended attempt are not as they should be; its own error says more than that.
fn say_rejected(held: &Held, kept: &artifact::Kept) {
    if let Some(rejected) = &kept.rejected {
        held.tell.say(&info(rejected.clone()));
    }
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
    let (code, word) = match (&followed.exit, followed.interrupt) {
        (RunExit::Lost | RunExit::Failed { .. }, _) => (None, "lost"),
        (
            RunExit::Exited {
                code,
                loss: Some(_),
                ..
            },
            None,
        ) => (Some(*code), "lost"),
        (RunExit::Exited { code, .. }, Some(_)) => (Some(*code), "stopped"),
        (RunExit::Exited { code, .. }, None) => (Some(*code), "exited"),
    };
    if word == "exited" && code == Some(0) && !followed.observed.complete {
        held.tell.say(&info(
            "the generator ended without `generation_complete`; its files are taken as they are",
        ));
    }
    let (job, attempt) = (run.handle.job, run.handle.attempt);
    ask(job, || held.ctx.db.attempt_ended(job, attempt, code, word)).await
}
