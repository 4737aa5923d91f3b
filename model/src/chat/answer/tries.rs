//! How often a request is made, and how long to wait in between.

use std::time::{Duration, Instant};

use rand::RngExt as _;

use super::super::diagnose::{Again, Patience};
use super::super::{ModelError, Timing};

/// The pause after the first failure; it doubles with each one.
const FIRST: Duration = Duration::from_secs(1);
/// The longest of these pauses.
const LONGEST: Duration = Duration::from_secs(30);
/// How often a request is made that may itself be the cause.
const LITTLE: u32 = 3;
/// Between looks at a server that loads its model.
const LOADING: Duration = Duration::from_secs(3);

/// The tries of one request.
#[derive(Debug)]
pub(super) struct Tries {
    timing: Timing,
    begun: Instant,
    failed: u32,
}

impl Tries {
    pub(super) fn new(timing: Timing) -> Self {
        Self {
            timing,
            begun: Instant::now(),
            failed: 0,
        }
    }

    /// How long to wait before the next, or why there is none.
    pub(super) fn pause(&mut self, again: &Again) -> Result<Duration, ModelError> {
        let give_up = || Err(again.error.clone());
        self.failed += 1;
        let most = match again.patience {
            Patience::Loading if self.begun.elapsed() < self.timing.first_token => {
                return Ok(again.after.unwrap_or(LOADING).min(LOADING));
            }
            Patience::Usual | Patience::Loading => self.timing.attempts,
            Patience::Little => self.timing.attempts.min(LITTLE),
        };
        if self.failed >= most {
            return give_up();
        }
        let backoff = FIRST
            .saturating_mul(1 << (self.failed - 1).min(10))
            .min(LONGEST);
        match again.after {
            Some(after) if after > self.timing.longest_pause => give_up(),
            // Never earlier than it asks for, and not all of its clients at once.
            Some(after) => Ok(after + jitter(after / 10 + FIRST / 4)),
            None => Ok(backoff / 2 + jitter(backoff / 2)),
        }
    }
}

/// Any time up to `most`.
fn jitter(most: Duration) -> Duration {
    most.mul_f64(rand::rng().random())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(after: Option<u64>, patience: Patience) -> Again {
        Again {
            error: ModelError::Filtered,
            after: after.map(Duration::from_secs),
            patience,
        }
    }

    fn pauses(again: &Again) -> Vec<u128> {
        let mut tries = Tries::new(Timing::default());
        std::iter::from_fn(|| tries.pause(again).ok())
            .map(|pause| pause.as_millis())
            .collect()
    }

    #[test]
    fn pauses_grow_and_end() {
        let usual = pauses(&again(None, Patience::Usual));
        assert_eq!(usual.len(), 4);
        for (pause, longest) in usual.iter().zip([1000, 2000, 4000, 8000]) {
            assert!((longest / 2..=longest).contains(pause), "{usual:?}");
        }
        assert_eq!(pauses(&again(None, Patience::Little)).len(), 2);
    }

    #[test]
    fn a_server_is_left_alone_as_it_asks() {
        let asked = pauses(&again(Some(20), Patience::Usual));
        assert!(
            asked.iter().all(|pause| (20_000..=22_250).contains(pause)),
            "{asked:?}"
        );
        assert!(pauses(&again(Some(3600), Patience::Usual)).is_empty());
    }

    #[test]
    fn a_model_is_given_time_to_load() {
        let mut tries = Tries::new(Timing::default());
        for _ in 0..100 {
            assert_eq!(tries.pause(&again(None, Patience::Loading)), Ok(LOADING));
        }
        let mut late = Tries::new(Timing {
            first_token: Duration::ZERO,
            ..Timing::default()
        });
        assert!((0..9).any(|_| late.pause(&again(None, Patience::Loading)).is_err()));
    }
}
