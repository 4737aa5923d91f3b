//! What has been found and not yet been handed out.

use super::piece::{Piece, Refusal};
use super::words;

/// Pieces, with neighbours of a kind put together.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<Piece>);

impl Found {
    pub(super) fn take(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.0)
    }

    pub(super) fn push(&mut self, piece: Piece) {
        self.0.push(piece);
    }

    pub(super) fn refuse(&mut self, what: &str, why: Refusal) {
        self.push(Piece::Refused {
            what: words::excerpt(what),
            why,
        });
    }

    pub(super) fn chunk(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Chunk(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.push(Piece::Chunk(text.to_owned()));
        }
    }

    pub(super) fn prose(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Prose(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.push(Piece::Prose(text.to_owned()));
        }
    }
}
