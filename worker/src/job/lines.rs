//! From the container's log entries to events.
//!
//! An entry is what one write gave, at most 16 KiB, so a long line comes in pieces, and pieces of
//! stdout and stderr may alternate. [`Lines`] puts them together again. The position that a batch
//! may claim moves only to places where no line is open, so that a reader who starts there later
//! sees exactly the lines that follow.

use std::borrow::Cow;

use chrono::Utc;
use leo_common::append::Unit;
use leo_common::mask::{Cut, Mask};
use leo_common::output::Said;
use leo_protocol::LogStream;
use leo_protocol::batch::BodyBuilder;
use leo_protocol::runner::EVENT_LINE_LIMIT;

use crate::job::observe::Observed;
use crate::orchestrator::{OutputEntry, OutputStream};

/// Puts lines together and turns them into events.
pub(crate) struct Lines {
    stdout: Open,
    stderr: Open,
    mask: Mask,
    /// Lines up to the last place where none was open.
    ready: Option<Unit>,
    /// Lines behind that place.
    behind: BodyBuilder,
    position: u64,
}

/// A line that has not ended yet.
#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    /// It goes on from a piece that is stored already.
    cut: bool,
}

impl Lines {
    /// Starts behind the entry at `position`, where no line is open.
    pub(crate) fn new(position: u64, mask: Mask) -> Self {
        // Whoever has read up to here may have cut a line there.
        let open = || Open {
            bytes: Vec::new(),
            cut: position > 0,
        };
        Self {
            stdout: open(),
            stderr: open(),
            mask,
            ready: None,
            behind: BodyBuilder::new(),
            position,
        }
    }

    /// The last entry seen.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Takes the next entry.
    pub(crate) fn push(&mut self, entry: &OutputEntry, observed: &mut Observed) {
        self.position = entry.position;
        let (open, stream) = match entry.stream {
            OutputStream::Stdout => (&mut self.stdout, LogStream::Stdout),
            OutputStream::Stderr => (&mut self.stderr, LogStream::Stderr),
        };
        let mut rest = entry.bytes.as_ref();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let mut line = &rest[..end];
            let begun = std::mem::take(open);
            let whole;
            if !begun.bytes.is_empty() {
                whole = [&begun.bytes, line].concat();
                line = &whole;
            }
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let cut = Cut {
                before: begun.cut,
                after: false,
            };
            events_of(&self.mask, line, cut, stream, observed, &mut self.behind);
            rest = &rest[end + 1..];
        }
        open.bytes.extend_from_slice(rest);
        // A line without end must not grow without end. The cut depends on the entries alone, so
        // every reader makes it at the same place.
        if self.stdout.bytes.len() + self.stderr.bytes.len() > EVENT_LINE_LIMIT {
            self.close(true, observed);
        }
        if self.stdout.bytes.is_empty() && self.stderr.bytes.is_empty() {
            self.settle();
        }
    }

    /// Bytes that [`Self::take`] would give.
    pub(crate) fn ready(&self) -> usize {
        self.ready.as_ref().map_or(0, Unit::bytes)
    }

    /// What was read since, up to the last place where no line was open.
    pub(crate) fn take(&mut self) -> Option<Unit> {
        self.ready.take()
    }

    /// The end of the output: an open line ends with it.
    pub(crate) fn finish(&mut self, observed: &mut Observed) -> Option<Unit> {
        self.close(false, observed);
        if !self.behind.is_empty() {
            self.settle();
        }
        self.take()
    }

    /// No line is open here.
    fn settle(&mut self) {
        let ready = self.ready.get_or_insert_default();
        ready.events.append(&mut self.behind);
        ready.to = self.position;
    }

    /// Ends the open lines; `after`: they go on.
    fn close(&mut self, after: bool, observed: &mut Observed) {
        for (open, stream) in [
            (&mut self.stdout, LogStream::Stdout),
            (&mut self.stderr, LogStream::Stderr),
        ] {
            if !open.bytes.is_empty() {
                let line = std::mem::take(open);
                let before = line.cut;
                let cut = Cut { before, after };
                events_of(
                    &self.mask,
                    &line.bytes,
                    cut,
                    stream,
                    observed,
                    &mut self.behind,
                );
                open.cut = after;
            }
        }
    }
}

fn events_of(
    mask: &Mask,
    line: &[u8],
    cut: Cut,
    stream: LogStream,
    observed: &mut Observed,
    out: &mut BodyBuilder,
) {
    let now = Utc::now();
    // Looking for what is no text is slower than finding that all is.
    let line =
        std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed);
    let said = Said::read_piece(mask, &line, cut, stream, now);
    match &said {
        Said::Event(kind) => observed.see(kind),
        Said::Line(_) => observed.printed(),
    }
    said.encode(stream, now, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use leo_protocol::runner::LOG_LINE_LIMIT;

    fn entries(parts: &[(OutputStream, &str)]) -> Vec<OutputEntry> {
        (1..)
            .zip(parts)
            .map(|(position, (stream, text))| OutputEntry {
                position,
                stream: *stream,
                bytes: Bytes::copy_from_slice(text.as_bytes()),
            })
            .collect()
    }

    fn run(parts: &[(OutputStream, &str)]) -> Vec<(u64, Vec<String>)> {
        let mut lines = Lines::new(0, Mask::default());
        let mut observed = Observed::default();
        let mut units = Vec::new();
        for entry in entries(parts) {
            lines.push(&entry, &mut observed);
            units.extend(lines.take());
        }
        units.extend(lines.finish(&mut observed));
        units.into_iter().map(texts).collect()
    }

    fn texts(unit: Unit) -> (u64, Vec<String>) {
        let events: Vec<serde_json::Value> = serde_json::from_slice(&unit.events.finish()).unwrap();
        let text = |event: &serde_json::Value| {
            let said = event["log"]["line"].as_str().or(event["type"].as_str());
            said.unwrap().to_owned()
        };
        (unit.to, events.iter().map(text).collect())
    }

    use OutputStream::{Stderr, Stdout};

    #[test]
    fn each_whole_line_moves_the_position() {
        let units = run(&[(Stdout, "a\n"), (Stderr, "b\r\n"), (Stdout, "\n")]);
        assert_eq!(
            units,
            [
                (1, vec!["a".into()]),
                (2, vec!["b".into()]),
                (3, vec![String::new()])
            ]
        );
    }

    #[test]
    fn an_open_line_holds_the_position_back() {
        let units = run(&[
            (Stdout, "one "),
            (Stderr, "other\n"),
            (Stdout, "line\n"),
            (Stdout, "end"),
        ]);
        assert_eq!(
            units,
            [
                (3, vec!["other".into(), "one line".into()]),
                (4, vec!["end".into()])
            ]
        );
    }

    #[test]
    fn what_is_taken_late_ends_where_no_line_was_open() {
        let mut lines = Lines::new(0, Mask::default());
        let mut observed = Observed::default();
        for entry in entries(&[
            (Stdout, "a\nb\n"),
            (Stderr, "c\n"),
            (Stdout, "d"),
            (Stderr, "e\n"),
        ]) {
            lines.push(&entry, &mut observed);
        }
        assert!(lines.ready() > 0);
        let unit = lines.take().unwrap();
        assert_eq!(
            texts(unit),
            (2, ["a", "b", "c"].map(str::to_owned).to_vec())
        );
        assert_eq!((lines.ready(), lines.take()), (0, None));
        let rest = ["e", "d"].map(str::to_owned).to_vec();
        assert_eq!(texts(lines.finish(&mut observed).unwrap()), (4, rest));
    }

    #[test]
    fn events_are_told_from_lines() {
        let units = run(&[
            (Stdout, "{\"type\":\"files_written\",\"count\":1}\n"),
            (Stdout, "{\"type\":\"x\"}\n"),
        ]);
        assert_eq!(units[0].1, ["files_written"]);
        assert_eq!(units[1].1, ["{\"type\":\"x\"}"]);
    }

    #[test]
    fn a_line_without_end_is_cut_at_the_same_place_by_every_reader() {
        let piece = "x".repeat(16 << 10);
        let parts: Vec<_> = (0..70).map(|_| (Stdout, piece.as_str())).collect();
        let units = run(&parts);
        assert_eq!(units[0].0, 65, "the first entry that makes more than 1 MiB");
        assert!(units[0].1.iter().all(|line| line.len() <= LOG_LINE_LIMIT));
        let all: usize = units
            .iter()
            .flat_map(|(_, lines)| lines)
            .map(String::len)
            .sum();
        assert_eq!(all, 70 * (16 << 10));
        // A second reader that starts at the cut sees what the first one saw after it.
        let mut again = Lines::new(65, Mask::default());
        let mut observed = Observed::default();
        for entry in &entries(&parts)[65..] {
            again.push(entry, &mut observed);
            assert_eq!(again.take(), None);
        }
        assert_eq!(again.finish(&mut observed).unwrap().to, 70);
    }

    #[test]
    fn a_secret_at_the_cut_is_hidden_on_both_sides() {
        let secret = "sk-0123456789";
        let mask = || Mask::new([secret]);
        let begin = format!("{}{}", "x".repeat(1 << 20), &secret[..7]);
        let parts = [(Stdout, begin.as_str()), (Stdout, "3456789 and so on\n")];
        let parts = entries(&parts);
        let mut lines = Lines::new(0, mask());
        lines.push(&parts[0], &mut Observed::default());
        let (_, before) = texts(lines.take().unwrap());
        assert!(before.concat().ends_with("x***"));
        lines.push(&parts[1], &mut Observed::default());
        assert_eq!(texts(lines.take().unwrap()).1, ["*** and so on"]);
        // And by whoever begins to read there.
        let mut lines = Lines::new(1, mask());
        lines.push(&parts[1], &mut Observed::default());
        assert_eq!(texts(lines.take().unwrap()).1, ["*** and so on"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        let mut lines = Lines::new(0, Mask::default());
        let entry = OutputEntry {
            position: 1,
            stream: Stdout,
            bytes: Bytes::from_static(b"a\xffb\n"),
        };
        lines.push(&entry, &mut Observed::default());
        assert_eq!(texts(lines.take().unwrap()).1, ["a\u{fffd}b"]);
    }
}
