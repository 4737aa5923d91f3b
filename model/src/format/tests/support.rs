//! What an answer comes to.

use std::fmt::Write as _;

use crate::format::{Options, Parser, Piece};

/// Everything that an answer comes to, with neighbouring texts put together.
pub(super) fn read(chunks: &[&str], options: &Options) -> Vec<Piece> {
    collect(Parser::new(options.clone()), chunks)
}

/// The same of a parser that has begun.
pub(super) fn collect(mut parser: Parser, chunks: &[&str]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for chunk in chunks {
        merge(&mut pieces, parser.push(chunk));
    }
    merge(&mut pieces, parser.finish());
    pieces
}

fn merge(pieces: &mut Vec<Piece>, more: Vec<Piece>) {
    for piece in more {
        match (pieces.last_mut(), piece) {
            (Some(Piece::Chunk(text)), Piece::Chunk(more)) => text.push_str(&more),
            (Some(Piece::Prose(text)), Piece::Prose(more)) => text.push_str(&more),
            (_, piece) => pieces.push(piece),
        }
    }
}

/// An answer in short, one piece a line: `open a.js`, `"text"`, `close Marker`.
pub(super) fn short(text: &str) -> String {
    shown(&read(&[text], &asked()))
}

/// The options of an answer that was asked for `LEO_EOF_7c1f`.
pub(super) fn asked() -> Options {
    Options {
        marker: Some("LEO_EOF_7c1f".into()),
        ..Options::default()
    }
}

pub(super) fn shown(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let _ = match piece {
            Piece::Open { path, how, dialect } => writeln!(out, "open {path} {how:?} {dialect:?}"),
            Piece::Chunk(text) => writeln!(out, "{text:?}"),
            Piece::Miscounted { declared, found } => {
                writeln!(out, "{:?} {} not {found}", declared.unit, declared.count)
            }
            Piece::Close(how) => writeln!(out, "close {how:?}"),
            Piece::Install(install) => {
                let dev = if install.dev { " dev" } else { "" };
                writeln!(out, "install {}{dev}", install.packages.join(" "))
            }
            Piece::Delete(path) => writeln!(out, "delete {path}"),
            Piece::Prose(text) => writeln!(out, "prose {text:?}"),
            Piece::Refused { what, why } => writeln!(out, "refused {what:?}: {why}"),
        };
    }
    out
}
