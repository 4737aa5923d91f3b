//! The pace of the demo: fast enough not to bore, slow enough to watch.
//!
//! At speed 1 a new app takes about ten seconds; 0 leaves out every pause.

use std::time::Duration;

/// Before each thought and each design.
const THOUGHT: Duration = Duration::from_millis(420);
/// Before each piece of a file.
const PIECE: Duration = Duration::from_millis(120);
/// Before each small step that does nothing visible.
const STEP: Duration = Duration::from_millis(150);
/// The longest single pause, whatever the speed says: an hour, the usual time limit of a job.
const PAUSE_LIMIT: Duration = Duration::from_secs(3600);
/// A piece ends at the first line end behind this many bytes.
const PIECE_SIZE: usize = 640;

/// How long the pauses are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    speed: f64,
}

impl Pace {
    /// A pace `speed` times as fast as a person likes to watch; 0 means without pauses.
    pub(crate) const fn new(speed: f64) -> Self {
        Self { speed }
    }

    /// The pause before a thought.
    pub(crate) fn thought(self) -> Duration {
        self.scale(THOUGHT)
    }

    /// The pause before a piece of a file.
    pub(crate) fn piece(self) -> Duration {
        self.scale(PIECE)
    }

    /// The pause before a small step.
    pub(crate) fn step(self) -> Duration {
        self.scale(STEP)
    }

    fn scale(self, pause: Duration) -> Duration {
        if self.speed <= 0.0 {
            return Duration::ZERO;
        }
        let seconds = pause.as_secs_f64() / self.speed;
        Duration::try_from_secs_f64(seconds).map_or(PAUSE_LIMIT, |d| d.min(PAUSE_LIMIT))
    }
}

/// The text in pieces of whole lines. Together they are the text.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest
            .bytes()
            .enumerate()
            .skip(PIECE_SIZE)
            .find(|(_, byte)| *byte == b'\n')
            .map_or(rest.len(), |(at, _)| at + 1);
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_divides_the_pauses_and_zero_removes_them() {
        assert_eq!(Pace::new(1.0).thought(), THOUGHT);
        assert_eq!(Pace::new(2.0).thought(), THOUGHT / 2);
        assert_eq!(Pace::new(0.0).thought(), Duration::ZERO);
        assert_eq!(Pace::new(f64::MIN_POSITIVE).thought(), PAUSE_LIMIT);
    }

    #[test]
    fn pieces_make_up_the_text_and_end_with_lines() {
        let text = "eine Zeile mit Umlauten äöü\n".repeat(200) + "the end";
        let all: Vec<_> = pieces(&text).collect();
        assert!(all.len() > 3);
        assert_eq!(all.concat(), text);
        assert!(all.iter().rev().skip(1).all(|piece| piece.ends_with('\n')));
        assert_eq!(pieces("").count(), 0);
    }
}
