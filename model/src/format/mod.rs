//! Files out of answers.
//!
//! A model is asked to write files as shell heredocs with a marker of its own for each answer:
//!
//! ```text
//! cat > src/app.js << 'LEO_EOF_7c1f'
//! console.log("hello");
//! LEO_EOF_7c1f
//! npm install three
//! ```
//!
//! [`Parser`] reads that from a stream, cut anywhere, and tells [`Piece`]s: files as they grow, packages
//! to install, prose. It promises that
//!
//! - the pieces, concatenated, do not depend on how the answer was cut into chunks;
//! - the bytes of a file are those of the answer (CRLF becomes LF, once), and no marker is among them;
//! - nothing is lost without a word: a file without its end is closed as [`Closed::Partial`] or
//!   [`Closed::NextHeader`], and what is not done is a [`Piece::Refused`];
//! - no path leaves the app's folder, and a command is a list of packages, never text for a shell;
//! - it holds back some KiB at most, and never panics.
//!
//! Models that fall into other habits are understood too ([`Dialect`]). What a file or a patch is for, and whether
//! it may be written, is left to the caller. [`patch::apply`] applies a patch, [`write()`] writes a file
//! in the format. docs/answer-format.md describes the format for people.

mod between;
mod command;
mod dialects;
mod doubt;
mod emit;
mod ending;
mod fence;
mod header;
mod judge;
mod newline;
mod open_file;
mod opening;
mod options;
mod parser;
pub mod patch;
mod piece;
mod text;
mod think;
mod words;
mod write;

pub use options::{Limits, Options, fresh_marker};
pub use parser::Parser;
pub use piece::{Closed, Dialect, How, Install, Length, Piece, Refusal, Unit};
pub use write::write;

#[cfg(test)]
mod tests;
