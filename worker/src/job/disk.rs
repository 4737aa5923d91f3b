//! Watches how much a running generator keeps in its workspace.
//!
//! No quota stops a generator in the act on most file systems, so its workspace is measured from
//! time to time. What it writes between two looks comes on top of the limit.

use std::time::{Duration, Instant};

use leo_common::error_chain::Chain;
use tokio_util::task::AbortOnDropHandle;

use super::launch::Run;
use super::{Held, artifact};
use crate::orchestrator::Usage;

/// How often a workspace is measured.
const INTERVAL: Duration = Duration::from_secs(5);

/// The watch over one container.
#[derive(Debug, Default)]
pub(super) struct DiskWatch {
    /// A measuring under way: it takes its time and must not hold up the reading.
    looking: Option<AbortOnDropHandle<Option<Usage>>>,
    looked: Option<Instant>,
}

impl DiskWatch {
    /// Looks, if it is time to; what was found if it is too much. Never waits.
    pub(super) async fn look(&mut self, held: &Held, run: &Run) -> Option<Usage> {
        match self.looking.take() {
            Some(looking) if looking.is_finished() => {
                self.looked = Some(Instant::now());
                let usage = looking.await.ok().flatten()?;
                usage.exceeds(&artifact::limits(held)).then_some(usage)
            }
            Some(looking) => {
                self.looking = Some(looking);
                None
            }
            None => {
                if self
                    .looked
                    .is_none_or(|looked| looked.elapsed() >= INTERVAL)
                {
                    self.looking = Some(start(held, run));
                }
                None
            }
        }
    }
}

fn start(held: &Held, run: &Run) -> AbortOnDropHandle<Option<Usage>> {
    let (orchestrator, handle) = (held.ctx.orchestrator.clone(), run.handle.clone());
    let limits = artifact::limits(held);
    AbortOnDropHandle::new(tokio::spawn(async move {
        match orchestrator.usage(&handle, limits).await {
            Ok(usage) => usage,
            Err(error) => {
                tracing::warn!(job.id = %handle.job, error = %Chain(&error), "the workspace could not be measured");
                None
            }
        }
    }))
}
