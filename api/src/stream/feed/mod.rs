//! The live end of one session's stream, as one process knows it.
//!
//! A feed knows the next `seq` it expects. A published batch that begins there is taken as it is;
//! whatever else is heard only raises the mark up to which the feed's task reads from Postgres. So
//! nothing is delivered past a hole, whatever Redis loses, doubles or reorders, and hearing never
//! waits for Postgres.
//!
//! Each frame and each call costs for every viewer. So what comes to a quiet feed is sealed and the
//! viewers are called at once; what comes within the window after that is sealed together, and they
//! are called when it is over. Nothing waits longer than that.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::history::History;
use leo_common::store::events::Batch;
use leo_protocol::{SessionId, batch};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::budget::Budget;
use super::frame::Piece;
use super::lock;
use super::pages::{PAGE_BYTES, PAGE_ROWS};
use super::ring::Ring;
use super::sealer::Sealer;

/// A new feed begins this many events before the head, for the viewers who come back.
const TAIL: u64 = 256;
/// The shortest window: the time between two calls to few viewers of a busy stream.
const MIN_WINDOW: Duration = Duration::from_millis(10);
/// The longest one, to very many.
const MAX_WINDOW: Duration = Duration::from_millis(100);
/// How much a viewer adds to it: about what waking and serving him costs. So calling takes no more
/// than one CPU, however fast the stream is.
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
    /// Wakes the task that fills holes.
    hole: Notify,
    /// Wakes the task that ends windows.
    window: Notify,
    budget: Arc<Budget>,
}

#[derive(Debug)]
struct State {
    ring: Ring,
    /// What follows the ring and is not sealed yet.
    sealer: Sealer,
    /// The `seq` that follows; `None` until Postgres has told the head.
    next: Option<u64>,
    /// The last `seq` known to exist.
    wanted: u64,
    /// The end of the window: before it the viewers are not called again.
    call_at: Instant,
    /// Whether there is something to call them for.
    uncalled: bool,
    viewers: u32,
    /// When the last viewer left, or the feed began.
    idle_since: Instant,
    closed: bool,
}

impl Feed {
    pub(super) fn new(session: SessionId, budget: Arc<Budget>) -> Self {
        let state = State {
            ring: Ring::default(),
            sealer: Sealer::default(),
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
            hole: Notify::new(),
            window: Notify::new(),
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
            self.hole.notify_one();
            self.window.notify_one();
        }
        state.closed
    }

    /// A batch was published. If it is not the next one but a later one, the task is sent to read.
    pub(super) fn offer(&self, batch: &Batch) {
        if batch.place.first == 0 || batch.last < batch.place.first {
            return;
        }
        let mut state = lock(&self.state);
        if follows(&state, batch) {
            if cfg!(feature = "sabotage") && state.next.is_some() {
                state.next = Some(batch.place.first);
            }
            self.take(&mut state, std::slice::from_ref(batch));
        } else {
            self.want(&mut state, batch.last);
        }
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
            self.hole.notify_one();
        }
    }

    /// The frames in the ring from `next` on; none when it does not hold them.
    pub(super) fn burst(&self, next: u64) -> Vec<Piece> {
        lock(&self.state).ring.burst(next)
    }

    /// The event from which on the ring holds them all, or will; those before it are to be read.
    pub(super) fn in_memory(&self) -> u64 {
        let state = lock(&self.state);
        state.ring.first().or(state.next).unwrap_or(0)
    }

    /// Takes those of `batches` that follow, in order; whether there are any.
    fn take(&self, state: &mut State, batches: &[Batch]) -> bool {
        let Some(before) = state.next else {
            return false;
        };
        let budget = self.budget.of_a_feed();
        let mut next = before;
        for batch in batches {
            if batch.place.first <= next && next <= batch.last {
                let ring = &mut state.ring;
                let batch = from(batch, next);
                next = batch.last + 1;
                state.sealer.push(&batch, |frame| ring.push(frame, budget));
            }
        }
        state.next = Some(next);
        if next > before {
            self.call(state);
        }
        next > before
    }

    /// Seals what has come and tells the viewers how far the stream reaches: at once when they were
    /// not called lately, else when the window is over.
    fn call(&self, state: &mut State) {
        let now = Instant::now();
        if now < state.call_at {
            if !std::mem::replace(&mut state.uncalled, true) {
                self.window.notify_one();
            }
            return;
        }
        state.uncalled = false;
        state.call_at = now + window(state.viewers);
        let (ring, budget) = (&mut state.ring, self.budget.of_a_feed());
        state.sealer.finish(|frame| ring.push(frame, budget));
        if let Some(next) = state.next {
            self.tip.send_replace(Tip::At(next - 1));
        }
    }

    /// Fills holes and ends windows until the feed is closed. Neither waits for the other.
    pub(super) async fn run(self: Arc<Self>, history: History) {
        tokio::join!(self.fill_holes(&history), self.end_windows());
    }

    async fn fill_holes(&self, history: &History) {
        let mut pause = MIN_PAUSE;
        while !self.is_closed() {
            match self.hole() {
                None => self.hole.notified().await,
                Some(after) if self.fill(history, after).await => pause = MIN_PAUSE,
                Some(_) => {
                    tokio::time::sleep(pause).await;
                    pause = MAX_PAUSE.min(pause * 2);
                }
            }
        }
    }

    async fn end_windows(&self) {
        while !self.is_closed() {
            match self.window_end() {
                None => self.window.notified().await,
                Some(at) => {
                    tokio::time::sleep_until(at).await;
                    self.call(&mut lock(&self.state));
                }
            }
        }
    }

    fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    /// Behind which event something is known to be that has not been heard.
    fn hole(&self) -> Option<u64> {
        let state = lock(&self.state);
        let next = state.next.filter(|next| *next <= state.wanted);
        next.map(|next| next - 1)
    }

    /// When the viewers are to be called, if there is something to call them for.
    fn window_end(&self) -> Option<Instant> {
        let state = lock(&self.state);
        state.uncalled.then_some(state.call_at)
    }

    /// Reads what follows `after`; whether that has brought the feed forward.
    async fn fill(&self, history: &History, after: u64) -> bool {
        match history
            .read(self.session, after, PAGE_ROWS, PAGE_BYTES)
            .await
        {
            Ok(batches) => {
                let mut state = lock(&self.state);
                let forward = self.take(&mut state, &batches);
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
        state.sealer = Sealer::default();
        state.next = Some(state.wanted + 1);
        self.call(&mut state);
    }
}

/// The gap check: whether a batch begins where the feed ends. The feature `sabotage` leaves it out,
/// to show that this is noticed.
fn follows(state: &State, batch: &Batch) -> bool {
    state.next == Some(batch.place.first) || cfg!(feature = "sabotage")
}

/// A batch from `next` on, which is in it.
fn from(batch: &Batch, next: u64) -> Cow<'_, Batch> {
    if batch.place.first == next {
        return Cow::Borrowed(batch);
    }
    let mut rest = batch.clone();
    rest.body = batch::trim(&batch.body, next - batch.place.first).into();
    rest.place.first = next;
    Cow::Owned(rest)
}

/// The time between two calls grows with the viewers, because each call costs for each of them.
fn window(viewers: u32) -> Duration {
    (WINDOW_PER_VIEWER * viewers).clamp(MIN_WINDOW, MAX_WINDOW)
}

#[cfg(test)]
mod tests;
