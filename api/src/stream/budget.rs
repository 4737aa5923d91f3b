//! How much memory the rings of a process may take.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of one ring at most. A flood fills it in some tenths of a second: so long may a viewer be
/// busy before he has to go to Postgres.
const RING: usize = 8 << 20;
/// Bytes of all rings together; with many viewed sessions each gets less.
const ALL_RINGS: usize = 256 << 20;
/// A ring is not made smaller than this, in bytes.
const SMALL_RING: usize = 64 << 10;

/// Shares the memory among the feeds.
#[derive(Debug, Default)]
pub(super) struct Budget {
    feeds: AtomicUsize,
}

impl Budget {
    /// Says how many feeds there are.
    pub(super) fn share_among(&self, feeds: usize) {
        self.feeds.store(feeds, Ordering::Relaxed);
    }

    /// Bytes for the ring of one feed.
    pub(super) fn of_a_feed(&self) -> usize {
        let feeds = self.feeds.load(Ordering::Relaxed).max(1);
        (ALL_RINGS / feeds).clamp(SMALL_RING, RING)
    }
}
