//! Containers whose attempt is over: the job has ended, or another attempt runs.
//!
//! Only containers of this installation are looked at, and only those that Postgres says are over
//! are removed. One is left alone for a while after it was first found over, for its own worker is
//! about to remove it.

use std::collections::HashSet;

use leo_common::error_chain::Chain;
use leo_protocol::JobId;

use crate::context::Context;
use crate::orchestrator::FoundRun;

/// What was found over in the last round.
#[derive(Debug, Default)]
pub(super) struct Watch {
    over: HashSet<(JobId, u32)>,
}

impl Watch {
    pub(super) async fn look(&mut self, ctx: &Context) {
        let found = match ctx.orchestrator.list().await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "containers could not be listed");
                return;
            }
        };
        let attempts: Vec<_> = found.iter().map(key).collect();
        let over: HashSet<_> = match ctx.db.attempts_over(&attempts).await {
            Ok(over) => over.into_iter().collect(),
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "containers could not be judged");
                return;
            }
        };
        for run in found
            .iter()
            .filter(|run| over.contains(&key(run)) && self.over.contains(&key(run)))
        {
            tracing::info!(job.id = %run.handle.job, attempt = run.handle.attempt, "removing an orphaned container");
            if let Err(error) = ctx.orchestrator.remove(&run.handle).await {
                tracing::warn!(error = %Chain(&error), "an orphaned container could not be removed");
            }
        }
        self.over = over;
    }
}

fn key(run: &FoundRun) -> (JobId, u32) {
    (run.handle.job, run.handle.attempt)
}
