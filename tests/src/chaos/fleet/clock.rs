//! The machine's monotonic clock, which the harness and the generators' ledgers share.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// A moment, in nanoseconds of the monotonic clock.
pub(super) type Moment = i64;

/// Now.
pub(super) fn now() -> Moment {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("read the clock");
    time.tv_sec() * 1_000_000_000 + time.tv_nsec()
}

/// A length of time on that clock.
pub(super) fn nanos(time: Duration) -> Moment {
    Moment::try_from(time.as_nanos()).unwrap_or(Moment::MAX)
}
