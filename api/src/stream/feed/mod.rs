//! The live end of one session's stream, as one process knows it.
//!
//! A feed knows the next `seq` it expects. A published batch that begins there is taken as it is;
//! whatever else is heard only raises the mark up to which the feed's task reads from Postgres. So
//! nothing is delivered past a hole, whatever Redis loses, doubles or reorders, and hearing never
//! waits for Postgres.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::history::History;
use leo_common::store::events::Batch;
use leo_protocol::SessionId;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::budget::Budget;
use super::frame::{Frame, Piece};
use super::lock;
use super::pages::{PAGE_BYTES, PAGE_ROWS};
use super::ring::Ring;

/// A new feed begins this many events before the head, for the viewers who come back.
const TAIL: u64 = 256;
/// The shortest time between two calls to the viewers.
const MIN_WINDOW: Duration = Duration::from_millis(10);
/// The longest one.
const MAX_WINDOW: Duration = Duration::from_millis(100);
/// How much a viewer adds to it: about what waking and serving him costs.
const WINDOW_PER_VIEWER: Duration = Duration::from_micros(10);
/// The pause after the first read that failed; it doubles up to [`MAX_PAUSE`].
const MIN_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause between two reads.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// How far a stream can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tip {
    /// Postgres has not told yet.
    Unknown,
    /// Up to this `seq`.
    At(u64),
    /// There is no such stream.
    Gone,
}

/// One stream with viewers.
#[derive(Debug)]
pub(super) struct Feed {
    session: SessionId,
    state: Mutex<State>,
    tip: watch::Sender<Tip>,
    work: Notify,
    budget: Arc<Budget>,
}

#[derive(Debug)]
struct State {
    ring: Ring,
    /// The `seq` that follows the ring; `None` until Postgres has told the head.
    next: Option<u64>,
    /// The last `seq` known to exist.
    wanted: u64,
    /// Before this moment the viewers are not called again.
    call_at: Instant,
    /// Whether there is something to call them for.
    uncalled: bool,
    viewers: u32,
    /// When the last viewer left, or the feed began.
    idle_since: Instant,
    closed: bool,
}

/// What the feed's task has to do next.
enum Chore {
    Read { after: u64 },
    Call { at: Instant },
    Wait,
    End,
}

impl Feed {
    pub(super) fn new(session: SessionId, budget: Arc<Budget>) -> Self {
        let state = State {
            ring: Ring::default(),
            next: None,
            wanted: 0,
            call_at: Instant::now(),
            uncalled: false,
            viewers: 0,
            idle_since: Instant::now(),
            closed: false,
        };
        Self {
            session,
            state: Mutex::new(state),
            tip: watch::Sender::new(Tip::Unknown),
            work: Notify::new(),
            budget,
        }
    }

    pub(super) const fn session(&self) -> SessionId {
        self.session
    }

    /// Counts a viewer and gives him the tip to watch.
    pub(super) fn enter(&self) -> watch::Receiver<Tip> {
        lock(&self.state).viewers += 1;
        self.tip.subscribe()
    }

    /// A viewer is gone.
    pub(super) fn leave(&self) {
        let mut state = lock(&self.state);
        state.viewers = state.viewers.saturating_sub(1);
        state.idle_since = Instant::now();
    }

    /// Closes the feed if nobody has viewed it for `linger`; then it must not be entered any more.
    pub(super) fn close_if_idle(&self, linger: Duration) -> bool {
        let mut state = lock(&self.state);
        if state.viewers == 0 && state.idle_since.elapsed() >= linger {
            state.closed = true;
            self.work.notify_one();
        }
        state.closed
    }

    /// A batch was published.
    pub(super) fn offer(&self, batch: &Batch) {
        if batch.place.first == 0 || batch.last < batch.place.first || !self.is_news(batch) {
            return;
        }
        // Sealing copies; that is not done with the lock held.
        let frames = Frame::seal(batch);
        let mut state = lock(&self.state);
        if follows(&state, batch) {
            if cfg!(feature = "sabotage") && state.next.is_some() {
                state.next = Some(batch.place.first);
            }
            self.take(&mut state, frames);
        }
    }

    /// Whether a batch is the next one. If it is a later one, the task is sent to read.
    fn is_news(&self, batch: &Batch) -> bool {
        let mut state = lock(&self.state);
        if follows(&state, batch) {
            return true;
        }
        self.want(&mut state, batch.last);
        false
    }

    /// Postgres says that the stream reaches to `head`.
    pub(super) fn saw_head(&self, head: u64) {
        let mut state = lock(&self.state);
        if state.next.is_none() {
            state.next = Some(head.saturating_sub(TAIL) + 1);
            self.call(&mut state);
        }
        let wanted = head.max(state.wanted);
        self.want(&mut state, wanted);
    }

    /// Postgres says that there is no such stream.
    pub(super) fn saw_nothing(&self) {
        self.tip.send_replace(Tip::Gone);
    }

    fn want(&self, state: &mut State, last: u64) {
        state.wanted = state.wanted.max(last);
        if state.next.is_some_and(|next| next <= state.wanted) {
            self.work.notify_one();
        }
    }

    /// The frames in the ring from `next` on; none when it does not hold them.
    pub(super) fn burst(&self, next: u64) -> Vec<Piece> {
        lock(&self.state).ring.burst(next)
    }

    /// Takes those of `frames` that follow, in order.
    fn take(&self, state: &mut State, frames: Vec<Arc<Frame>>) -> bool {
        let Some(before) = state.next else {
            return false;
        };
        let budget = self.budget.of_a_feed();
        let mut next = before;
        for frame in frames {
            if frame.first() <= next && next <= frame.last() {
                next = frame.last() + 1;
                state.ring.push(frame, budget);
            }
        }
        state.next = Some(next);
        if next > before {
            self.call(state);
        }
        next > before
    }

    /// Tells the viewers how far the stream reaches: at once when they were not called lately, else
    /// by the task, once the window is over.
    fn call(&self, state: &mut State) {
        let now = Instant::now();
        if now < state.call_at {
            if !std::mem::replace(&mut state.uncalled, true) {
                self.work.notify_one();
            }
            return;
        }
        state.uncalled = false;
        state.call_at = now + window(state.viewers);
        if let Some(next) = state.next {
            self.tip.send_replace(Tip::At(next - 1));
        }
    }

    /// Fills holes and calls viewers until the feed is closed.
    pub(super) async fn run(self: Arc<Self>, history: History) {
        let mut pause = MIN_PAUSE;
        loop {
            match self.chore() {
                Chore::End => return,
                Chore::Wait => self.work.notified().await,
                Chore::Call { at } => {
                    tokio::time::sleep_until(at).await;
                    self.call(&mut lock(&self.state));
                }
                Chore::Read { after } if self.fill(&history, after).await => pause = MIN_PAUSE,
                Chore::Read { .. } => {
                    self.call(&mut lock(&self.state));
                    tokio::time::sleep(pause).await;
                    pause = MAX_PAUSE.min(pause * 2);
                }
            }
        }
    }

    fn chore(&self) -> Chore {
        let state = lock(&self.state);
        match state.next {
            _ if state.closed => Chore::End,
            Some(next) if next <= state.wanted => Chore::Read { after: next - 1 },
            _ if state.uncalled => Chore::Call { at: state.call_at },
            _ => Chore::Wait,
        }
    }

    /// Reads what follows `after`; whether that has brought the feed forward.
    async fn fill(&self, history: &History, after: u64) -> bool {
        match history
            .read(self.session, after, PAGE_ROWS, PAGE_BYTES)
            .await
        {
            Ok(batches) => {
                let frames = batches.iter().flat_map(Frame::seal).collect();
                let mut state = lock(&self.state);
                let forward = self.take(&mut state, frames);
                if !forward && state.next == Some(after + 1) {
                    // Whoever finds that there is more marks it again.
                    state.wanted = after;
                    tracing::error!(session = %self.session, after, "stored events are missing");
                }
                forward
            }
            Err(error) if error.is_lasting() => {
                tracing::error!(session = %self.session, error = %Chain(&error), "stored events cannot be read");
                self.skip();
                true
            }
            Err(error) => {
                tracing::debug!(session = %self.session, error = %Chain(&error), "failed to read events; trying again");
                false
            }
        }
    }

    /// Goes on behind what cannot be read. Viewers who want it ask for it themselves, and are told.
    fn skip(&self) {
        let mut state = lock(&self.state);
        state.ring = Ring::default();
        state.next = Some(state.wanted + 1);
        self.call(&mut state);
    }
}

/// The gap check: whether a batch begins where the feed ends. The feature `sabotage` leaves it out,
/// to show that this is noticed.
fn follows(state: &State, batch: &Batch) -> bool {
    state.next == Some(batch.place.first) || cfg!(feature = "sabotage")
}

/// The time between two calls grows with the viewers, because each call costs for each of them.
fn window(viewers: u32) -> Duration {
    (WINDOW_PER_VIEWER * viewers).clamp(MIN_WINDOW, MAX_WINDOW)
}

#[cfg(test)]
mod tests;
