//! The end of a job waits for its first push, for some time.
//!
//! What is over by then the job's last event tells; what is not is left, in one statement, to
//! become an event of its own. A cancel ends the waiting. Whoever adopts the job waits anew.

use std::time::Duration;

use leo_common::store::github::pushes::{FirstPush, Published};
use leo_protocol::JobId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::Context;

/// How often the push is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What has come of the job's first push; `None` where there is none, or it goes on without the job.
/// A database that does not answer ends no waiting: without it the job cannot end either.
pub(crate) async fn for_push(
    ctx: &Context,
    job: JobId,
    cancel: &CancellationToken,
) -> Option<Published> {
    let until = Instant::now() + ctx.config.github.github_wait.get();
    ctx.outbox.ring();
    loop {
        match ctx.db.first_push(job).await {
            Ok(FirstPush::None) => return None,
            Ok(FirstPush::Over(published)) => return Some(published),
            Ok(FirstPush::Pending) if cancel.is_cancelled() || Instant::now() >= until => {
                // In this moment it may have ended; then the next look finds it.
                if let Ok(true) = ctx.db.leave_push(job).await {
                    return None;
                }
            }
            Ok(FirstPush::Pending) => {}
            Err(error) => {
                tracing::debug!(job.id = %job, error = %leo_common::error_chain::Chain(&error), "the push cannot be looked at");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = cancel.cancelled(), if !cancel.is_cancelled() => {}
        }
    }
}
