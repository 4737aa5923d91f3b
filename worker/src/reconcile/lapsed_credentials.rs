//! Sign-ins of browsers and tickets of WebSockets whose time is over. They open nothing any more; here
//! they stop taking up space.

use leo_common::error_chain::Chain;
use leo_common::store::StoreError;

use crate::context::Context;

/// One round.
pub(super) async fn look(ctx: &Context) {
    match sweep(ctx).await {
        Ok(0) => {}
        Ok(swept) => tracing::debug!(swept, "removed credentials that are over"),
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "credentials that are over could not be removed");
        }
    }
}

async fn sweep(ctx: &Context) -> Result<u64, StoreError> {
    let mut swept = ctx.db.sweep_tickets().await?;
    loop {
        // In steps, so that none takes long.
        let step = ctx.db.sweep_sign_ins().await?;
        swept += step;
        if step == 0 {
            return Ok(swept);
        }
    }
}
