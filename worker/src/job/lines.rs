//! From the container's log entries to events.
//!
//! An entry is what one write gave, at most 16 KiB, so a long line comes in pieces, and pieces of
//! stdout and stderr may alternate. [`Lines`] puts them together again. The position that a batch
//! may claim moves only to places where no line is open, so that a reader who starts there later
//! sees exactly the lines that follow.

use bytes::BytesMut;
use chrono::Utc;
use leo_common::append::Unit;
use leo_common::mask::Mask;
use leo_common::output::Said;
use leo_protocol::LogStream;
use leo_protocol::runner::EVENT_LINE_LIMIT;

use crate::job::observe::Observed;
use crate::orchestrator::{OutputEntry, OutputStream};

/// Puts lines together and turns them into events.
pub(crate) struct Lines {
    stdout: BytesMut,
    stderr: BytesMut,
    mask: Mask,
    /// Events of lines that ended while another was open.
    ready: Vec<String>,
    position: u64,
}

impl Lines {
    /// Starts behind the entry at `position`, where no line is open.
    pub(crate) fn new(position: u64, mask: Mask) -> Self {
        Self {
            stdout: BytesMut::new(),
            stderr: BytesMut::new(),
            mask,
            ready: Vec::new(),
            position,
        }
    }

    /// The last entry seen.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Takes the next entry. A unit comes out when no line is open behind it.
    pub(crate) fn push(&mut self, entry: &OutputEntry, observed: &mut Observed) -> Option<Unit> {
        self.position = entry.position;
        let (open, stream) = match entry.stream {
            OutputStream::Stdout => (&mut self.stdout, LogStream::Stdout),
            OutputStream::Stderr => (&mut self.stderr, LogStream::Stderr),
        };
        open.extend_from_slice(&entry.bytes);
        while let Some(end) = memchr::memchr(b'\n', open) {
            let line = open.split_to(end + 1);
            let line = line[..end].strip_suffix(b"\r").unwrap_or(&line[..end]);
            events_of(&self.mask, line, stream, observed, &mut self.ready);
        }
        // A line without end must not grow without end. The cut depends on the entries alone, so
        // every reader makes it at the same place.
        if self.stdout.len() + self.stderr.len() > EVENT_LINE_LIMIT {
            self.close(observed);
        }
        self.unit()
    }

    /// The end of the output: an open line ends with it.
    pub(crate) fn finish(&mut self, observed: &mut Observed) -> Option<Unit> {
        self.close(observed);
        self.unit().filter(|unit| !unit.events.is_empty())
    }

    fn close(&mut self, observed: &mut Observed) {
        for (open, stream) in [
            (&mut self.stdout, LogStream::Stdout),
            (&mut self.stderr, LogStream::Stderr),
        ] {
            if !open.is_empty() {
                events_of(&self.mask, &open.split(), stream, observed, &mut self.ready);
            }
        }
    }

    fn unit(&mut self) -> Option<Unit> {
        let closed = self.stdout.is_empty() && self.stderr.is_empty();
        closed.then(|| Unit {
            to: self.position,
            events: std::mem::take(&mut self.ready),
        })
    }
}

fn events_of(
    mask: &Mask,
    line: &[u8],
    stream: LogStream,
    observed: &mut Observed,
    out: &mut Vec<String>,
) {
    let now = Utc::now();
    let said = Said::read(mask, &String::from_utf8_lossy(line), stream, now);
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
        let mut units: Vec<_> = entries(parts)
            .iter()
            .filter_map(|entry| lines.push(entry, &mut observed))
            .collect();
        units.extend(lines.finish(&mut observed));
        units
            .into_iter()
            .map(|unit| {
                (
                    unit.to,
                    unit.events.iter().map(|event| text_of(event)).collect(),
                )
            })
            .collect()
    }

    fn text_of(event: &str) -> String {
        let value: serde_json::Value = serde_json::from_str(event).unwrap();
        value["log"]["line"]
            .as_str()
            .unwrap_or(value["type"].as_str().unwrap())
            .to_owned()
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
            assert_eq!(again.push(entry, &mut observed), None);
        }
        assert_eq!(again.finish(&mut observed).unwrap().to, 70);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        let mut lines = Lines::new(0, Mask::default());
        let entry = OutputEntry {
            position: 1,
            stream: Stdout,
            bytes: Bytes::from_static(b"a\xffb\n"),
        };
        let unit = lines.push(&entry, &mut Observed::default()).unwrap();
        assert_eq!(text_of(&unit.events[0]), "a\u{fffd}b");
    }
}
