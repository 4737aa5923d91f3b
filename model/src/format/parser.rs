//! The parser: takes chunks, finds lines, and hands each to what stands open.

use std::borrow::Cow;

use memchr::memchr;

use super::between::Between;
use super::doubt::{Doubt, WINDOW};
use super::emit::Found;
use super::ending::{Ending, Marker};
use super::judge::Verdict;
use super::newline::Newlines;
use super::open_file::{Fenced, OpenFile};
use super::options::Options;
use super::piece::{Closed, Piece};
use crate::path::RelPath;

/// The least of a unique marker that is taken for the marker where the answer breaks off in it.
const BROKEN_MARKER: usize = 4;

/// Reads the files out of one answer, see [`super`].
#[derive(Debug)]
pub struct Parser {
    pub(super) options: Options,
    pub(super) found: Found,
    pub(super) between: Between,
    pub(super) state: State,
    /// Files that have been opened.
    pub(super) files: usize,
    newlines: Newlines,
    /// What of the present line has come and is held back.
    pub(super) pending: String,
    /// Whether a part of the present line has been let out.
    pub(super) emitted: bool,
}

/// What stands open.
#[derive(Debug)]
pub(super) enum State {
    /// No file.
    Between,
    /// A file.
    File(OpenFile),
    /// A file that may have ended.
    Doubt(OpenFile, Doubt),
}

impl Parser {
    /// A parser for one answer.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            found: Found::default(),
            between: Between::default(),
            state: State::Between,
            files: 0,
            newlines: Newlines::default(),
            pending: String::new(),
            emitted: false,
        }
    }

    /// A parser for an answer that goes on with a file which the answer before left open
    /// ([`Closed::Partial`]). No [`Piece::Open`] comes for it, only more text and its end. Should the
    /// answer begin the same file again, it comes as any other.
    #[must_use]
    pub fn continuing(options: Options, path: RelPath) -> Self {
        let asked = options.marker.as_deref();
        let text = asked.unwrap_or("EOF").to_owned();
        let marker = Marker::new(text, asked, false);
        let file = OpenFile::new(Some(path), Ending::Marker(marker), Fenced::No);
        let mut parser = Self::new(options);
        parser.state = State::File(file);
        parser.between.structured = true;
        parser
    }

    /// The file that is open, if one is that was not refused.
    #[must_use]
    pub fn open_path(&self) -> Option<&RelPath> {
        match &self.state {
            State::Between => None,
            State::File(file) | State::Doubt(file, _) => file.path.as_ref(),
        }
    }

    /// Takes more of the answer, cut anywhere, and hands out what is certain by then.
    pub fn push(&mut self, chunk: &str) -> Vec<Piece> {
        let text = self.newlines.normalise(chunk);
        self.feed(&text);
        self.found.take()
    }

    /// The answer has ended: hands out what was held back, and closes a file that is open.
    #[must_use]
    pub fn finish(mut self) -> Vec<Piece> {
        let rest = self.newlines.finish();
        self.feed(rest);
        if self.breaks_off_in_marker() {
            self.pending.clear();
            self.close(Closed::Marker);
        }
        // A doubt that is decided here may leave lines to be read once more, outside of files.
        while !self.pending.is_empty() || matches!(self.state, State::Doubt(..)) {
            if self.pending.is_empty() {
                self.decide(true);
            } else {
                self.complete("", "");
            }
        }
        self.close(Closed::Partial);
        self.prose("");
        self.found.take()
    }

    pub(super) fn feed(&mut self, mut text: &str) {
        while !text.is_empty() {
            if let Some(taken) = self.think(text) {
                text = &text[taken..];
                continue;
            }
            let plain = self.plain_run(text);
            if plain > 0 {
                self.add(&text[..plain]);
                text = &text[plain..];
                continue;
            }
            let Some(end) = memchr(b'\n', text.as_bytes()) else {
                self.part(text);
                return;
            };
            self.complete(&text[..end], "\n");
            text = &text[end + 1..];
        }
    }

    /// How much of the text is whole lines of the open file, beyond doubt.
    fn plain_run(&self, text: &str) -> usize {
        match &self.state {
            State::File(file) if self.pending.is_empty() && !self.emitted => {
                file.plain_run(text, self.options.limits.line_bytes)
            }
            State::Between | State::File(_) | State::Doubt(..) => 0,
        }
    }

    /// More of a line that is not complete.
    fn part(&mut self, tail: &str) {
        if self.pending.is_empty() {
            self.settle(tail);
            return;
        }
        let mut text = std::mem::take(&mut self.pending);
        text.push_str(tail);
        self.settle(&text);
    }

    /// Lets out what is certain of an incomplete line and holds back the rest.
    fn settle(&mut self, text: &str) {
        let whole = !self.emitted;
        let certain = match &self.state {
            State::Between => self.between.certain(text, whole),
            State::File(file) => file.certain(text, whole),
            State::Doubt(_, doubt) => {
                self.pending.push_str(text);
                if doubt.held.len() + text.len() > WINDOW {
                    self.decide(false);
                }
                return;
            }
        };
        let (text, rest) = text.split_at(certain);
        self.pending.push_str(rest);
        if !text.is_empty() {
            self.let_out(text, whole);
        }
    }

    fn let_out(&mut self, text: &str, whole: bool) {
        self.emitted = true;
        let State::File(file) = &mut self.state else {
            self.prose(text);
            return;
        };
        if whole {
            file.note("");
        }
        let text = file.without_tabs(text, whole);
        file.add(text, &self.options.limits, &mut self.found);
    }

    /// The end of a line: `tail` comes after what is pending. `newline` is empty at the end of the answer.
    pub(super) fn complete(&mut self, tail: &str, newline: &str) {
        let held = std::mem::take(&mut self.pending);
        let whole = !std::mem::take(&mut self.emitted);
        let line = if held.is_empty() {
            Cow::Borrowed(tail)
        } else {
            Cow::Owned(held + tail)
        };
        self.dispatch(&line, whole, newline);
    }

    pub(super) fn dispatch(&mut self, line: &str, whole: bool, newline: &str) {
        match &self.state {
            State::Between => self.between_line(line, whole, newline),
            State::File(_) => self.file_line(line, whole, newline),
            State::Doubt(..) => self.doubt_line(line, newline),
        }
    }

    fn file_line(&mut self, line: &str, whole: bool, newline: &str) {
        let State::File(file) = &mut self.state else {
            return;
        };
        let limits = &self.options.limits;
        match file.judge(line, whole) {
            Verdict::Text => {
                file.note(if whole { line } else { "" });
                file.add(file.without_tabs(line, whole), limits, &mut self.found);
                file.add(newline, limits, &mut self.found);
            }
            Verdict::Skipped => file.skip(),
            Verdict::End(text) => {
                file.add(text, limits, &mut self.found);
                self.close(Closed::Marker);
            }
            Verdict::Doubt(text) => {
                file.add(text, limits, &mut self.found);
                self.doubt(format!("{}{newline}", &line[text.len()..]));
            }
            Verdict::Next => {
                self.close(Closed::NextHeader);
                self.between_line(line, true, newline);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let State::File(file) = &mut self.state {
            file.add(text, &self.options.limits, &mut self.found);
        }
    }

    /// Closes the file that is open, if one is.
    pub(super) fn close(&mut self, how: Closed) {
        let state = std::mem::replace(&mut self.state, State::Between);
        let (State::File(file) | State::Doubt(file, _)) = state else {
            return;
        };
        if file.path.is_none() {
            return;
        }
        if how != Closed::Partial {
            file.compare(&mut self.found);
        }
        self.found.push(Piece::Close(how));
    }

    fn breaks_off_in_marker(&self) -> bool {
        let State::File(file) = &self.state else {
            return false;
        };
        match &file.ending {
            Ending::Marker(marker) => {
                marker.is_unique()
                    && !self.emitted
                    && self.pending.len() >= BROKEN_MARKER
                    && marker.text.starts_with(&self.pending)
            }
            Ending::Tag(_) | Ending::Fence(_) => false,
        }
    }
}
