//! Patches: unified diffs as models write them.
//!
//! Line numbers and counts in a diff are not believed, because models cannot count: a hunk belongs where
//! its lines stand. First exactly, then without regard to blanks at the ends of lines; the numbers
//! decide only between several places, and where they do not, the patch is refused. Nothing is
//! applied unless every hunk is.

mod apply;
mod find;
mod read;

pub use apply::apply;

/// Why a patch does not apply. The texts tell a model what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// There is no hunk in it.
    #[error("the patch has no hunk that begins with `@@`")]
    Empty,
    /// There are too many lines or hunks in it.
    #[error("the patch is too large: write the whole file")]
    TooLarge,
    /// The lines of a hunk are not in the file.
    #[error("hunk {hunk} does not match the file: `{line}` and the lines after it are not there")]
    NotFound {
        /// Which hunk, from 1.
        hunk: usize,
        /// The first line that the hunk expects.
        line: String,
    },
    /// The lines of a hunk are in the file more than once.
    #[error("hunk {hunk} matches at {places} places: it needs more lines of context")]
    Ambiguous {
        /// Which hunk, from 1.
        hunk: usize,
        /// How many places.
        places: usize,
    },
}
