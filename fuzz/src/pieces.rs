//! Pieces of an answer, and what holds of all of them.

use crate::format::{Install, Parser, Piece};
use crate::path::RelPath;

/// Everything that an answer comes to, with neighbouring texts put together.
pub fn collect(mut parser: Parser, chunks: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for chunk in chunks {
        merge(&mut pieces, parser.push(chunk));
    }
    merge(&mut pieces, parser.finish());
    pieces
}

fn merge(pieces: &mut Vec<Piece>, more: Vec<Piece>) {
    for piece in more {
        match (pieces.last_mut(), piece) {
            (Some(Piece::Chunk(text)), Piece::Chunk(more))
            | (Some(Piece::Prose(text)), Piece::Prose(more)) => text.push_str(&more),
            (_, piece) => pieces.push(piece),
        }
    }
}

/// Files open and close in turn, no path leaves the folder, nothing is made up, and what is to be installed is a
/// list of packages. `open`: the answer goes on with a file.
pub fn check(pieces: &[Piece], length: usize, mut open: bool) {
    let mut texts = 0;
    for piece in pieces {
        match piece {
            Piece::Open { path, .. } => {
                assert!(!open);
                open = true;
                check_path(path);
            }
            Piece::Chunk(text) => {
                assert!(open);
                texts += text.len();
            }
            Piece::Miscounted { .. } => assert!(open),
            Piece::Close(_) => {
                assert!(open);
                open = false;
            }
            Piece::Install(install) => {
                assert!(!open);
                check_install(install);
            }
            Piece::Delete(path) => {
                assert!(!open);
                check_path(path);
            }
            Piece::Prose(text) => {
                assert!(!open);
                texts += text.len();
            }
            Piece::Refused { what, .. } => assert!(what.len() <= 256),
        }
    }
    assert!(!open);
    assert!(texts <= length);
}

fn check_path(path: &RelPath) {
    let text = path.as_str();
    assert!(!text.is_empty() && !text.starts_with('/') && !text.contains('\0'));
    assert!(
        text.split('/')
            .all(|part| !matches!(part, "" | "." | ".." | ".git" | ".leo"))
    );
}

fn check_install(install: &Install) {
    assert!(!install.packages.is_empty());
    for package in &install.packages {
        assert!(!package.starts_with('-'));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@/._-~^=+*".contains(&byte);
        assert!(package.bytes().all(plain), "{package}");
        assert!(!package.contains("..") || !package.contains('/') || package.starts_with('@'));
    }
}
