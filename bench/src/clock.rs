//! One monotonic clock for the writer and all viewers, which are in one process.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Nanoseconds since the first call.
pub(crate) fn nanos() -> u64 {
    as_nanos(BEGAN.elapsed())
}

/// A duration in nanoseconds; five hundred years at most.
pub(crate) fn as_nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
