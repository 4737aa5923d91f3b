//! Where an answer that goes on inside a file repeats what was written before.
//!
//! A model that is shown the last lines of a file and asked to go on often begins with some of them. The
//! beginning of its answer is held back, and what repeats the file's end is left out.

use super::talk::Listener;
use crate::error::Error;

/// How much of the answer is held back, in bytes.
const HELD: usize = 400;
/// A repetition that is shorter may be chance, in bytes.
const LEAST: usize = 8;

/// Passes an answer on without its repetition of `tail`.
pub(super) struct Stitch<'l> {
    tail: String,
    /// What is held back; nothing once it is decided.
    held: Option<String>,
    to: &'l mut dyn Listener,
}

impl<'l> Stitch<'l> {
    /// An answer that goes on behind `tail`.
    pub(super) fn new(tail: &str, to: &'l mut dyn Listener) -> Self {
        Self {
            tail: tail.to_owned(),
            held: Some(String::new()),
            to,
        }
    }

    /// Passes on what is still held.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.decide()
    }

    fn decide(&mut self) -> Result<(), Error> {
        let Some(held) = self.held.take() else {
            return Ok(());
        };
        let repeated = overlap(&self.tail, &held);
        self.to.hear(held.get(repeated..).unwrap_or_default())
    }
}

impl Listener for Stitch<'_> {
    fn hear(&mut self, piece: &str) -> Result<(), Error> {
        let Some(held) = &mut self.held else {
            return self.to.hear(piece);
        };
        held.push_str(piece);
        if held.len() >= HELD {
            self.decide()?;
        }
        Ok(())
    }
}

/// How many bytes at the beginning of `next` repeat the end of `tail`.
fn overlap(tail: &str, next: &str) -> usize {
    let longest = tail.len().min(next.len());
    (LEAST..=longest)
        .rev()
        .filter(|length| next.is_char_boundary(*length))
        .find(|length| tail.as_bytes().ends_with(&next.as_bytes()[..*length]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Heard(String);

    impl Listener for Heard {
        fn hear(&mut self, piece: &str) -> Result<(), Error> {
            self.0.push_str(piece);
            Ok(())
        }
    }

    fn stitched(tail: &str, answer: &str) -> String {
        let mut heard = Heard(String::new());
        let mut stitch = Stitch::new(tail, &mut heard);
        for c in answer.chars() {
            stitch.hear(&c.to_string()).unwrap();
        }
        stitch.finish().unwrap();
        heard.0
    }

    #[test]
    fn what_is_repeated_is_left_out() {
        let tail = "function größe() {\n  return 4";
        assert_eq!(stitched(tail, "2;\n}\n"), "2;\n}\n");
        assert_eq!(stitched(tail, "  return 42;\n}\n"), "2;\n}\n");
        assert_eq!(
            stitched(tail, "function größe() {\n  return 42;\n}\n"),
            "2;\n}\n"
        );
        let long = "x".repeat(HELD * 2);
        assert_eq!(stitched(tail, &format!("  return 4{long}")), long);
        assert_eq!(stitched("", "a"), "a");
    }
}
