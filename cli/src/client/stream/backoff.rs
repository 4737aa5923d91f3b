//! How long to wait before the next try.

use std::time::Duration;

use rand::RngExt as _;

/// The longest first wait; later ones double.
const FIRST: Duration = Duration::from_millis(250);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(10);
/// A replica that restarts sends all its clients away at once: they come back spread over this.
const RESTART_SPREAD: Duration = Duration::from_secs(3);

/// Doubling waits with full jitter: each is anything up to its ceiling, so that clients that were
/// cut off together do not come back together.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The next wait.
    pub(crate) fn next(&mut self, restart: bool) -> Duration {
        let ceiling = self.ceiling(restart);
        self.tries = self.tries.saturating_add(1);
        ceiling.mul_f64(rand::rng().random_range(0.0..1.0))
    }

    /// The connection works.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }

    fn ceiling(&self, restart: bool) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.tries.min(16)).min(LONGEST);
        if restart {
            doubled.max(RESTART_SPREAD)
        } else {
            doubled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_anew() {
        let mut backoff = Backoff::default();
        let ceilings: Vec<_> = (0..8)
            .map(|_| {
                let ceiling = backoff.ceiling(false);
                assert!(backoff.next(false) <= ceiling);
                ceiling.as_millis()
            })
            .collect();
        assert_eq!(ceilings, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        backoff.reset();
        assert_eq!(backoff.ceiling(false), FIRST);
        assert_eq!(backoff.ceiling(true), RESTART_SPREAD);
    }
}
