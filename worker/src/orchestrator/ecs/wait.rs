//! Waiting for what becomes of a task, on what the poller sees.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

use super::api::Task;
use super::poller::View;
use super::{end, failed};
use crate::orchestrator::{OrchestratorError, RunExit};

/// How long an ECS that cannot be asked is waited for before that is told.
const AWAY_PATIENCE: Duration = Duration::from_secs(2);
/// What was tried, for errors.
const WHAT: &str = "look at the task";

/// Waits for the end of the task; an error when ECS cannot be asked.
pub(super) async fn over(
    view: &mut Receiver<View>,
    container: &str,
    missing_for: Duration,
) -> Result<RunExit, OrchestratorError> {
    loop {
        let failing = {
            let seen = view.borrow_and_update();
            let task = seen.task.as_ref();
            if let Some(exit) = task.and_then(|(task, _)| end::exit(task, container)) {
                return Ok(exit);
            }
            // A task that has just been started may not be known everywhere yet.
            if seen
                .missing_since
                .is_some_and(|since| since.elapsed() >= missing_for)
            {
                return Ok(RunExit::Lost);
            }
            seen.failing.clone()
        };
        match failing {
            None => changed(view).await?,
            Some(why) => {
                let later = timeout(AWAY_PATIENCE, view.changed()).await;
                if !matches!(later, Ok(Ok(()))) || view.borrow().failing.is_some() {
                    return Err(failed(WHAT, anyhow!(why)));
                }
            }
        }
    }
}

/// The task as it is described next, and when that was.
pub(super) async fn next(view: &mut Receiver<View>) -> Option<(Arc<Task>, DateTime<Utc>)> {
    loop {
        if let Some(seen) = view.borrow_and_update().task.clone() {
            return Some(seen);
        }
        view.changed().await.ok()?;
    }
}

async fn changed(view: &mut Receiver<View>) -> Result<(), OrchestratorError> {
    let changed = view.changed().await;
    changed.map_err(|_| failed(WHAT, anyhow!("nobody looks any more")))
}
