//! Events on their way into the store.
//!
//! Each source of a held job has a [`Lane`]: a bounded buffer of encoded events with the position
//! that each run of them moves the source to. One task ([`flush`]) empties all lanes of the worker
//! together: the first events at once, then one flush per window. A batch is kept until the store
//! has answered that it has it; then it is published. What the store refuses ends the lane, and
//! nobody else's.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use leo_common::bus::Publisher;
use leo_common::store::Db;
use leo_common::store::claims::Claim;
use leo_common::store::events::{NewBatch, Source};
use leo_protocol::{JobId, SessionId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

mod flush;

/// A lane that holds more bytes than this makes its producer wait.
const LANE_BYTES: usize = 1 << 20;

/// Events that move a source to a position together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The position behind them.
    pub(crate) to: u64,
    /// Encoded, in order; may be empty.
    pub(crate) events: Vec<String>,
}

impl Unit {
    fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.len() + 2).sum()
    }
}

/// Why a lane takes nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LaneError {
    /// The job is not held under this epoch any more.
    #[error("the job is held by somebody else")]
    Fenced,
    /// The source stands elsewhere than this worker believes.
    #[error("the source stands at {position}")]
    Gap {
        /// Where.
        position: u64,
    },
    /// The store refuses this batch, again and again.
    #[error("the store refuses the batch: {0}")]
    Refused(String),
}

/// The lanes of a worker and the task that empties them. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Appender {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    lanes: Mutex<HashMap<(JobId, u8), Arc<Lane>>>,
    work: Notify,
}

impl Appender {
    /// Starts the flushing task; it ends with `shutdown`.
    pub(crate) fn start(db: Db, publisher: Publisher, shutdown: CancellationToken) -> Self {
        let shared = Arc::new(Shared::default());
        let flusher = flush::Flusher::new(db, publisher, shared.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = flusher.run() => {}
                () = shutdown.cancelled() => {}
            }
        });
        Self { shared }
    }

    /// Opens the lane of a source that stands at `position`; it closes when the value is dropped.
    pub(crate) fn open(&self, claim: &Claim, source: Source, position: u64) -> OpenLane {
        let lane = Arc::new(Lane {
            session: claim.session,
            job: claim.job,
            source,
            epoch: claim.epoch,
            state: Mutex::new(LaneState {
                stored: position,
                ..LaneState::default()
            }),
            moved: Notify::new(),
        });
        let key = (claim.job, source as u8);
        self.shared
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, lane.clone());
        OpenLane {
            lane,
            key,
            shared: self.shared.clone(),
        }
    }
}

/// The buffer of one source.
#[derive(Debug)]
struct Lane {
    session: SessionId,
    job: JobId,
    source: Source,
    epoch: u32,
    state: Mutex<LaneState>,
    /// Told when something was stored or the lane ended.
    moved: Notify,
}

#[derive(Debug, Default)]
struct LaneState {
    units: VecDeque<Unit>,
    /// Of the units.
    bytes: usize,
    /// The batch that the store has not answered for yet.
    in_flight: Option<NewBatch>,
    /// The position up to which everything is stored.
    stored: u64,
    error: Option<LaneError>,
}

impl Lane {
    fn state(&self) -> std::sync::MutexGuard<'_, LaneState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane as its producer holds it.
#[derive(Debug)]
pub(crate) struct OpenLane {
    lane: Arc<Lane>,
    key: (JobId, u8),
    shared: Arc<Shared>,
}

impl OpenLane {
    /// Waits until the lane takes another unit.
    pub(crate) async fn room(&self) -> Result<(), LaneError> {
        self.wait_until(|state| state.bytes < LANE_BYTES).await
    }

    /// Hands events over. Whoever has many of them waits for [`Self::room`] before each.
    pub(crate) fn push(&self, unit: Unit) {
        let mut state = self.lane.state();
        state.bytes += unit.bytes();
        state.units.push_back(unit);
        drop(state);
        self.shared.work.notify_one();
    }

    /// Waits until everything handed over is stored.
    pub(crate) async fn stored(&self) -> Result<(), LaneError> {
        self.wait_until(|state| state.units.is_empty() && state.in_flight.is_none())
            .await
    }

    async fn wait_until(&self, reached: impl Fn(&LaneState) -> bool) -> Result<(), LaneError> {
        loop {
            // Registered before the look, so that nothing that happens in between is missed.
            let moved = self.lane.moved.notified();
            {
                let state = self.lane.state();
                if let Some(error) = &state.error {
                    return Err(error.clone());
                }
                if reached(&state) {
                    return Ok(());
                }
            }
            moved.await;
        }
    }
}

impl Drop for OpenLane {
    fn drop(&mut self) {
        let mut lanes = self
            .shared
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // A lane opened anew for the same source has taken the place already.
        if lanes
            .get(&self.key)
            .is_some_and(|lane| Arc::ptr_eq(lane, &self.lane))
        {
            lanes.remove(&self.key);
        }
    }
}
