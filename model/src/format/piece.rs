//! What an answer consists of.

use crate::path::{PathError, RelPath};

/// A piece of an answer, in the order in which it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A file begins. A path that comes again replaces what came before.
    Open {
        /// Where it belongs.
        path: RelPath,
        /// What its text is.
        how: How,
        /// How the model wrote it.
        dialect: Dialect,
    },
    /// More text of the open file, byte for byte.
    Chunk(String),
    /// The length that was declared for the open file is not the one that it has. [`Piece::Close`] follows.
    Miscounted {
        /// What was declared.
        declared: Length,
        /// What was found, in the same unit.
        found: u64,
    },
    /// The open file ends.
    Close(Closed),
    /// Packages to be installed.
    Install(Install),
    /// A file to be removed.
    Delete(RelPath),
    /// Everything else: explanations, thoughts, comments, lines of fences.
    Prose(String),
    /// Something that is not done. Of a refused file no text comes.
    Refused {
        /// The beginning of what was written.
        what: String,
        /// Why it is not done.
        why: Refusal,
    },
}

/// What the text of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The whole file.
    Whole,
    /// A unified diff, for [`super::patch::apply`].
    Patch,
}

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `cat > path << 'MARKER'` and its relatives.
    Heredoc,
    /// `<file path="…">` and its relatives.
    Tag,
    /// A Markdown fence that says its path.
    Fence,
}

/// How a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closed {
    /// By its end marker (its closing tag, its closing fence).
    Marker,
    /// Without one, because the next file began.
    NextHeader,
    /// The answer ended first: [`super::Parser::continuing`] reads the rest from the next answer.
    Partial,
    /// A limit was met; the rest was not read. A [`Piece::Refused`] stands before it.
    Limit,
}

/// Packages to be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Names of the npm registry, each with a version where one was asked for (`three@^0.170`).
    pub packages: Vec<String>,
    /// Whether only development needs them.
    pub dev: bool,
}

/// The length that a header declares for its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Of what.
    pub unit: Unit,
    /// How many.
    pub count: u64,
}

/// What a declared length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Lines.
    Lines,
    /// Bytes.
    Bytes,
}

/// Why something is not done. The texts tell a model what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path would leave the app's folder, or is none.
    #[error("{0}; paths are relative to the app's folder")]
    Path(#[from] PathError),
    /// The path belongs to git, to the package manager or to Leo.
    #[error("files below `{0}/` are not written by hand")]
    Reserved(String),
    /// The path leads to somebody's home.
    #[error("paths are relative to the app's folder, not to a home")]
    Home,
    /// A heredoc that names no file.
    #[error("it names no file")]
    NoPath,
    /// Text is to be appended to a file.
    #[error("appending is not possible: write the whole file")]
    Append,
    /// A heredoc for another program than `cat`.
    #[error("only `cat > path` takes a text")]
    Program,
    /// More than one command in a line, or anything else that only a shell understands.
    #[error("shell syntax is not possible here: one plain command a line")]
    Shell,
    /// An option that installing does not take here.
    #[error("the option `{0}` is not possible here")]
    Flag(String),
    /// What is no package of the npm registry.
    #[error("`{0}` is not the name of a package in the npm registry")]
    Package(String),
    /// Too many packages in one command.
    #[error("more than {0} packages in one command")]
    TooManyPackages(usize),
    /// The file is too long.
    #[error("the file is longer than {0} bytes")]
    FileTooLong(u64),
    /// A line is too long.
    #[error("a line is longer than {0} bytes")]
    LineTooLong(u64),
    /// Too many files in one answer.
    #[error("more than {0} files in one answer")]
    TooManyFiles(usize),
}
