//! How long ago Postgres has confirmed this worker's lease.
//!
//! Everything here goes by this process's own monotonic clock, and from the moment in which a beat
//! was sent, not from its answer: what others may conclude from the beat, they conclude later.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When this worker was heard of. Shared by reference.
#[derive(Debug)]
pub(crate) struct Pulse(Mutex<State>);

#[derive(Debug)]
struct State {
    /// When the last beat that was answered had been sent.
    acknowledged: Instant,
    /// When the last beat that has failed had been begun.
    failed: Option<Instant>,
}

impl Pulse {
    /// As of a worker that is about to register.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            acknowledged: Instant::now(),
            failed: None,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A beat sent at that time was answered, and what it told has been taken to heart.
    pub(crate) fn acknowledged(&self, sent: Instant) {
        let mut state = self.state();
        state.acknowledged = state.acknowledged.max(sent);
    }

    /// A beat begun at that time has failed.
    pub(crate) fn failed(&self, begun: Instant) {
        self.state().failed = Some(begun);
    }

    /// Time since the last confirmation.
    pub(crate) fn age(&self) -> Duration {
        self.state().acknowledged.elapsed()
    }

    /// Whether the last confirmation is older than `limit`, and no fault of this process: it has
    /// tried again within `recent`, in vain. One that was itself stopped meanwhile has not.
    pub(crate) fn is_cut_off(&self, limit: Duration, recent: Duration) -> bool {
        let state = self.state();
        let tried = state
            .failed
            .is_some_and(|begun| begun > state.acknowledged && begun.elapsed() < recent);
        tried && state.acknowledged.elapsed() >= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_worker_is_cut_off_when_it_tries_in_vain() {
        let pulse = Pulse::new();
        let cut_off = || pulse.is_cut_off(90 * SECOND, 40 * SECOND);
        tokio::time::advance(70 * SECOND).await;
        pulse.failed(Instant::now());
        assert!(!cut_off(), "not yet");
        tokio::time::advance(20 * SECOND).await;
        assert!(cut_off());
        pulse.acknowledged(Instant::now());
        assert!(!cut_off() && pulse.age().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_was_stopped_tries_first() {
        let pulse = Pulse::new();
        let begun = Instant::now() + SECOND;
        tokio::time::advance(100 * SECOND).await;
        // The beat in flight when it was stopped.
        pulse.failed(begun);
        assert!(!pulse.is_cut_off(90 * SECOND, 40 * SECOND));
    }
}
