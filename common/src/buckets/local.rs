//! The buckets of one process, for the time without Redis.
//!
//! Promise: no more than [`MAX`] are kept. When there are as many, those with the least debt go: who
//! has done little loses nothing by being forgotten.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::shape::{Decision, Rate};

/// Buckets kept at most.
const MAX: usize = 10_000;

/// By name, when each is full.
#[derive(Debug, Default)]
pub(super) struct Local(HashMap<String, Instant>);

impl Local {
    pub(super) fn change(&mut self, name: String, rate: Rate, cost: i64, now: Instant) -> Decision {
        let full = self
            .0
            .get(&name)
            .map_or(Duration::ZERO, |full| full.duration_since(now));
        let debt = i64::try_from(full.as_micros()).unwrap_or(i64::MAX);
        let after = debt.saturating_add(cost.saturating_mul(rate.step())).max(0);
        if cost > 0 && after > rate.depth() {
            return Decision::new(rate, cost, false, debt);
        }
        if !self.0.contains_key(&name) {
            self.make_room(now);
        }
        let full = Duration::from_micros(after.unsigned_abs());
        // A bucket that is full beyond all time is one that nobody takes from again.
        self.0.insert(name, now.checked_add(full).unwrap_or(now));
        Decision::new(rate, cost, true, after)
    }

    fn make_room(&mut self, now: Instant) {
        if self.0.len() < MAX {
            return;
        }
        self.0.retain(|_, full| *full > now);
        let mut all: Vec<_> = self.0.values().copied().collect();
        if all.len() >= MAX {
            let (_, median, _) = all.select_nth_unstable(MAX / 2);
            let median = *median;
            self.0.retain(|_, full| *full > median);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(4, Duration::from_secs(4));

    fn take(local: &mut Local, cost: i64, now: Instant) -> Decision {
        local.change("me".to_owned(), RATE, cost, now)
    }

    #[test]
    fn a_bucket_empties_and_fills() {
        let (mut local, start) = (Local::default(), Instant::now());
        let left: Vec<_> = (0..4)
            .map(|_| take(&mut local, 1, start).remaining)
            .collect();
        assert_eq!(left, [3, 2, 1, 0]);
        let refused = take(&mut local, 1, start);
        assert!(!refused.allowed && refused.retry_after == Duration::from_secs(1));
        let later = start + Duration::from_secs(1);
        assert!(take(&mut local, 1, later).allowed && !take(&mut local, 1, later).allowed);
        let much_later = start + Duration::from_secs(100);
        assert_eq!(take(&mut local, 0, much_later).remaining, 4);
    }

    #[test]
    fn all_or_none_is_taken_and_what_is_given_back_is_there() {
        let (mut local, now) = (Local::default(), Instant::now());
        assert!(!take(&mut local, 5, now).allowed);
        assert!(take(&mut local, 4, now).allowed);
        assert_eq!(take(&mut local, -3, now).remaining, 3);
        assert_eq!(take(&mut local, -9, now).remaining, 4);
    }

    #[test]
    fn a_flood_of_names_is_bounded_and_does_not_free_who_has_done_most() {
        let (mut local, now) = (Local::default(), Instant::now());
        take(&mut local, 4, now);
        for name in 0..3 * MAX {
            local.change(
                name.to_string(),
                RATE,
                1,
                now + Duration::from_micros(name as u64),
            );
        }
        assert!(local.0.len() <= MAX);
        assert!(!take(&mut local, 4, now).allowed);
    }
}
