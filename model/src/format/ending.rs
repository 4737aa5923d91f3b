//! What ends a file, and what may.

use super::dialects::tag::Tag;
use super::fence::Fence;
use super::header::Header;
use super::options::MARKER_PREFIX;

/// The marker that the whole world uses, and that models write out of habit.
const HABIT: &str = "EOF";

/// What ends a file.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    /// A line with this marker.
    Marker(Marker),
    /// A closing tag.
    Tag(Tag),
    /// A closing fence.
    Fence(Fence),
}

/// The marker of a heredoc.
#[derive(Debug, Clone)]
pub(super) struct Marker {
    /// The line.
    pub(super) text: String,
    /// The marker that the answer was asked to use.
    asked: Option<String>,
    /// Whether the marker is so particular that no file holds it by accident.
    unique: bool,
    /// `<<-`: tabs before it do not matter.
    pub(super) strip_tabs: bool,
}

/// What a line that looks like an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// Text.
    Not,
    /// An end, unless what follows says otherwise.
    Maybe,
    /// The end.
    Sure,
}

impl Marker {
    pub(super) fn new(text: String, asked: Option<&str>, strip_tabs: bool) -> Self {
        let unique = text.starts_with(MARKER_PREFIX) || asked == Some(&text) && text != HABIT;
        Self {
            text,
            asked: asked.map(str::to_owned),
            unique,
            strip_tabs,
        }
    }

    /// Whether no file holds this marker by accident.
    pub(super) fn is_unique(&self) -> bool {
        self.unique
    }

    /// Whether a line is this marker, rather than another that may end the file.
    pub(super) fn is_own(&self, line: &str) -> bool {
        self.bare(line) == self.text
    }

    /// Whether a line is an end. Blanks after a marker do not matter, blanks before it do.
    pub(super) fn matches(&self, line: &str) -> Match {
        let line = self.bare(line);
        if line == self.text {
            return if self.unique {
                Match::Sure
            } else {
                Match::Maybe
            };
        }
        if !self.unique && self.asked.as_deref() == Some(line) {
            return Match::Sure;
        }
        if line == HABIT {
            Match::Maybe
        } else {
            Match::Not
        }
    }

    /// Whether a line that begins with `part` may be an end.
    pub(super) fn may_match(&self, part: &str) -> bool {
        let part = self.bare(part);
        self.ends().any(|end| end.starts_with(part))
    }

    /// Whether an end may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        self.ends().any(|end| end.as_bytes().first() == Some(&byte))
    }

    /// Whether the header of another file says that this one has ended without its marker: only one
    /// with the same marker does, or with the one that was asked for. Every other is text, such as the
    /// heredocs of a README.
    pub(super) fn yields_to(&self, header: &Header) -> bool {
        header.marker == self.text || !self.unique && self.asked.as_ref() == Some(&header.marker)
    }

    fn ends(&self) -> impl Iterator<Item = &str> {
        let asked = self.asked.as_deref().filter(|_| !self.unique);
        [self.text.as_str(), HABIT].into_iter().chain(asked)
    }

    fn bare<'t>(&self, line: &'t str) -> &'t str {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        if self.strip_tabs {
            line.trim_start_matches('\t')
        } else {
            line
        }
    }
}
