//! What the worker itself has to say in a job's stream.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::Utc;
use leo_common::append::{LaneError, OpenLane, Unit};
use leo_common::store::claims::Claim;
use leo_common::store::events::Source;
use leo_protocol::EventKind;
use leo_protocol::batch::BodyBuilder;

use super::origin;
use crate::context::Context;

/// The worker's own source in the job's stream. Its positions count what it has said.
pub(super) struct Tell {
    lane: OpenLane,
    position: AtomicU64,
}

impl Tell {
    /// Goes on where the worker's source stood when the job was claimed.
    pub(super) fn open(ctx: &Context, claim: &Claim) -> Self {
        let position = claim.worker_position;
        Self {
            lane: ctx.appender.open(origin(claim, Source::Worker), position),
            position: AtomicU64::new(position),
        }
    }

    /// Says something. The worker says little, so this never waits.
    pub(super) fn say(&self, event: &EventKind) {
        let to = self.position.fetch_add(1, Ordering::Relaxed) + 1;
        let mut events = BodyBuilder::new();
        events.push(Utc::now(), event);
        self.lane.push(Unit { to, events });
    }

    /// Waits until all that was said is stored.
    pub(super) async fn stored(&self) -> Result<(), LaneError> {
        self.lane.stored().await
    }
}
