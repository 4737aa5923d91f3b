//! What the end of a task means.
//!
//! The generator's own container decides where it has an exit code. Where it has none, it has never
//! run or was taken away, and ECS says why in a code and a text. The text is handed on behind a
//! sentence that people understand, because nobody else may ever read it: ECS forgets a task
//! within the hour.

use super::api::{Container, Task};
use crate::orchestrator::{Loss, RunExit, RunFailure};

/// Where a task or a container stands that has ended.
const STOPPED: &str = "STOPPED";
/// Codes of the end of a task.
const BY_ITSELF: &str = "EssentialContainerExited";
const NEVER_STARTED: &str = "TaskFailedToStart";
const BY_SOMEBODY: &str = "UserInitiated";
const SPOT: &str = "SpotInterruption";
/// Where a task stands before its container runs.
const BEFORE: [&str; 4] = ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"];
/// The exit code of a container that was killed.
const KILLED: i64 = 137;
/// The longest text of AWS that is handed on, in characters.
const MAX_REASON: usize = 300;
/// What its texts call the memory limit.
const OUT_OF_MEMORY: &str = "OutOfMemory";
/// What they call an image that could not be fetched.
const CANNOT_PULL: &str = "CannotPull";
/// Texts of such an error, in small letters, that no second try will change.
const NO_SUCH_IMAGE: [&str; 7] = [
    "not found",
    "manifest unknown",
    "does not exist",
    "access denied",
    "invalid reference",
    "no basic auth credentials",
    "no matching manifest",
];
/// What a task is told to have failed with before its container could run.
const START_ERRORS: [&str; 6] = [
    "ResourceInitializationError",
    "CannotStartContainer",
    "CannotCreateContainer",
    "ContainerRuntimeError",
    "ContainerRuntimeTimeoutError",
    "Timeout waiting for network interface",
];

/// How the task has ended, if it has. The container's end is enough: the rest of the task is cleared
/// away later, which may take as long again.
pub(super) fn exit(task: &Task, name: &str) -> Option<RunExit> {
    let container = task.containers.iter().find(|found| found.name == name);
    let ended = container.is_some_and(|found| found.status == STOPPED && found.exit_code.is_some());
    let never_ran = task.stop_code.as_deref() == Some(BY_SOMEBODY)
        && task.started_at.is_none()
        && !BEFORE.contains(&task.status.as_str());
    (task.status == STOPPED || ended || never_ran).then(|| of(task, container))
}

fn of(task: &Task, container: Option<&Container>) -> RunExit {
    let says = |text: &str| reasons(task, container).any(|reason| reason.contains(text));
    let out_of_memory = says(OUT_OF_MEMORY);
    match container.and_then(|found| found.exit_code) {
        Some(code) => RunExit::Exited {
            code,
            out_of_memory,
            loss: loss(task.stop_code.as_deref()),
        },
        None if out_of_memory => RunExit::Exited {
            code: KILLED,
            out_of_memory,
            loss: None,
        },
        None => without_code(task, container, says),
    }
}

/// What, other than itself, has ended a container that ran.
fn loss(stop_code: Option<&str>) -> Option<Loss> {
    match stop_code {
        None | Some(BY_ITSELF | NEVER_STARTED) => None,
        Some(BY_SOMEBODY) => Some(Loss::Signal),
        Some(SPOT) => Some(Loss::Spot),
        Some(_) => Some(Loss::Machine),
    }
}

fn without_code(
    task: &Task,
    container: Option<&Container>,
    says: impl Fn(&str) -> bool,
) -> RunExit {
    let reason = reason(task, container);
    let failed = |what, why: String| RunExit::Failed { what, why };
    let code = task.stop_code.as_deref();
    if says(CANNOT_PULL) {
        let text = reason.to_lowercase();
        return match NO_SUCH_IMAGE.iter().any(|known| text.contains(known)) {
            true => failed(
                RunFailure::ImageMissing,
                format!(
                    "ECS cannot get the generator image, an operator has to look after it: {reason}"
                ),
            ),
            false => failed(
                RunFailure::NotStarted,
                format!("the generator image did not come: {reason}"),
            ),
        };
    }
    match code {
        Some(SPOT) => failed(
            RunFailure::Lost,
            "AWS took the Spot capacity back that it was to run on".to_owned(),
        ),
        Some(BY_SOMEBODY) => failed(
            RunFailure::Lost,
            format!("the task was stopped by somebody outside Leo: {reason}"),
        ),
        Some(NEVER_STARTED) => failed(RunFailure::NotStarted, not_started(&reason)),
        _ if START_ERRORS.iter().any(|known| says(known)) => {
            failed(RunFailure::NotStarted, not_started(&reason))
        }
        _ => failed(RunFailure::Lost, format!("ECS lost the task: {reason}")),
    }
}

/// Why a task did not start, with what helps where that is known.
fn not_started(reason: &str) -> String {
    let help = if reason.contains("ResourceInitializationError") {
        "; its execution role, or the way from its subnets to the registry and the logs, may be missing"
    } else if reason.contains("Capacity is unavailable") {
        "; AWS has no room for it at present"
    } else {
        ""
    };
    format!("the task did not start{help}: {reason}")
}

fn reasons<'a>(
    task: &'a Task,
    container: Option<&'a Container>,
) -> impl Iterator<Item = &'a String> {
    let own = container.and_then(|container| container.reason.as_ref());
    own.into_iter().chain(&task.stopped_reason)
}

/// In AWS's words, the container's first: they are the more exact ones.
fn reason(task: &Task, container: Option<&Container>) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in reasons(task, container) {
        let line: Vec<&str> = text.split_whitespace().collect();
        let line = line.join(" ");
        if !line.is_empty() && !texts.iter().any(|known| known.contains(&line)) {
            texts.push(line);
        }
    }
    match texts.is_empty() {
        true => "it gave no reason".to_owned(),
        false => texts.join("; ").chars().take(MAX_REASON).collect(),
    }
}
