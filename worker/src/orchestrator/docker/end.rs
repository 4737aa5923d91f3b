//! How a container ends: by itself, by being stopped, by being removed.

use std::time::Duration;

use anyhow::anyhow;
use bollard::errors::Error as EngineError;
use bollard::models::{ContainerState, ContainerStateStatusEnum as State};
use bollard::query_parameters::{
    InspectContainerOptions, KillContainerOptionsBuilder, RemoveContainerOptionsBuilder,
    WaitContainerOptions,
};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::{CONFLICT, NOT_FOUND, failed, loss, pause, status};
use crate::orchestrator::{OrchestratorError, RunExit};

/// How long a container may take to end after SIGKILL.
const KILL_TIMEOUT: Duration = Duration::from_secs(30);

/// See [`crate::orchestrator::Orchestrator::wait`].
pub(super) async fn wait(engine: &bollard::Docker, id: &str) -> Result<RunExit, OrchestratorError> {
    let Some(state) = ended(engine, id).await? else {
        return Ok(RunExit::Lost);
    };
    match (state.status, state.exit_code) {
        (Some(State::EXITED), Some(code)) => Ok(RunExit::Exited {
            code,
            out_of_memory: state.oom_killed == Some(true),
            loss: loss::of(engine, id, &state).await?,
        }),
        (
            Some(
                State::EXITED
                | State::CREATED
                | State::REMOVING
                | State::DEAD
                | State::EMPTY
                | State::RUNNING
                | State::PAUSED
                | State::RESTARTING
                | State::STOPPING,
            )
            | None,
            _,
        ) => Ok(RunExit::Lost),
    }
}

/// The state of the container when it runs no more, or `None` where it is gone.
///
/// Waits for "not running", which is true at once for a container that has ended. It is also true
/// for one that was never started; its end cannot be told.
async fn ended(
    engine: &bollard::Docker,
    id: &str,
) -> Result<Option<ContainerState>, OrchestratorError> {
    const WHAT: &str = "wait for the container";
    let mut answers = Box::pin(engine.wait_container(id, None::<WaitContainerOptions>));
    match answers.next().await {
        // The client library takes every exit code but 0 for an error.
        Some(Ok(_) | Err(EngineError::DockerContainerWaitError { .. })) => {}
        Some(Err(error)) if status(&error) == Some(NOT_FOUND) => return Ok(None),
        Some(Err(error)) => return Err(failed(WHAT, error)),
        None => return Err(failed(WHAT, anyhow!("the engine closed the connection"))),
    }
    let state = state(engine, id).await?;
    match state.as_ref().and_then(|state| state.status) {
        Some(State::RUNNING | State::PAUSED | State::RESTARTING | State::STOPPING) => {
            Err(failed(WHAT, anyhow!("it runs again")))
        }
        Some(State::EXITED | State::CREATED | State::REMOVING | State::DEAD | State::EMPTY)
        | None => Ok(state),
    }
}

/// The container's state, or `None` where it is gone.
pub(super) async fn state(
    engine: &bollard::Docker,
    id: &str,
) -> Result<Option<ContainerState>, OrchestratorError> {
    match engine
        .inspect_container(id, None::<InspectContainerOptions>)
        .await
    {
        Ok(found) => Ok(found.state),
        Err(error) if status(&error) == Some(NOT_FOUND) => Ok(None),
        Err(error) => Err(failed("inspect the container", error)),
    }
}

/// See [`crate::orchestrator::Orchestrator::stop`].
///
/// The engine's own stop would hold one request open for the whole grace, and would send what the
/// image has declared in the place of SIGTERM.
pub(super) async fn stop(
    engine: &bollard::Docker,
    id: &str,
    grace: Duration,
) -> Result<(), OrchestratorError> {
    if !signal(engine, id, "SIGTERM").await? {
        return Ok(());
    }
    // A halted one hears of it only when it goes on, and the engine lets it do so for some images.
    pause::resume(engine, id).await?;
    if let Ok(ended) = timeout(grace, ended(engine, id)).await {
        return ended.map(drop);
    }
    if !signal(engine, id, "SIGKILL").await? {
        return Ok(());
    }
    match timeout(KILL_TIMEOUT, ended(engine, id)).await {
        Ok(ended) => ended.map(drop),
        Err(error) => Err(failed("kill the container", error)),
    }
}

/// Whether there was something to send the signal to.
async fn signal(engine: &bollard::Docker, id: &str, name: &str) -> Result<bool, OrchestratorError> {
    let options = KillContainerOptionsBuilder::new().signal(name).build();
    match engine.kill_container(id, Some(options)).await {
        Ok(()) => Ok(true),
        Err(error) => match status(&error) {
            Some(NOT_FOUND | CONFLICT) => Ok(false),
            _ => Err(failed("send the container a signal", error)),
        },
    }
}

/// See [`crate::orchestrator::Orchestrator::remove`].
pub(super) async fn remove(engine: &bollard::Docker, id: &str) -> Result<(), OrchestratorError> {
    let options = RemoveContainerOptionsBuilder::new()
        .force(true)
        .v(true)
        .build();
    match engine.remove_container(id, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) => match status(&error) {
            Some(NOT_FOUND | CONFLICT) => Ok(()),
            _ => Err(failed("remove the container", error)),
        },
    }
}
