//! What earlier attempts of a job have left on this worker's own engine.
//!
//! Who holds the job may remove them: their attempts are superseded, or about to be. Those on other
//! engines are found by the workers there.

use leo_protocol::JobId;

use crate::context::Context;
use crate::orchestrator::OrchestratorError;

/// Removes the runs of the job up to and with `last`, ending what still runs of them.
pub(crate) async fn remove(ctx: &Context, job: JobId, last: u32) -> Result<(), OrchestratorError> {
    let found = ctx.orchestrator.list().await?;
    let left = found
        .into_iter()
        .filter(|run| run.handle.job == job && run.handle.attempt <= last);
    for run in left {
        tracing::info!(job.id = %job, attempt = run.handle.attempt, "removing what an earlier attempt has left");
        ctx.orchestrator.remove(&run.handle).await?;
    }
    Ok(())
}
