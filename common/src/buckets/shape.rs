//! The arithmetic of a bucket.
//!
//! A bucket is one number, its debt: how long it takes until it is full. To take a token makes the
//! debt one step longer, time makes it shorter, and it must not exceed what the whole bucket is worth.
//! All in microseconds, which is what Redis' clock counts.

use std::time::Duration;

/// How much may be done in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    capacity: u32,
    per: Duration,
}

impl Rate {
    /// `capacity` at once after a pause, and as many in each `per` for ever. No bucket holds none, and
    /// none fills up at more than a token in a microsecond.
    #[must_use]
    pub const fn new(capacity: u32, per: Duration) -> Self {
        Self { capacity, per }
    }

    /// The tokens of a full bucket.
    #[must_use]
    pub const fn capacity(self) -> u32 {
        self.capacity
    }

    /// In which time an empty bucket is full.
    #[must_use]
    pub const fn per(self) -> Duration {
        self.per
    }

    /// What a token is worth.
    pub(super) fn step(self) -> i64 {
        let per = i64::try_from(self.per.as_micros()).unwrap_or(i64::MAX);
        (per / i64::from(self.capacity.max(1))).max(1)
    }

    /// What the bucket is worth.
    pub(super) fn depth(self) -> i64 {
        self.step().saturating_mul(self.capacity.into())
    }
}

/// Whether something may be done, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// It may.
    pub allowed: bool,
    /// What of.
    pub rate: Rate,
    /// Tokens that are left.
    pub remaining: u32,
    /// When the bucket is full again.
    pub reset: Duration,
    /// When it is worth trying again; zero where it was allowed.
    pub retry_after: Duration,
}

impl Decision {
    /// What follows from a debt, in microseconds, after `cost` was taken or refused.
    pub(super) fn new(rate: Rate, cost: i64, allowed: bool, debt: i64) -> Self {
        let left = (rate.depth() - debt).max(0);
        let missing = if allowed {
            0
        } else {
            cost.saturating_mul(rate.step()) - left
        };
        Self {
            allowed,
            rate,
            remaining: u32::try_from(left / rate.step()).unwrap_or(u32::MAX),
            reset: micros(debt),
            retry_after: micros(missing),
        }
    }
}

fn micros(count: i64) -> Duration {
    Duration::from_micros(u64::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(7, Duration::from_secs(60));

    #[test]
    fn a_full_bucket_holds_what_it_says() {
        let full = Decision::new(RATE, 0, true, 0);
        assert_eq!((full.remaining, full.reset), (7, Duration::ZERO));
        let last = Decision::new(RATE, 1, true, RATE.depth());
        assert_eq!((last.remaining, last.reset.as_secs()), (0, 59));
    }

    #[test]
    fn whoever_is_refused_is_told_when_there_is_enough() {
        let refused = Decision::new(RATE, 2, false, RATE.depth() - RATE.step());
        assert_eq!(refused.remaining, 1);
        assert_eq!(refused.retry_after, micros(RATE.step()));
    }

    #[test]
    fn odd_rates_do_not_overflow() {
        for rate in [
            Rate::new(0, Duration::ZERO),
            Rate::new(u32::MAX, Duration::ZERO),
            Rate::new(u32::MAX, Duration::MAX),
        ] {
            assert!(rate.step() > 0 && rate.depth() >= 0);
            Decision::new(rate, i64::MAX, false, rate.depth());
        }
    }
}
