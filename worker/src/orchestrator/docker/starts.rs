//! What starts on the engine, as the engine tells it.

use std::collections::HashMap;

use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::InstanceId;

use super::failed;
use super::labels::{INSTANCE, handle};
use crate::orchestrator::{OrchestratorError, RunHandle};

/// See [`crate::orchestrator::Orchestrator::starts`].
pub(super) fn follow(
    engine: &bollard::Docker,
    instance: InstanceId,
) -> BoxStream<'static, Result<RunHandle, OrchestratorError>> {
    let filters = HashMap::from([
        ("type", vec!["container".to_owned()]),
        ("event", vec!["start".to_owned()]),
        ("label", vec![format!("{INSTANCE}={instance}")]),
    ]);
    let options = EventsOptionsBuilder::new().filters(&filters).build();
    let events = engine.events(Some(options));
    events
        .map_err(|error| failed("hear of containers that start", error))
        .try_filter_map(async |event| Ok(started(event)))
        .boxed()
}

/// The engine gives a container's labels with each event.
fn started(event: EventMessage) -> Option<RunHandle> {
    let actor = event.actor?;
    handle(actor.id?, &actor.attributes?)
}
