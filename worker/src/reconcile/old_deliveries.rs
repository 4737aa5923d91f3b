//! The log of deliveries to webhooks: what is old is forgotten. That there is not too much of one webhook
//! is seen to where tries are logged.

use std::time::Duration;

use leo_common::error_chain::Chain;

use crate::context::Context;

/// How long a try, and what was delivered for a test, can be looked up.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// One round.
pub(super) async fn look(ctx: &Context) {
    match ctx.db.forget_deliveries(KEPT).await {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "old deliveries are forgotten"),
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "old deliveries could not be looked for");
        }
    }
}
