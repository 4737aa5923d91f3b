//! What the test knows of a job.

use leo_common::store::claims::Claim;
use leo_common::store::events::NewBatch;
use leo_protocol::{JobId, SessionId, UserId};

/// What a worker would know of a job.
pub(super) struct Known {
    pub(super) id: JobId,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) epoch: u32,
    pub(super) attempt: u32,
    pub(super) position: u64,
    pub(super) last_batch: Option<NewBatch>,
}

impl Known {
    /// The epoch, or one that is over.
    pub(super) const fn epoch(&self, stale: bool) -> u32 {
        if stale {
            self.epoch.saturating_sub(1)
        } else {
            self.epoch
        }
    }

    /// The `count` lines of its output behind `from`.
    pub(super) fn batch(&self, from: u64, count: u64, fence: u32) -> NewBatch {
        let claim = Claim {
            job: self.id,
            session: self.session,
            user: self.user,
            epoch: fence,
            attempt: self.attempt,
            worker_position: 0,
        };
        crate::store::units(&claim, from, from + count)
    }
}
