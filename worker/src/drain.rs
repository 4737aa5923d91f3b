//! Draining: the worker finishes what it runs and claims nothing.
//!
//! Postgres holds whether a worker drains. It is told with every beat, and at once where Redis can
//! wake it. A draining worker still adopts the containers of its own host where no other worker there
//! would: nobody else can reach them. A worker that is started anew does not drain.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leo_common::error_chain::Chain;
use tokio::time::timeout;

use crate::context::Context;

/// How long a call to drain may hold up the calls behind it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether this worker drains.
#[derive(Debug, Default)]
pub(crate) struct Draining(AtomicBool);

impl Draining {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What Postgres says.
    pub(crate) fn heard(&self, draining: bool) {
        if self.0.swap(draining, Ordering::Relaxed) != draining {
            let what = if draining {
                "draining: no more jobs are claimed"
            } else {
                "claiming jobs again"
            };
            tracing::info!("{what}");
        }
    }
}

/// Asks Postgres whether this worker drains. What it does not tell in time the next beat does.
pub(crate) async fn look(ctx: &Context) {
    match timeout(PATIENCE, ctx.db.is_draining(ctx.worker)).await {
        Ok(Ok(draining)) => ctx
            .draining
            .heard(draining.unwrap_or_else(|| ctx.draining.is_set())),
        Ok(Err(error)) => {
            tracing::debug!(error = %Chain(&error), "whether to drain could not be asked");
        }
        Err(_) => tracing::debug!("whether to drain was not answered in time"),
    }
}

/// Whether this worker has to look after the orphans of its host.
pub(crate) async fn may_adopt(ctx: &Context) -> bool {
    if !ctx.draining.is_set() {
        return true;
    }
    let host = ctx.orchestrator.host();
    match ctx.db.has_other_taker(host, ctx.worker).await {
        Ok(other) => !other,
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "the other workers of this host are not known");
            false
        }
    }
}
