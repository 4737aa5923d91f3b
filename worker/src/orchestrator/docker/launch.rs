//! From a spec to a started container, or to the one that an earlier call has made.
//!
//! The engine refuses a second container of the same name, and that is what makes it idempotent.
//! A container that was started is never started again; one that was only created may lack its
//! inputs, has run nothing, and is made anew.

use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use bollard::errors::Error as EngineError;
use bollard::models::ContainerStateStatusEnum as State;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, StartContainerOptions,
};

use super::labels::{belong_to, container_name};
use super::{CONFLICT, DockerConfig, NOT_FOUND, archive, end, is_away, spec, status};
use crate::orchestrator::{LaunchError, Launched, RunHandle, RunSpec};

/// How often a taken name is looked at again: once for what a dead worker has left half-made, and
/// once more for one that is being removed.
const TRIES: u32 = 3;

/// See [`crate::orchestrator::Orchestrator::launch`].
pub(super) async fn launch(
    engine: &bollard::Docker,
    config: &DockerConfig,
    spec: &RunSpec,
) -> Result<Launched, LaunchError> {
    let name = container_name(spec);
    for _ in 0..TRIES {
        let began = Instant::now();
        if let Some(id) = create(engine, config, spec, &name).await? {
            let created = ("create", began.elapsed());
            return fill_and_start(engine, spec, id, created).await;
        }
        if let Some(id) = started_before(engine, spec, &name)
            .await
            .map_err(not_started)?
        {
            return Ok(Launched {
                handle: handle(spec, id),
                steps: Vec::new(),
            });
        }
    }
    Err(LaunchError::Failed(anyhow!(
        "the container name {name} stays taken"
    )))
}

fn handle(spec: &RunSpec, id: String) -> RunHandle {
    RunHandle {
        job: spec.job,
        attempt: spec.attempt,
        id,
    }
}

/// The id of the new container, or `None` where the name is taken.
async fn create(
    engine: &bollard::Docker,
    config: &DockerConfig,
    run: &RunSpec,
    name: &str,
) -> Result<Option<String>, LaunchError> {
    let options = CreateContainerOptionsBuilder::new().name(name).build();
    match engine
        .create_container(Some(options), spec::container(config, run))
        .await
    {
        Ok(created) => Ok(Some(created.id)),
        Err(error) => match status(&error) {
            Some(CONFLICT) => Ok(None),
            Some(NOT_FOUND) => Err(LaunchError::ImageMissing(config.image.clone())),
            _ => Err(not_started(anyhow::Error::new(error).context("create it"))),
        },
    }
}

/// The id of the container with this name if it was started, and `None` after taking away what
/// was not.
async fn started_before(
    engine: &bollard::Docker,
    spec: &RunSpec,
    name: &str,
) -> anyhow::Result<Option<String>> {
    let found = match engine
        .inspect_container(name, None::<InspectContainerOptions>)
        .await
    {
        Ok(found) => found,
        Err(error) if status(&error) == Some(NOT_FOUND) => return Ok(None),
        Err(error) => return Err(error).context("inspect the container of that name"),
    };
    let labels = found
        .config
        .and_then(|config| config.labels)
        .unwrap_or_default();
    if !belong_to(&labels, spec) {
        return Err(anyhow!("a container of somebody else has the name {name}"));
    }
    let id = found.id.context("the engine gave no id")?;
    match found.state.and_then(|state| state.status) {
        Some(
            State::RUNNING | State::PAUSED | State::RESTARTING | State::STOPPING | State::EXITED,
        ) => Ok(Some(id)),
        Some(State::CREATED | State::REMOVING | State::DEAD | State::EMPTY) | None => {
            end::remove(engine, &id).await?;
            Ok(None)
        }
    }
}

async fn fill_and_start(
    engine: &bollard::Docker,
    spec: &RunSpec,
    id: String,
    created: (&'static str, Duration),
) -> Result<Launched, LaunchError> {
    match fill_then_start(engine, spec, &id).await {
        Ok((filled, started)) => Ok(Launched {
            steps: vec![created, ("copy inputs", filled), ("start", started)],
            handle: handle(spec, id),
        }),
        Err(error) => {
            // Nobody will ask for it again by this id; if this fails too, the next launch or the
            // search for orphans finds it.
            if let Err(error) = end::remove(engine, &id).await {
                tracing::warn!(job = %spec.job, %error, "a container that did not start is left");
            }
            Err(error)
        }
    }
}

/// Tells an engine that does not answer from one that refuses.
fn not_started(error: anyhow::Error) -> LaunchError {
    let mut causes = error.chain();
    let away = causes.any(|cause| cause.downcast_ref().is_some_and(is_away));
    match away {
        true => LaunchError::Unreachable(error),
        false => LaunchError::Failed(error),
    }
}

/// How long each of the two took.
async fn fill_then_start(
    engine: &bollard::Docker,
    spec: &RunSpec,
    id: &str,
) -> Result<(Duration, Duration), LaunchError> {
    let began = Instant::now();
    archive::upload(engine, id, &spec.inputs)
        .await
        .context("copy the inputs in")
        .map_err(not_started)?;
    let filled = began.elapsed();
    if !spec.wanted.is_true() {
        return Err(LaunchError::Unwanted);
    }
    let started: Result<(), EngineError> = engine
        .start_container(id, None::<StartContainerOptions>)
        .await;
    started.context("start it").map_err(not_started)?;
    Ok((filled, began.elapsed().saturating_sub(filled)))
}
