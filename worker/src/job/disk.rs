//! Watches how much a generator keeps in its workspace.
//!
//! On most file systems no quota stops a generator in the act, so its workspace is measured from
//! time to time. What it writes between two looks comes on top of the limit, but no more than the engine's
//! quota where there is one: see [`quota`]. The quota gives no reason. Who meets it sees a full disk and
//! may end by that; that the files are too many to be copied out then tells why.

use std::time::{Duration, Instant};

use leo_common::error_chain::Chain;
use tokio_util::task::AbortOnDropHandle;

use super::launch::Run;
use super::{Held, artifact};
use crate::orchestrator::Usage;

/// How often a workspace is measured.
const INTERVAL: Duration = Duration::from_secs(5);

/// What one file or folder takes at most beyond its own bytes: the rest of its last block, and its
/// name.
const OVERHEAD: u64 = 4096 + 512;

/// What a workspace within its limit of bytes never needs on disk, in bytes. A generator that has
/// met this has broken a limit that is measured, and is told which.
pub(crate) fn quota(limit: u64) -> u64 {
    limit.saturating_add(artifact::MAX_ENTRIES * OVERHEAD)
}

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
    AbortOnDropHandle::new(tokio::spawn(measured(held, run)))
}

/// What the workspace takes, where that can be told.
fn measured(held: &Held, run: &Run) -> impl Future<Output = Option<Usage>> + use<> {
    let (orchestrator, handle) = (held.ctx.orchestrator.clone(), run.handle.clone());
    let limits = artifact::limits(held);
    async move {
        match orchestrator.usage(&handle, limits).await {
            Ok(usage) => usage,
            Err(error) => {
                tracing::warn!(job.id = %handle.job, error = %Chain(&error), "the workspace could not be measured");
                None
            }
        }
    }
}
