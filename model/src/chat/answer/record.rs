//! What has come of an answer so far; kept where it can be looked at when the answer fails.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::Usage;

/// Shared by an answer and what drives it.
#[derive(Debug)]
pub(super) struct Record {
    begun: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    text: String,
    model: Option<String>,
    first_token: Option<Duration>,
    /// What the exchanges have used that are over.
    settled: Usage,
    /// What the one that runs has been sent, in characters.
    asked: Option<u64>,
    /// What has come of it, in bytes.
    heard: u64,
    /// What the server has counted of it.
    told: Option<Usage>,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An exchange begins; `chars` go out.
    pub(super) fn ask(&self, chars: u64) {
        self.state().asked = Some(chars);
    }

    /// The server has refused it, or nobody was there: it costs nothing.
    pub(super) fn refused(&self) {
        self.state().asked = None;
    }

    /// The exchange is over, however it ended.
    pub(super) fn settle(&self) -> Usage {
        let mut state = self.state();
        let used = state.running();
        state.settled = state.settled.plus(used);
        (state.asked, state.heard, state.told) = (None, 0, None);
        used
    }

    /// Something of the answer has come: so many bytes, of whatever it is.
    pub(super) fn hear(&self, bytes: usize) {
        let mut state = self.state();
        state.first_token.get_or_insert(self.begun.elapsed());
        state.heard += u64::try_from(bytes).unwrap_or(u64::MAX);
    }

    /// Text that is shown.
    pub(super) fn say(&self, text: &str) {
        self.state().text.push_str(text);
    }

    /// What the server has counted; later counts hold more.
    pub(super) fn count(&self, usage: Usage) {
        self.state().told = Some(usage);
    }

    /// The model that answers.
    pub(super) fn by(&self, model: String) {
        self.state().model = Some(model);
    }

    /// All text that was shown.
    pub(super) fn text(&self) -> String {
        self.state().text.clone()
    }

    /// Whether no text was shown.
    pub(super) fn is_empty(&self) -> bool {
        self.state().text.is_empty()
    }

    /// All that was used, the exchange that runs included.
    pub(super) fn usage(&self) -> Usage {
        let state = self.state();
        state.settled.plus(state.running())
    }

    pub(super) fn model(&self) -> Option<String> {
        self.state().model.clone()
    }

    /// From the beginning to the first of the answer; to this moment where nothing has come.
    pub(super) fn first_token(&self) -> Duration {
        self.state()
            .first_token
            .unwrap_or_else(|| self.begun.elapsed())
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl State {
    fn running(&self) -> Usage {
        match (self.told, self.asked) {
            // Counts of a stream that goes on may lag behind what has come.
            (Some(told), _) => told,
            (None, Some(asked)) => Usage::estimate(asked, self.heard),
            (None, None) => Usage::default(),
        }
    }
}
