//! Keys of model providers that their users have replaced or removed: once no container can be left
//! that was given one, it need not be masked any more and is forgotten.

use std::time::Duration;

use leo_common::error_chain::Chain;

use crate::context::Context;

/// Beside the longest that a job may run: the time in which its containers may stand still.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// One round.
pub(super) async fn look(ctx: &Context) {
    let age = ctx.config.limits.job_timeout.get() + KEPT;
    match ctx.db.forget_provider_keys(age).await {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "keys of earlier times are forgotten"),
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "keys of earlier times could not be looked for");
        }
    }
}
