//! What the end of a container means for its job.

use leo_common::store::jobs::Outcome;
use leo_protocol::http::JobError;
use leo_protocol::{FailureReason, Mode};

use super::ask::{ask, persist};
use super::follow::{Followed, Interrupt};
use super::launch::Run;
use super::{Again, End, Held, Stop, artifact, disk, failed, info, past};
use crate::orchestrator::{Loss, RunExit, Usage};

/// Judges how the container ended and keeps what it has left behind.
///
/// | how it ended | what that means |
/// |---|---|
/// | with 0 and `generation_complete` | success, whatever happened around it |
/// | stopped by Leo | cancelled, or failed by the limit that it broke |
/// | by the engine, its host or a stranger ([`crate::orchestrator::Loss`]), or gone | another attempt, with its files |
/// | otherwise while its end was asked for | cancelled: a worker that is no more has stopped it |
/// | with 0 | success: some generators do not say that they are done |
/// | with any other code | failed: by a limit that the engine enforces, memory or disk, or by itself |
pub(super) async fn verdict(held: &Held, run: &Run, mut followed: Followed) -> Result<End, Stop> {
    if followed.adopted && matches!(followed.exit, RunExit::Exited { code: 0, .. }) {
        let said = persist(held.claim.job, || past::completed(held)).await;
        followed.observed.complete |= said.map_err(Stop::defect("read the job's events"))?;
    }
    note_end(held, run, &followed).await?;
    let left = match failed_by_itself(&followed) {
        true => disk::left(held, run).await,
        false => None,
    };
    let (error, cancelled) = match judge(held, run, &followed, left) {
        Judgement::Lost(why) => {
            let kept = artifact::keep(held, run, true).await?;
            say_rejected(held, &kept);
            return Ok(End::Again(Again {
                error: failed(FailureReason::WorkerLost, why),
                artifact: kept.artifact,
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
        false => error.or_else(|| complaint(held, &kept)),
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
    /// The infrastructure failed, in so many words.
    Lost(&'static str),
    /// Somebody asked for the end.
    Cancelled,
    /// The generator ended: well, or with this error.
    Ended(Option<JobError>),
}

/// Whether nobody but the generator, or a limit that it has met, is to blame.
fn failed_by_itself(followed: &Followed) -> bool {
    let exit = matches!(
        followed.exit,
        RunExit::Exited { code, out_of_memory: false, loss: None } if code != 0
    );
    exit && followed.interrupt.is_none()
}

/// `left` is what the workspace takes, if it is too much.
fn judge(held: &Held, run: &Run, followed: &Followed, left: Option<Usage>) -> Judgement {
    let Some(interrupt) = followed.interrupt else {
        return by_exit(held, run, followed, left);
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
    };
    Judgement::Ended(Some(failed(reason, message)))
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

fn by_exit(held: &Held, run: &Run, followed: &Followed, left: Option<Usage>) -> Judgement {
    let (code, out_of_memory, loss) = match followed.exit {
        RunExit::Exited { code: 0, .. } if followed.observed.complete => {
            return Judgement::Ended(None);
        }
        _ if held.hold.cancel.is_cancelled() => return Judgement::Cancelled,
        RunExit::Lost => return Judgement::Lost("the container is gone"),
        RunExit::Exited {
            code,
            out_of_memory,
            loss,
        } => (code, out_of_memory, loss),
    };
    match loss {
        // The worker that had stopped it is no more.
        Some(Loss::Signal) if run.is_overdue() => {
            return Judgement::Ended(Some(timed_out(held)));
        }
        Some(Loss::Signal) => {
            return Judgement::Lost("the container was stopped by somebody outside Leo");
        }
        Some(Loss::EngineRestart) => {
            return Judgement::Lost(
                "the Docker engine or its host restarted and took the container along",
            );
        }
        None => {}
    }
    Judgement::Ended(match code {
        0 => None,
        _ if out_of_memory => Some(failed(
            FailureReason::OutOfMemory,
            format!(
                "the generator needed more than {} of memory, the most allowed",
                held.ctx.config.running.container_memory
            ),
        )),
        _ => Some(left.map_or_else(|| exit_code(followed, code), |usage| full(held, &usage))),
    })
}

fn exit_code(followed: &Followed, code: i64) -> JobError {
    let said = followed.observed.agent_error.as_deref();
    let said = said
        .map(|said| format!("; its last error: {said}"))
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
    let (code, word) = match (followed.exit, followed.interrupt) {
        (RunExit::Lost, _) => (None, "lost"),
        (
            RunExit::Exited {
                code,
                loss: Some(_),
                ..
            },
            None,
        ) => (Some(code), "lost"),
        (RunExit::Exited { code, .. }, Some(_)) => (Some(code), "stopped"),
        (RunExit::Exited { code, .. }, None) => (Some(code), "exited"),
    };
    if word == "exited" && code == Some(0) && !followed.observed.complete {
        held.tell.say(&info(
            "the generator ended without `generation_complete`; its files are taken as they are",
        ));
    }
    let (job, attempt) = (run.handle.job, run.handle.attempt);
    ask(job, || held.ctx.db.attempt_ended(job, attempt, code, word)).await
}
