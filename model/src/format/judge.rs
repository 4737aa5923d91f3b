//! What a line of the open file is: text, its end, or the beginning of the next.

use memchr::memchr_iter;

use super::dialects::tag::{self, Tag};
use super::ending::{Ending, Marker, Match};
use super::fence::{self, Fence};
use super::open_file::{Fenced, Kind, OpenFile};
use super::options::LINE_HELD;
use super::{command, header};

/// What a line of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict<'t> {
    /// Text.
    Text,
    /// Not part of the file.
    Skipped,
    /// The end; what stands before it is text.
    End(&'t str),
    /// Perhaps the end.
    Doubt(&'t str),
    /// The beginning of the next file, so that this one has ended without a marker.
    Next,
}

impl OpenFile {
    /// How much of an incomplete line is certainly text. `whole`: it is the line from its beginning.
    pub(super) fn certain(&self, part: &str, whole: bool) -> usize {
        if whole && part.len() <= LINE_HELD && self.may_matter(part) {
            return 0;
        }
        let certain = match &self.ending {
            Ending::Tag(tag) => tag.certain(part),
            Ending::Marker(_) | Ending::Fence(_) => part.len(),
        };
        if part.len() - certain > LINE_HELD {
            part.len()
        } else {
            certain
        }
    }

    fn may_matter(&self, part: &str) -> bool {
        match &self.ending {
            Ending::Marker(marker) => {
                let tabs = marker.strip_tabs && part.trim_start_matches('\t').is_empty();
                tabs || marker.may_match(part)
                    || header::may_begin(part)
                    || self.nests()
                    || self.minds_fences() && fence::may_begin(part)
            }
            Ending::Tag(_) => tag::may_begin(part) || tag::may_end_artifact(part),
            Ending::Fence(_) => fence::may_begin(part),
        }
    }

    fn minds_fences(&self) -> bool {
        self.kind == Kind::Markdown
            || self.fenced != Fenced::No
            || self.fresh && self.kind == Kind::Code
    }

    /// What a complete line is, without its newline. `whole`: nothing of it has been let out.
    pub(super) fn judge<'t>(&self, line: &'t str, whole: bool) -> Verdict<'t> {
        let whole = whole && line.len() <= LINE_HELD;
        match &self.ending {
            Ending::Marker(marker) if whole => self.judge_heredoc(marker, line),
            Ending::Fence(open) if whole => self.judge_fenced(*open, line),
            Ending::Tag(tag) => judge_tagged(*tag, line, whole),
            Ending::Marker(_) | Ending::Fence(_) => Verdict::Text,
        }
    }

    fn judge_heredoc<'t>(&self, marker: &Marker, line: &'t str) -> Verdict<'t> {
        match marker.matches(line) {
            Match::Sure => return Verdict::End(""),
            // The end of a heredoc in the text.
            Match::Maybe if self.nests() && (self.nested > 0 || !marker.is_own(line)) => {
                return Verdict::Text;
            }
            Match::Maybe => return Verdict::Doubt(""),
            Match::Not => {}
        }
        let next = header::read(line).is_some_and(|header| marker.yields_to(&header));
        if next && !self.nests() {
            return Verdict::Next;
        }
        if self.kind == Kind::Markdown {
            return Verdict::Text;
        }
        match (self.fenced, fence::read(line)) {
            (_, None) => Verdict::Text,
            (Fenced::No, Some(_)) if self.fresh && self.kind == Kind::Code => Verdict::Skipped,
            (Fenced::Around | Fenced::Inside, Some(line)) if line.is_bare() => Verdict::Doubt(""),
            (Fenced::No | Fenced::Around | Fenced::Inside, Some(_)) => Verdict::Text,
        }
    }

    fn judge_fenced<'t>(&self, open: Fence, line: &'t str) -> Verdict<'t> {
        let Some(line) = fence::read(line) else {
            return Verdict::Text;
        };
        if self.fence.is_none() && line.closes(open) {
            return Verdict::End("");
        }
        let next = self.kind != Kind::Markdown && !line.is_bare();
        if next { Verdict::Next } else { Verdict::Text }
    }

    /// Whether what follows a possible end shows that it was one: the next file, a command, a fence.
    /// `first` is the first line after it that is not blank.
    pub(super) fn is_followed_by(&self, line: &str, first: bool) -> bool {
        match &self.ending {
            Ending::Marker(marker) if marker.is_unique() => {
                header::read(line).is_some_and(|header| marker.yields_to(&header))
            }
            Ending::Marker(_) => {
                header::read(line).is_some()
                    || command::read(line).is_some()
                    || first && self.fence.is_none() && fence::read(line).is_some()
            }
            Ending::Tag(_) => tag::read(line).is_some() || line.trim() == tag::ARTIFACT_END,
            Ending::Fence(_) => true,
        }
    }

    /// How many bytes of whole lines, from the beginning of a line on, are text beyond doubt, judged by the
    /// first byte of each alone. Most lines of most files are.
    pub(super) fn plain_run(&self, text: &str, line_bytes: u64) -> usize {
        let Ending::Marker(marker) = &self.ending else {
            return 0;
        };
        if self.fresh || marker.strip_tabs || self.nests() {
            return 0;
        }
        let bytes = text.as_bytes();
        let longest = usize::try_from(line_bytes).unwrap_or(usize::MAX);
        let mut end = 0;
        for newline in memchr_iter(b'\n', bytes) {
            if newline - end > longest || !self.is_plain(marker, bytes[end]) {
                break;
            }
            end = newline + 1;
        }
        end
    }

    fn is_plain(&self, marker: &Marker, byte: u8) -> bool {
        let special = match byte {
            b'c' | b'C' | b't' | b'T' | b'm' | b'M' | b'p' | b'P' | b'$' => true,
            b'`' | b'~' | b' ' => self.minds_fences(),
            _ => marker.may_begin_with(byte),
        };
        !special
    }
}

fn judge_tagged(tag: Tag, line: &str, whole: bool) -> Verdict<'_> {
    let closed = tag
        .closed(line)
        .filter(|text| line.len() - text.len() <= LINE_HELD);
    let next = || tag::read(line).is_some() || line.trim() == tag::ARTIFACT_END;
    match closed {
        Some(text) => Verdict::Doubt(text),
        None if whole && next() => Verdict::Next,
        None => Verdict::Text,
    }
}
