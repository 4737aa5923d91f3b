//! From frames to what is stored.
//!
//! A frame's number is its position. Frames without numbers get them here, in the order of their
//! arrival, which is all that can be said of them: whether a lost one was sent, nobody knows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use leo_common::append::Unit;
use leo_common::mask::Mask;
use leo_common::output::Said;
use leo_protocol::batch::BodyBuilder;
use leo_protocol::{EventKind, LogStream};
use serde::Deserialize;

use super::end::End;

/// The `type` of the frame after which nothing comes.
const END: &str = "end";
/// Said once where the first frame of an attempt has no number.
const UNNUMBERED: &str =
    "this generator does not number its frames, so lines may be lost when a server ends";
/// Said where a generator without numbers has connected again.
const RECONNECTED: &str =
    "the generator has connected again without numbering its frames; lines may be missing here";

/// Reads the frames of one connection.
pub(super) struct Frames {
    mask: Mask,
    /// The last frame that was taken, stored or not.
    last: u64,
    /// Whether the frames have numbers, once that is known.
    numbered: Option<bool>,
}

/// What a frame is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Something to be stored.
    Unit(Unit),
    /// A frame that has been taken before.
    Again,
    /// The end of everything, under this number.
    End(u64),
}

/// The part of a frame that is for the server.
#[derive(Deserialize)]
struct Head<'a> {
    n: Option<u64>,
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
}

impl Frames {
    /// Goes on behind the frame `last`.
    pub(super) const fn new(last: u64, mask: Mask) -> Self {
        Self {
            mask,
            last,
            numbered: None,
        }
    }

    /// Whether the other side counts, and so wants acknowledgements.
    pub(super) fn numbered(&self) -> bool {
        self.numbered == Some(true)
    }

    /// Takes a frame that came at `at`.
    pub(super) fn take(&mut self, text: &str, at: DateTime<Utc>) -> Result<Taken, End> {
        let head = head(text);
        let number = head.as_ref().and_then(|head| head.n);
        let ends = head.as_ref().and_then(|head| head.kind.as_deref()) == Some(END);
        if ends && number.is_none() {
            return Ok(Taken::End(self.last));
        }
        let first = self.numbered.is_none();
        if *self.numbered.get_or_insert(number.is_some()) != number.is_some() {
            return Err(End::Mixed);
        }
        let next = self.last + 1;
        match number {
            Some(n) if n > next => return Err(End::Gap { expected: next }),
            Some(n) if ends && n >= self.last => return Ok(Taken::End(n)),
            Some(n) if n < next => return Ok(Taken::Again),
            Some(_) | None => {}
        }
        let mut events = BodyBuilder::new();
        if first && number.is_none() {
            let message = if self.last == 0 {
                UNNUMBERED
            } else {
                RECONNECTED
            }
            .to_owned();
            events.push(at, &EventKind::Info { message });
        }
        self.events(text, head.is_some(), at, &mut events);
        self.last = next;
        Ok(Taken::Unit(Unit { to: next, events }))
    }

    fn events(&self, text: &str, is_object: bool, at: DateTime<Utc>, out: &mut BodyBuilder) {
        // An object is one thing, however it is laid out; all else is lines.
        let whole = is_object.then_some(text);
        for line in whole.into_iter().chain(text.lines().filter(|_| !is_object)) {
            Said::read(&self.mask, line, LogStream::Runner, at).encode(LogStream::Runner, at, out);
        }
    }
}

fn head(text: &str) -> Option<Head<'_>> {
    // serde would read an array as the fields in their order.
    let object = text.trim_start().starts_with('{');
    object.then(|| serde_json::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(frames: &mut Frames, text: &str) -> Result<Taken, End> {
        frames.take(text, Utc::now())
    }

    /// The number and the types (or lines) of a frame that is to be stored.
    fn stored(frames: &mut Frames, text: &str) -> (u64, Vec<String>) {
        let Ok(Taken::Unit(unit)) = take(frames, text) else {
            panic!("{text} was not taken")
        };
        let of = |event: &serde_json::Value| {
            let said = event["log"]["line"].as_str().or(event["type"].as_str());
            said.unwrap().to_owned()
        };
        let events: Vec<_> = serde_json::from_slice(&unit.events.finish()).unwrap();
        (unit.to, events.iter().map(of).collect())
    }

    #[test]
    fn numbered_frames_are_taken_once_and_in_order() {
        let mut frames = Frames::new(2, Mask::default());
        let third = r#"{"n":3,"type":"deps_installed"}"#;
        assert_eq!(
            stored(&mut frames, third),
            (3, vec!["deps_installed".to_owned()])
        );
        assert_eq!(take(&mut frames, third), Ok(Taken::Again));
        let fifth = r#"{"n":5,"type":"log","log":{"line":"x"}}"#;
        assert_eq!(take(&mut frames, fifth), Err(End::Gap { expected: 4 }));
        assert_eq!(take(&mut frames, "plain"), Err(End::Mixed));
    }

    #[test]
    fn the_end_has_the_last_number_or_the_next() {
        for (text, number) in [
            (r#"{"type":"end"}"#, 2),
            (r#"{"type":"end","n":2}"#, 2),
            (r#"{"type":"end","n":3}"#, 3),
        ] {
            let mut frames = Frames::new(2, Mask::default());
            assert_eq!(take(&mut frames, text), Ok(Taken::End(number)));
        }
        let mut frames = Frames::new(2, Mask::default());
        let early = r#"{"type":"end","n":4}"#;
        assert_eq!(take(&mut frames, early), Err(End::Gap { expected: 3 }));
    }

    #[test]
    fn frames_without_numbers_are_numbered_and_the_stream_is_told() {
        let mut frames = Frames::new(0, Mask::default());
        let old = r#"{"type":"log","log":{"line":"one"}}"#;
        assert_eq!(
            stored(&mut frames, old),
            (1, vec!["info".to_owned(), "one".to_owned()])
        );
        let lines = vec!["two".to_owned(), "three".to_owned()];
        assert_eq!(stored(&mut frames, "two\nthree\n"), (2, lines));
        let mut again = Frames::new(2, Mask::default());
        assert_eq!(stored(&mut again, "[1]").1, ["info", "[1]"]);
    }

    #[test]
    fn secrets_do_not_pass() {
        let mut frames = Frames::new(0, Mask::new(["geheim"]));
        let text = r#"{"n":1,"type":"log","log":{"line":"it is geheim"}}"#;
        assert_eq!(stored(&mut frames, text).1, ["it is ***"]);
    }
}
