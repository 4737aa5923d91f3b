//! The file that is open, and what its lines so far say about those to come.
//!
//! A marker that was made for the answer needs no care. A plain `EOF` does: a README that shows a
//! heredoc holds lines like those that begin and end files. Such lines are text while a fence is open in a Markdown
//! file, and in a shell script, where heredocs nest; elsewhere what follows decides
//! ([`super::judge`], [`super::doubt`]).

use super::ending::Ending;
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
    pub(super) kind: Kind,
    /// No line has come.
    pub(super) fresh: bool,
    /// In a Markdown file: the fence that is open in it.
    pub(super) fence: Option<Fence>,
    /// Heredocs with the same marker that are open in the text.
    pub(super) nested: u32,
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

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Shows fences and heredocs.
    Markdown,
    /// Has heredocs.
    Shell,
    /// Never begins with a fence.
    Code,
    /// Anything else.
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
    pub(super) fn nests(&self) -> bool {
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
}
