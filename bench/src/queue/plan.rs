//! How much is done with each queue.

use std::path::PathBuf;
use std::time::Duration;

/// Jobs at once, of the drains.
pub(super) const SLOTS: [u32; 2] = [10, 100];
/// Jobs at once, while latencies are taken.
pub(super) const LATENCY_SLOTS: u32 = 10;
/// Jobs of the user with the backlog that run, and do not end, while latencies are taken beside it.
pub(super) const HELD: u32 = 5;
/// Jobs submitted before it counts.
const WARM_UP: Arrivals = Arrivals {
    count: 50,
    rate: 100.0,
};

/// Jobs that are submitted at random moments, none waiting for another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrivals {
    pub(super) count: u32,
    /// A second, on average.
    pub(super) rate: f64,
}

/// The amounts, the same for all queues.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) idle: Arrivals,
    pub(super) load: Arrivals,
    /// Jobs of a drain, with those that do not count.
    pub(super) drain: u32,
    /// Of which so many come before it counts.
    pub(super) skip: u32,
    /// A drain ends after this at the latest.
    pub(super) drain_within: Duration,
    /// Where the programs of the others are.
    pub(super) peers: PathBuf,
}

impl Plan {
    /// What is submitted for the latencies: to get warm, idle, under load.
    pub(super) const fn phases(&self) -> [Arrivals; 3] {
        [WARM_UP, self.idle, self.load]
    }
}
