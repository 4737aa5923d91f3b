//! How containers are told apart: by a name made of job and attempt, and by labels.
//!
//! The labels decide whose a container is, never the name: anybody can give a name.

use std::collections::HashMap;

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum as State};
use bollard::query_parameters::ListContainersOptionsBuilder;
use leo_protocol::{InstanceId, JobId};

use super::failed;
use crate::orchestrator::{FoundRun, OrchestratorError, RunHandle, RunSpec};

/// The installation; a uuid.
pub(super) const INSTANCE: &str = "leo.instance";

/// The job; a uuid.
const JOB: &str = "leo.job";

/// The attempt; a number from 1.
const ATTEMPT: &str = "leo.attempt";

/// The container's name; the engine refuses a second one.
pub(super) fn container_name(spec: &RunSpec) -> String {
    format!("gen_{}_{}", spec.job, spec.attempt)
}

/// The labels of the attempt's container and volume.
pub(super) fn labels(spec: &RunSpec) -> HashMap<String, String> {
    HashMap::from([
        (INSTANCE.to_owned(), spec.instance.to_string()),
        (JOB.to_owned(), spec.job.to_string()),
        (ATTEMPT.to_owned(), spec.attempt.to_string()),
    ])
}

/// Whether the container with these labels is the attempt's.
pub(super) fn belong_to(found: &HashMap<String, String>, spec: &RunSpec) -> bool {
    labels(spec)
        .iter()
        .all(|(name, value)| found.get(name) == Some(value))
}

/// All containers of the instance, whatever their state.
pub(super) async fn list(
    engine: &bollard::Docker,
    instance: InstanceId,
) -> Result<Vec<FoundRun>, OrchestratorError> {
    let filters = HashMap::from([("label", vec![format!("{INSTANCE}={instance}")])]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&filters)
        .build();
    let containers = engine
        .list_containers(Some(options))
        .await
        .map_err(|error| failed("list the containers", error))?;
    Ok(containers.into_iter().filter_map(found).collect())
}

/// One that bears our label but no job was not made by us, and is left alone.
fn found(container: ContainerSummary) -> Option<FoundRun> {
    let handle = handle(container.id?, &container.labels?)?;
    let running = match container.state? {
        State::RUNNING | State::PAUSED | State::RESTARTING | State::STOPPING => true,
        State::EMPTY | State::CREATED | State::EXITED | State::REMOVING | State::DEAD => false,
    };
    Some(FoundRun { handle, running })
}

/// The attempt whose container has these labels, if it is one.
pub(super) fn handle(id: String, labels: &HashMap<String, String>) -> Option<RunHandle> {
    let job: JobId = labels.get(JOB)?.parse().ok()?;
    let attempt = labels.get(ATTEMPT)?.parse().ok()?;
    Some(RunHandle { job, attempt, id })
}
