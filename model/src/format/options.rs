//! What a parser is told beforehand.

use rand::RngExt as _;

/// What every marker begins with that [`fresh_marker`] makes.
pub(super) const MARKER_PREFIX: &str = "LEO_EOF_";
/// The longest line that is looked at whole: headers, commands, markers. A longer one is text. It is
/// also the most that is held back of a line.
pub(super) const LINE_HELD: usize = 2048;

/// What a [`super::Parser`] is told beforehand.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The end marker that this answer was asked to use, see [`fresh_marker`]. Other markers are
    /// accepted, but are less certain.
    pub marker: Option<String>,
    /// How much one answer may bring.
    pub limits: Limits,
}

/// How much one answer may bring.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of one line of a file.
    pub line_bytes: u64,
    /// Files.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 20,
            line_bytes: 256 << 10,
            files: 200,
        }
    }
}

/// A marker that the files of one answer will hardly contain: `LEO_EOF_` and four hexadecimal digits.
#[must_use]
pub fn fresh_marker() -> String {
    format!("{MARKER_PREFIX}{:04x}", rand::rng().random::<u16>())
}
