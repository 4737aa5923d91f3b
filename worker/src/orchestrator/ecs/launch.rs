//! From a spec to a task, or to the one that an earlier call has started.
//!
//! The token of the request makes a second call harmless, whoever makes it. Where the second one
//! asks for something else, because the settings have changed meanwhile, ECS names the task of the
//! first, and that is taken.

use std::time::Instant;

use anyhow::{Context as _, anyhow};

use super::api::{Api, ApiError, Failure, Kind, Placed};
use super::request::{MAX_OVERRIDES, Request};
use super::{list, retry};
use crate::orchestrator::{LaunchError, Launched, RunHandle, RunSpec};

/// The step of the start that this is.
const STEP: &str = "run task";
/// What a failure's reason begins with where a machine lacks something.
const RESOURCE: &str = "RESOURCE:";
/// What ECS says of a cluster without machines.
const NO_MACHINES: &str = "No Container Instances were found";

/// See [`crate::orchestrator::Orchestrator::launch`].
pub(super) async fn launch(
    api: &dyn Api,
    container: &str,
    spec: &RunSpec,
) -> Result<Launched, LaunchError> {
    let request = Request::of(spec);
    let size = request.overrides_size(container);
    if size > MAX_OVERRIDES {
        return Err(LaunchError::Failed(anyhow!(
            "what the task is told takes {size} characters, and ECS takes {MAX_OVERRIDES} at most"
        )));
    }
    if !spec.wanted.is_true() {
        return Err(LaunchError::Unwanted);
    }
    let began = Instant::now();
    let call = retry::while_wanted(|| spec.wanted.is_true(), || api.run_task(&request));
    let handle = |id| RunHandle {
        job: spec.job,
        attempt: spec.attempt,
        id,
    };
    match call.await {
        Ok(Placed::Task(arn)) => Ok(Launched {
            handle: handle(arn),
            steps: vec![(STEP, began.elapsed())],
        }),
        Ok(Placed::Nowhere(failures)) => Err(nowhere(&failures)),
        Err(error) if error.kind == Kind::Conflict => Ok(Launched {
            handle: handle(first(api, spec, error).await?),
            steps: Vec::new(),
        }),
        Err(error) => Err(refused(error)),
    }
}

/// The task that an earlier call of this attempt has started.
async fn first(api: &dyn Api, spec: &RunSpec, error: ApiError) -> Result<String, LaunchError> {
    if let Some(arn) = error.conflict.first() {
        return Ok(arn.clone());
    }
    let found = list::all(api, spec.instance).await.map_err(refused)?;
    let own = found
        .into_iter()
        .find(|run| run.handle.job == spec.job && run.handle.attempt == spec.attempt);
    match own {
        Some(run) => Ok(run.handle.id),
        None => Err(refused(error)),
    }
}

fn refused(error: ApiError) -> LaunchError {
    match error.kind {
        Kind::Throttled | Kind::Away => LaunchError::Unreachable(error.into()),
        Kind::Refused if error.message.contains(NO_MACHINES) => {
            LaunchError::NoCapacity("the cluster has no machine".to_owned())
        }
        Kind::Conflict | Kind::NotFound | Kind::Refused => {
            let refused = Err::<(), _>(error).context("ECS refuses the task");
            LaunchError::Failed(refused.err().unwrap_or_else(|| anyhow!("no reason")))
        }
    }
}

/// ECS has answered, and started nothing.
fn nowhere(failures: &[Failure]) -> LaunchError {
    let Some(failure) = failures.first() else {
        return LaunchError::Failed(anyhow!("ECS has started no task, and gave no reason"));
    };
    match lacking(&failure.reason) {
        Some(what) => LaunchError::NoCapacity(format!("{what} ({})", failure.reason)),
        None => {
            let detail = failure.detail.as_deref();
            let detail = detail.map(|detail| format!(": {detail}"));
            LaunchError::Failed(anyhow!(
                "ECS has started no task: {}{}",
                failure.reason,
                detail.unwrap_or_default()
            ))
        }
    }
}

/// What there is too little of at present, if that is the reason.
fn lacking(reason: &str) -> Option<String> {
    if let Some(resource) = reason.strip_prefix(RESOURCE) {
        let resource = match resource {
            "CPU" => "processors".to_owned(),
            "MEMORY" => "memory".to_owned(),
            "ENI" => "network interfaces".to_owned(),
            other => other.to_lowercase(),
        };
        return Some(format!(
            "no machine of the cluster has enough {resource} free"
        ));
    }
    let known = match reason {
        "AGENT" => "the ECS agents of the cluster's machines do not answer",
        _ if reason.contains("Capacity is unavailable") => "AWS has no capacity left",
        _ => return None,
    };
    Some(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_told_in_words() {
        for (reason, word) in [
            ("RESOURCE:MEMORY", "memory"),
            ("RESOURCE:ENI", "network interfaces"),
            ("RESOURCE:GPU", "gpu"),
            ("AGENT", "agents"),
            (
                "Capacity is unavailable at this time. Please try again later or in a different availability zone",
                "no capacity",
            ),
        ] {
            let said = lacking(reason).unwrap();
            assert!(said.contains(word), "{said}");
        }
        for reason in ["ATTRIBUTE", "MISSING", ""] {
            assert_eq!(lacking(reason), None);
        }
    }
}
