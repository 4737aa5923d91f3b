//! What is measured of a queue.

use std::time::Duration;

use crate::table::percentile;

/// How long jobs take from just before their submit until a worker has them, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p95: f64,
    pub(super) p99: f64,
}

impl Latency {
    /// Of these times in microseconds, in any order.
    pub(super) fn of(mut micros: Vec<f64>) -> anyhow::Result<Self> {
        anyhow::ensure!(!micros.is_empty(), "nothing was measured");
        micros.sort_by(f64::total_cmp);
        let percentile = |percent| percentile(&micros, percent) / 1e3;
        Ok(Self {
            p50: percentile(50),
            p95: percentile(95),
            p99: percentile(99),
        })
    }
}

/// A queue's figures with one backlog; `None` where it was not asked for.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) idle: Option<Latency>,
    pub(super) load: Option<Latency>,
    /// Jobs a second, for each of [`super::plan::SLOTS`].
    pub(super) drained: Vec<f64>,
}

/// From the end of the `skip`-th to the last one of `ends`; where there are fewer, from `began`.
/// Jobs a second.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub(super) fn rate(began: Duration, ends: &[Duration], skip: usize) -> f64 {
    let Some(last) = ends.last() else { return 0.0 };
    let (from, drained) = match ends.len().checked_sub(skip) {
        Some(left) if left > 0 && skip > 0 => (ends[skip - 1], left),
        _ => (began, ends.len()),
    };
    drained as f64 / last.saturating_sub(from).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_in_milliseconds() {
        let latency = Latency::of((1..=100).rev().map(|n| f64::from(n) * 1e3).collect()).unwrap();
        let expected = [51.0, 96.0, 100.0];
        for (got, expected) in [latency.p50, latency.p95, latency.p99].iter().zip(expected) {
            assert!((got - expected).abs() < 1e-9, "{latency:?}");
        }
        assert!(Latency::of(Vec::new()).is_err());
    }

    #[test]
    fn a_rate_leaves_the_warm_up_out() {
        let second = Duration::from_secs;
        let ends = [second(10), second(11), second(12)];
        assert!((rate(second(0), &ends, 1) - 1.0).abs() < 1e-9);
        assert!((rate(second(9), &ends, 5) - 1.0).abs() < 1e-9);
        assert!(rate(second(0), &[], 0).abs() < 1e-9);
    }
}
