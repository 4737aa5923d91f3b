//! The file that is open: which of its lines are text, and which may end it.
//!
//! A marker that was made for the answer needs no care. A plain `EOF` does: a README that shows a
//! heredoc holds lines like those that begin and end files. Such lines are text while a fence is open in a Markdown
//! file, and in a shell script, where heredocs nest; elsewhere what follows decides ([`super::doubt`]).

use memchr::memchr_iter;

use super::dialects::tag::{self, Tag};
use super::ending::{Ending, Marker, Match};
use super::fence::{self, Fence};
use super::header;
use super::options::LINE_HELD;
use super::piece::{Length, Unit};
use crate::path::RelPath;

/// Files that are never meant to begin with a fence.
const CODE: [&str; 14] = [
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css", ".scss", ".html", ".json", ".svg",
    ".vue", ".svelte", ".py",
];

/// The file that is open.
#[derive(Debug)]
pub(super) struct OpenFile {
    /// Nothing for one that was refused: it is read to its end, and its text left out.
    pub(super) path: Option<RelPath>,
    pub(super) ending: Ending,
    pub(super) declared: Option<Length>,
    pub(super) counted: Counted,
    /// A fence in the answer is open round this file, or round its text.
    pub(super) fenced: Fenced,
    kind: Kind,
    /// No line has come.
    fresh: bool,
    /// In a Markdown file: the fence that is open in it.
    fence: Option<Fence>,
    /// Heredocs with the same marker that are open in the text.
    nested: u32,
}

/// How much of a file has come.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) line_bytes: u64,
}

impl Counted {
    /// As many as the length counts.
    pub(super) fn of(&self, unit: Unit) -> u64 {
        match unit {
            // A last line without its newline counts too.
            Unit::Lines => self.lines + u64::from(self.line_bytes > 0),
            Unit::Bytes => self.bytes,
        }
    }
}

/// Which fence of the answer a file stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fenced {
    No,
    /// The header stands in it: the fence may close in place of the file.
    Around,
    /// It opens after the header: it is not part of the file.
    Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Shows fences and heredocs.
    Markdown,
    /// Has heredocs.
    Shell,
    /// Never begins with a fence.
    Code,
    Other,
}

impl Kind {
    fn of(path: Option<&RelPath>) -> Self {
        let name = path.map_or("", RelPath::name).to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&[".md", ".mdx", ".markdown", "readme"]) {
            Self::Markdown
        } else if ends(&[".sh", ".bash", "dockerfile"]) {
            Self::Shell
        } else if ends(&CODE) {
            Self::Code
        } else {
            Self::Other
        }
    }
}

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
    pub(super) fn new(path: Option<RelPath>, ending: Ending, fenced: Fenced) -> Self {
        let kind = Kind::of(path.as_ref());
        Self {
            path,
            ending,
            declared: None,
            counted: Counted::default(),
            fenced,
            kind,
            fresh: true,
            fence: None,
            nested: 0,
        }
    }

    /// Whether lines of this file are held until they are complete, because they may open a heredoc
    /// of their own.
    fn nests(&self) -> bool {
        let plain = matches!(&self.ending, Ending::Marker(marker) if !marker.is_unique());
        plain && (self.kind == Kind::Shell || self.fence.is_some())
    }

    /// Whether only its own marker ends this file for certain.
    pub(super) fn is_unique(&self) -> bool {
        matches!(&self.ending, Ending::Marker(marker) if marker.is_unique())
    }

    /// Whether sentences may be part of this file.
    pub(super) fn is_prose(&self) -> bool {
        self.kind == Kind::Markdown
    }

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

    /// Takes note of a line of text, for the lines after it. `line` is empty where parts of it were
    /// let out before, which says that it was nothing special; so does its length.
    pub(super) fn note(&mut self, line: &str) {
        self.fresh = false;
        if line.len() > LINE_HELD {
            return;
        }
        if self.kind == Kind::Markdown {
            self.note_fence(line);
        }
        let Ending::Marker(marker) = &self.ending else {
            return;
        };
        if !self.nests() {
            return;
        }
        if marker.is_own(line) {
            self.nested = self.nested.saturating_sub(1);
        } else if header::opens_nested(line, &marker.text) {
            self.nested = self.nested.saturating_add(1);
        }
    }

    /// Takes note of a line that was left out.
    pub(super) fn skip(&mut self) {
        self.fresh = false;
        self.fenced = Fenced::Inside;
    }

    /// A line as it belongs into the file: after `<<-`, without the tabs before it.
    pub(super) fn without_tabs<'t>(&self, line: &'t str, whole: bool) -> &'t str {
        match &self.ending {
            Ending::Marker(marker) if marker.strip_tabs && whole => line.trim_start_matches('\t'),
            Ending::Marker(_) | Ending::Tag(_) | Ending::Fence(_) => line,
        }
    }

    fn note_fence(&mut self, line: &str) {
        let Some(line) = fence::read(line) else {
            return;
        };
        match self.fence {
            None => self.fence = Some(line.fence),
            Some(open) if line.closes(open) => {
                self.fence = None;
                self.nested = 0;
            }
            Some(_) => {}
        }
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
                    || super::command::read(line).is_some()
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
