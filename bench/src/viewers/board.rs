//! What the viewers have found so far.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Counts of all viewers of one thread. The thread writes, everybody may read.
#[derive(Debug, Default)]
pub(crate) struct Board {
    ready: AtomicUsize,
    got: AtomicU64,
    doubled: AtomicU64,
    latest: AtomicU64,
    /// Microseconds from the writing of an event to its receipt.
    latencies: Mutex<Vec<u32>>,
    error: OnceLock<String>,
}

impl Board {
    /// One more viewer would be sent what happens.
    pub(super) fn one_ready(&self) {
        self.ready.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn ready(&self) -> usize {
        self.ready.load(Ordering::Relaxed)
    }

    /// A viewer has received these at a moment of [`crate::clock`].
    pub(super) fn note(&self, now: u64, got: u64, doubled: u64, latencies: &[u32]) {
        let mut all = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(latencies);
        self.latest.fetch_max(now, Ordering::Relaxed);
        self.doubled.fetch_add(doubled, Ordering::Relaxed);
        // Last, so that whoever sees the count sees the rest.
        self.got.fetch_add(got, Ordering::Release);
    }

    pub(super) fn fail(&self, error: &anyhow::Error) {
        // The first one tells most.
        let _ = self.error.set(format!("{error:#}"));
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.error.get().map(String::as_str)
    }

    /// Events received for the first time, by all viewers together.
    pub(crate) fn got(&self) -> u64 {
        self.got.load(Ordering::Acquire)
    }

    /// Events received again, or after a later one.
    pub(crate) fn doubled(&self) -> u64 {
        self.doubled.load(Ordering::Relaxed)
    }

    /// When the latest event was received, by [`crate::clock`].
    pub(crate) fn latest(&self) -> u64 {
        self.latest.load(Ordering::Relaxed)
    }

    /// Takes the latencies since the last call, sorted, in microseconds.
    pub(crate) fn take_latencies(&self) -> Vec<u32> {
        let mut all = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut taken = std::mem::take(&mut *all);
        taken.sort_unstable();
        taken
    }
}
