//! What the jobs of the fleet do: known before they run, so that it is known what has to come out.

use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::pace::Pace;

/// One stderr line comes with so many stdout lines; what `count` of the mini-generator does.
const PER_ERROR: u64 = 10;
/// The exit code of those that fail.
const FAILURE: u8 = 3;

/// A job's script and what comes of it when nobody interferes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) text: String,
    /// Lines on stdout: `line 1` to `line N`.
    pub(super) lines: u64,
    /// Whether it ends well.
    pub(super) succeeds: bool,
}

impl Script {
    /// Lines on stderr: `line 1` to `line N` as well.
    pub(super) const fn errors(&self) -> u64 {
        self.lines / PER_ERROR
    }

    /// Draws one: most are short, some outlast a lease or a lost host, some are silent or stubborn.
    pub(super) fn draw(rng: &mut StdRng, pace: Pace) -> Self {
        match rng.random_range(0..20) {
            0 => Self::failing(rng),
            1 => Self::silent(pace.lease.mul_f64(rng.random_range(0.5..2.0))),
            2 => Self::counting("trap; ", rng.random_range(20..80), 50),
            3 | 4 => Self::long(pace.lease.mul_f64(rng.random_range(0.5..3.0))),
            5 => Self::long(pace.lost_after.mul_f64(rng.random_range(0.5..2.0))),
            6..=9 => Self::counting("", rng.random_range(20..80), 50),
            _ => Self::counting("", rng.random_range(1..40), 20),
        }
    }

    fn counting(before: &str, lines: u64, pause: u64) -> Self {
        Self {
            text: format!("{before}write made.txt done; count {lines} 1 {pause}"),
            lines,
            succeeds: true,
        }
    }

    fn long(time: Duration) -> Self {
        let tenths = u64::try_from(time.as_millis()).unwrap_or(u64::MAX) / 100;
        Self::counting("", tenths.max(1), 100)
    }

    /// It says nothing for so long: where nobody reads its output any more, it does not notice.
    fn silent(time: Duration) -> Self {
        Self {
            text: format!(
                "write made.txt done; count 1 1 0; sleep {}",
                time.as_millis()
            ),
            lines: 1,
            succeeds: true,
        }
    }

    fn failing(rng: &mut StdRng) -> Self {
        let lines = rng.random_range(1..10);
        Self {
            text: format!("count {lines} 1 20; exit {FAILURE}"),
            lines,
            succeeds: false,
        }
    }
}
