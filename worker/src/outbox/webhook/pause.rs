//! When a delivery is tried again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The pauses after each try that fails, in units of the first: with 5 s that is 30 s, 2 min, 10 min,
/// 30 min, 2 h, 5 h and 10 h.
const STEPS: [u32; 8] = [1, 6, 24, 120, 360, 1440, 3600, 7200];
/// Receivers that were away together do not come back to all tries at once.
const JITTER: std::ops::RangeInclusive<f64> = 0.9..=1.1;
/// The longest that a receiver can put a try off.
const LONGEST: Duration = Duration::from_secs(12 * 3600);

/// The pause after the try of this number, from 1; `None` after the last.
pub(super) fn after(first: Duration, tries: u32, asked: Option<Duration>) -> Option<Duration> {
    let step = usize::try_from(tries.checked_sub(1)?).ok()?;
    let usual = first.saturating_mul(*STEPS.get(step)?);
    let usual = usual.mul_f64(rand::random_range(JITTER));
    Some(usual.max(asked.unwrap_or_default().min(LONGEST)))
}

/// The time that is `after` a moment.
pub(super) fn time(moment: DateTime<Utc>, after: Duration) -> Option<DateTime<Utc>> {
    moment.checked_add_signed(TimeDelta::from_std(after).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let first = Duration::from_secs(5);
        let mut last = Duration::ZERO;
        for tries in 1..=8 {
            let pause = after(first, tries, None).unwrap();
            assert!(pause > last, "{pause:?}");
            last = pause;
        }
        assert!((9 * 3600..=11 * 3600).contains(&last.as_secs()), "{last:?}");
        assert_eq!(after(first, 9, None), None);
        assert_eq!(after(first, 0, None), None);
    }

    #[test]
    fn a_receiver_may_put_a_try_off_but_not_for_ever() {
        let first = Duration::from_secs(5);
        let asked = |seconds| after(first, 1, Some(Duration::from_secs(seconds))).unwrap();
        assert_eq!(asked(3600).as_secs(), 3600);
        assert_eq!(asked(u64::MAX), LONGEST);
        assert!(asked(0) >= first.mul_f64(0.9));
    }
}
