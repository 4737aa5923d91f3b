//! Events on their way into the store.
//!
//! Each source that this process writes has a lane: a bounded buffer of encoded events with the
//! position that each run of them moves the source to. One task empties all lanes of the process
//! together: the first events at once, then one flush per window; a lane that has filled a whole
//! batch is emptied in between too, so that a flood is as fast as the store. A batch is kept until
//! the store has answered that it has it; then it is published. What the store refuses ends the
//! lane, and nobody else's. A worker writes what its containers print, an api what its runners send.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leo_protocol::batch::BodyBuilder;
use leo_protocol::{JobId, SessionId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::bus::Publisher;
use crate::store::Db;
use crate::store::events::{NewBatch, Source};

mod flush;
mod take;

/// A lane that holds more bytes than this makes its producer wait.
const LANE_BYTES: usize = 1 << 20;
/// A row's body is cut here, in bytes; only a single position may take more.
const BATCH_BYTES: usize = 256 << 10;

/// Events that move a source to a position together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The position behind them.
    pub to: u64,
    /// In order; may be empty.
    pub events: BodyBuilder,
}

impl Unit {
    /// What it adds to a body, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.events.len()
    }
}

/// Why a lane takes nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// The source is not this process's any more.
    #[error("the source belongs to somebody else")]
    Fenced,
    /// The source stands elsewhere than this process believes.
    #[error("the source stands at {position}")]
    Gap {
        /// Where.
        position: u64,
    },
    /// The store refuses this batch, again and again.
    #[error("the store refuses the batch: {0}")]
    Refused(String),
}

/// The lanes of a process and the task that empties them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Appender {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    lanes: Mutex<HashMap<(JobId, u8), Arc<Lane>>>,
    /// Told when a lane holds something.
    work: Notify,
    /// Told when a lane holds a whole batch.
    full: Notify,
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, HashMap<(JobId, u8), Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Appender {
    /// Starts the flushing task; it ends with `shutdown`.
    #[must_use]
    pub fn start(db: Db, publisher: Publisher, shutdown: CancellationToken) -> Self {
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

    /// Opens the lane of a source that stands at `position`; it closes when the value is dropped. An
    /// older lane of the same source ends as fenced.
    #[must_use]
    pub fn open(&self, origin: Origin, position: u64) -> OpenLane {
        let lane = Arc::new(Lane::new(origin, position));
        let key = (origin.job, origin.source as u8);
        let older = self.shared.lanes().insert(key, lane.clone());
        if let Some(older) = older {
            older.end(LaneError::Fenced);
        }
        OpenLane {
            lane,
            key,
            shared: self.shared.clone(),
        }
    }
}

/// Where the events of a lane come from, and what fences them; see [`NewBatch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The stream.
    pub session: SessionId,
    /// The job.
    pub job: JobId,
    /// The source.
    pub source: Source,
    /// The holder's epoch; for [`Source::Runner`] the attempt.
    pub fence: u32,
    /// Of [`Source::Runner`] the connection; of others 0.
    pub generation: u64,
}

/// The buffer of one source.
#[derive(Debug)]
struct Lane {
    origin: Origin,
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
    /// The flush that took from it last.
    flushed: u64,
    error: Option<LaneError>,
}

impl LaneState {
    /// Whether there is something to flush.
    fn has_work(&self) -> bool {
        self.error.is_none() && (self.in_flight.is_some() || !self.units.is_empty())
    }

    /// Whether a whole batch waits, and nothing else for an answer.
    fn is_full(&self) -> bool {
        self.error.is_none() && self.in_flight.is_none() && self.bytes >= BATCH_BYTES
    }
}

impl Lane {
    fn new(origin: Origin, position: u64) -> Self {
        Self {
            origin,
            state: Mutex::new(LaneState {
                stored: position,
                ..LaneState::default()
            }),
            moved: Notify::new(),
        }
    }

    fn end(&self, error: LaneError) {
        tracing::debug!(job.id = %self.origin.job, source = ?self.origin.source, %error, "the lane ends");
        self.state().error.get_or_insert(error);
        self.moved.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, LaneState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane as its producer holds it.
#[derive(Debug)]
pub struct OpenLane {
    lane: Arc<Lane>,
    key: (JobId, u8),
    shared: Arc<Shared>,
}

impl OpenLane {
    /// Waits until the lane takes another unit. Safe to cancel.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn room(&self) -> Result<(), LaneError> {
        self.wait_until(|state| (state.bytes < LANE_BYTES).then_some(()))
            .await
    }

    /// Hands events over. Whoever has many of them waits for [`Self::room`] before each.
    pub fn push(&self, unit: Unit) {
        let mut state = self.lane.state();
        state.bytes += unit.bytes();
        state.units.push_back(unit);
        let full = state.is_full();
        drop(state);
        self.shared.work.notify_one();
        if full {
            self.shared.full.notify_one();
        }
    }

    /// Waits until everything handed over is stored.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn stored(&self) -> Result<(), LaneError> {
        self.wait_until(|state| (state.units.is_empty() && state.in_flight.is_none()).then_some(()))
            .await
    }

    /// Waits until more than `position` is stored; how far. Safe to cancel.
    ///
    /// # Errors
    /// When the lane has ended.
    pub async fn stored_beyond(&self, position: u64) -> Result<u64, LaneError> {
        self.wait_until(|state| (state.stored > position).then_some(state.stored))
            .await
    }

    async fn wait_until<T>(
        &self,
        reached: impl Fn(&LaneState) -> Option<T>,
    ) -> Result<T, LaneError> {
        loop {
            // Registered before the look, so that nothing that happens in between is missed.
            let moved = self.lane.moved.notified();
            {
                let state = self.lane.state();
                if let Some(error) = &state.error {
                    return Err(error.clone());
                }
                if let Some(reached) = reached(&state) {
                    return Ok(reached);
                }
            }
            moved.await;
        }
    }
}

impl Drop for OpenLane {
    fn drop(&mut self) {
        let mut lanes = self.shared.lanes();
        // A lane opened anew for the same source has taken the place already.
        if lanes
            .get(&self.key)
            .is_some_and(|lane| Arc::ptr_eq(lane, &self.lane))
        {
            lanes.remove(&self.key);
        }
    }
}
