//! The times of a run: Leo's own limits, and how long things stay away. All of them shrink in the
//! same proportion, so that a short run asks the same questions as a long one.

use std::time::Duration;

/// `LEASE_SECONDS` at full scale.
const LEASE: Duration = Duration::from_secs(30);
/// `LOST_AFTER` at full scale.
const LOST_AFTER: Duration = Duration::from_secs(120);
/// How long a worker is stopped at full scale: its lease is lost, its host is not.
const PAUSE: Duration = Duration::from_secs(60);
/// How long a worker is out of reach at full scale: its host is given up meanwhile.
const OUT_OF_REACH: Duration = Duration::from_secs(180);
/// What recovery may take beside the leases: attempts to connect, looks, starts of containers.
const SLACK: Duration = Duration::from_secs(60);
/// How long a worker waits for an engine that is away before it gives a container that is to end up.
const ENGINE_PATIENCE: Duration = Duration::from_secs(30);
/// Attempts of one job.
pub(super) const MAX_ATTEMPTS: u32 = 3;

/// The times at one scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) lease: Duration,
    pub(super) lost_after: Duration,
    pub(super) pause: Duration,
    pub(super) out_of_reach: Duration,
    /// 1 is full scale.
    pub(super) scale: f64,
}

impl Pace {
    pub(super) fn new(scale: f64) -> Self {
        Self {
            lease: LEASE.mul_f64(scale),
            lost_after: LOST_AFTER.mul_f64(scale),
            pause: PAUSE.mul_f64(scale),
            out_of_reach: OUT_OF_REACH.mul_f64(scale),
            scale,
        }
    }

    /// How long after the last fault everything may take to settle: each attempt may wait for a
    /// host that is gone.
    pub(super) fn settle(&self) -> Duration {
        (self.lost_after + self.lease) * MAX_ATTEMPTS + SLACK
    }

    /// How long a job that is to be cancelled may take to end, whatever becomes of its worker and of
    /// the engine.
    pub(super) fn cancelled_within(&self) -> Duration {
        self.lost_after + self.lease + ENGINE_PATIENCE + SLACK / 2
    }
}
