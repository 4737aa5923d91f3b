//! What the engine is: whether it can do what is asked of it, and which host it stands for.
//!
//! The host's id lies on the engine itself, as a label of an empty volume: every worker that can
//! reach the same containers reads the same id, wherever the worker itself runs.

use std::collections::HashMap;

use anyhow::Context as _;
use bollard::models::VolumeCreateRequest;
use leo_protocol::{HostId, InstanceId};

use super::labels::INSTANCE;
use super::{ConnectError, DockerConfig};

/// The label that holds the host's id; a uuid.
const HOST: &str = "leo.host";

/// Refuses a runtime that the engine does not know, and warns of limits that it cannot enforce.
pub(super) async fn check(
    engine: &bollard::Docker,
    address: &str,
    config: &DockerConfig,
) -> Result<(), ConnectError> {
    let info = engine
        .info()
        .await
        .map_err(|source| ConnectError::Unreachable {
            host: address.to_owned(),
            source,
        })?;
    if info.memory_limit == Some(false) || info.pids_limit == Some(false) {
        tracing::warn!(
            address,
            "the Docker engine cannot limit the memory or the processes"
        );
    }
    let Some(wanted) = &config.runtime else {
        return Ok(());
    };
    let mut known: Vec<String> = info.runtimes.unwrap_or_default().into_keys().collect();
    if known.contains(wanted) {
        return Ok(());
    }
    known.sort();
    let known = known.join(", ");
    Err(ConnectError::UnknownRuntime {
        wanted: wanted.clone(),
        known,
    })
}

/// Reads the host's id, after making one if there is none.
///
/// Creating a volume that exists changes nothing, so of two workers that come at the same time the
/// engine lets one win, and both read its id. Whoever prunes the volumes makes a new host: what
/// the old one ran is then a lost attempt.
pub(super) async fn identify(
    engine: &bollard::Docker,
    instance: InstanceId,
) -> anyhow::Result<HostId> {
    let name = format!("leo_host_{instance}");
    let wanted = VolumeCreateRequest {
        name: Some(name.clone()),
        labels: Some(HashMap::from([
            (HOST.to_owned(), HostId::generate().to_string()),
            (INSTANCE.to_owned(), instance.to_string()),
        ])),
        ..VolumeCreateRequest::default()
    };
    engine
        .create_volume(wanted)
        .await
        .with_context(|| format!("create the volume {name}"))?;
    let kept = engine
        .inspect_volume(&name)
        .await
        .with_context(|| format!("inspect {name}"))?;
    let id = kept
        .labels
        .get(HOST)
        .with_context(|| format!("{name} has no label {HOST}"))?;
    id.parse()
        .with_context(|| format!("read the label {HOST} of {name}"))
}
