//! Halting a container, and letting it go on.
//!
//! The engine freezes its control group. Engines do not agree on how they refuse what is already so,
//! so after a refusal the state decides.

use bollard::errors::Error as EngineError;

use super::{end, failed};
use crate::orchestrator::OrchestratorError;

/// See [`crate::orchestrator::Orchestrator::pause`].
pub(super) async fn pause(engine: &bollard::Docker, id: &str) -> Result<(), OrchestratorError> {
    match engine.pause_container(id).await {
        Ok(()) => Ok(()),
        Err(error) => {
            let state = end::state(engine, id).await?;
            let runs = state
                .is_some_and(|state| state.running == Some(true) && state.paused != Some(true));
            refused(runs, "pause the container", error)
        }
    }
}

/// See [`crate::orchestrator::Orchestrator::is_paused`].
pub(super) async fn is_paused(
    engine: &bollard::Docker,
    id: &str,
) -> Result<bool, OrchestratorError> {
    let state = end::state(engine, id).await?;
    Ok(state.is_some_and(|state| state.running == Some(true) && state.paused == Some(true)))
}

/// See [`crate::orchestrator::Orchestrator::resume`].
pub(super) async fn resume(engine: &bollard::Docker, id: &str) -> Result<(), OrchestratorError> {
    match engine.unpause_container(id).await {
        Ok(()) => Ok(()),
        Err(error) => refused(is_paused(engine, id).await?, "unpause the container", error),
    }
}

fn refused(matters: bool, what: &'static str, error: EngineError) -> Result<(), OrchestratorError> {
    if matters {
        Err(failed(what, error))
    } else {
        Ok(())
    }
}
