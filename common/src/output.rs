//! From what a generator says to events, the same for a line that it prints and a frame that it
//! sends: masked first, then told apart into events and lines for the log.

use chrono::{DateTime, Utc};
use leo_protocol::batch::BodyBuilder;
use leo_protocol::runner::{LOG_LINE_LIMIT, parse_line};
use leo_protocol::{EventKind, LogLine, LogStream};

use crate::mask::{Cut, Mask};

/// What a line of a generator is.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// An event of its own.
    Event(EventKind),
    /// A line for the log.
    Line(String),
}

impl Said {
    /// Reads a whole line that came over `stream` at `at`.
    #[must_use]
    pub fn read(mask: &Mask, line: &str, stream: LogStream, at: DateTime<Utc>) -> Self {
        Self::read_piece(mask, line, Cut::default(), stream, at)
    }

    /// Reads the piece of a line that was cut because it did not end.
    #[must_use]
    pub fn read_piece(
        mask: &Mask,
        line: &str,
        cut: Cut,
        stream: LogStream,
        at: DateTime<Utc>,
    ) -> Self {
        let line = mask.apply_to_piece(line, cut);
        match parse_line(&line) {
            Some(EventKind::Log { mut log }) => {
                // When and where a line was said is not the generator's to say.
                log.timestamp = at;
                log.stream = stream;
                Self::Event(EventKind::Log { log })
            }
            Some(kind) => Self::Event(kind),
            None => Self::Line(line.into_owned()),
        }
    }

    /// Adds what is to be stored of it: one event, or a long line in pieces.
    pub fn encode(self, stream: LogStream, at: DateTime<Utc>, out: &mut BodyBuilder) {
        match self {
            Self::Event(kind) => out.push(at, &kind),
            Self::Line(line) => {
                for line in pieces(line, LOG_LINE_LIMIT) {
                    let log = LogLine {
                        line,
                        timestamp: at,
                        stream,
                        level: None,
                    };
                    out.push(at, &EventKind::Log { log });
                }
            }
        }
    }
}

/// A line in pieces of at most `limit` bytes, cut between characters; at least one piece.
fn pieces(line: String, limit: usize) -> impl Iterator<Item = String> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let mut piece = rest.take()?;
        if piece.len() > limit {
            rest = Some(piece.split_off(piece.floor_char_boundary(limit)));
        }
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(line: &str) -> Vec<serde_json::Value> {
        let (mask, at) = (Mask::new(["geheim"]), Utc::now());
        let mut out = BodyBuilder::new();
        Said::read(&mask, line, LogStream::Runner, at).encode(LogStream::Runner, at, &mut out);
        serde_json::from_slice(&out.finish()).unwrap()
    }

    #[test]
    fn long_lines_are_split_between_characters() {
        let line = "ä".repeat(50_000);
        let pieces: Vec<_> = pieces(line.clone(), LOG_LINE_LIMIT).collect();
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces.concat(), line);
    }

    #[test]
    fn a_log_object_does_not_say_where_it_comes_from() {
        let events = encoded(r#"{"type":"log","n":4,"log":{"line":"a geheim","stream":"system"}}"#);
        assert_eq!(events[0]["log"]["line"], "a ***");
        assert_eq!(events[0]["log"]["stream"], "runner");
        assert_eq!(events[0].get("n"), None);
    }

    #[test]
    fn what_is_no_event_is_a_line_as_it_is() {
        let line = r#"{"type":"of_tomorrow","n":4}"#;
        assert_eq!(encoded(line)[0]["log"]["line"], line);
    }
}
