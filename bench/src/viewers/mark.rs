//! Marks: by them an event is told in any frame, whoever has wrapped it.
//!
//! A mark is the beginning of a log line: `#`, a number that counts up, `:`, and where it is known
//! the moment of the writing and another `:`.

use memchr::memmem::Finder;

use crate::clock;

/// What stands before each mark in a frame.
const BEFORE: &str = r#""line":"#;

/// A mark of this moment.
pub(crate) fn mark(number: u64) -> String {
    format!("#{number}:{}:", clock::nanos())
}

/// A found mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) number: u64,
    pub(super) written: Option<u64>,
}

/// Finds marks.
#[derive(Debug)]
pub(super) struct Marks(Finder<'static>);

impl Default for Marks {
    fn default() -> Self {
        Self(Finder::new(BEFORE))
    }
}

impl Marks {
    /// The marks in a frame.
    pub(super) fn of<'a>(&'a self, frame: &'a [u8]) -> impl Iterator<Item = Mark> + 'a {
        self.0
            .find_iter(frame)
            .filter_map(|at| read(&frame[at + BEFORE.len()..]))
    }
}

fn read(text: &[u8]) -> Option<Mark> {
    let text = text.strip_prefix(b"\"#")?;
    let (number, rest) = digits(text)?;
    let written = digits(rest).map(|(written, _)| written);
    Some(Mark { number, written })
}

/// A number up to a colon, and what follows.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let rest = text[end..].strip_prefix(b":")?;
    let number = std::str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_stand() {
        let frame = format!(
            r##"{{"events":[{{"line":"{}x"}},{{"line":"none"}},{{"line":"#8:x"}}]}}"##,
            mark(7)
        );
        let marks = Marks::default();
        let found: Vec<_> = marks.of(frame.as_bytes()).collect();
        assert_eq!((found[0].number, found.len()), (7, 2));
        assert!(
            found[0]
                .written
                .is_some_and(|written| written <= clock::nanos())
        );
        let last = Mark {
            number: 8,
            written: None,
        };
        assert_eq!(found[1], last);
        assert_eq!(marks.of(br##""line":"#7"##).count(), 0);
    }
}
