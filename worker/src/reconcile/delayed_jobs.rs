//! Delayed jobs whose time has come: they join their sessions' lines.
//!
//! Any number of workers look at the same time; each job is moved once. The look comes when the next
//! job is due, so that it starts on time, and every second, for one submitted meanwhile.

use std::time::Duration;

use leo_common::error_chain::Chain;

use crate::context::Context;

/// The longest time between two looks.
const LONGEST: Duration = Duration::from_secs(1);
/// The shortest: a due job whose user is locked is due still.
const SHORTEST: Duration = Duration::from_millis(20);

/// Looks until the process ends.
pub(super) async fn run(ctx: &Context) {
    loop {
        let pause = look(ctx).await;
        tokio::time::sleep(pause.clamp(SHORTEST, LONGEST)).await;
    }
}

/// One look: moves everything that is due, and tells when to come back.
async fn look(ctx: &Context) -> Duration {
    loop {
        match ctx.db.start_due().await {
            Ok(due) => {
                if due.ready > 0 {
                    ctx.waker.wake();
                }
                if !due.more {
                    return due.next.unwrap_or(LONGEST);
                }
            }
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "delayed jobs could not be looked for");
                return LONGEST;
            }
        }
    }
}
