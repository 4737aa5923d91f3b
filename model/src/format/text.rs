//! Text on its way into the open file, within the limits.

use memchr::{memchr_iter, memrchr};

use super::emit::Found;
use super::open_file::{Counted, OpenFile};
use super::options::Limits;
use super::piece::{Closed, Piece, Refusal};

impl OpenFile {
    /// Adds whole lines, none longer than the limit, or a part of one line.
    pub(super) fn add(&mut self, text: &str, limits: &Limits, found: &mut Found) {
        if self.path.is_none() || text.is_empty() {
            return;
        }
        let Some((room, why)) = self.room(text, limits) else {
            self.counted.add(text);
            found.chunk(text);
            return;
        };
        let fits = text.floor_char_boundary(usize::try_from(room).unwrap_or(usize::MAX));
        found.chunk(&text[..fits]);
        if let Some(path) = self.path.take() {
            found.refuse(path.as_str(), why);
            found.push(Piece::Close(Closed::Limit));
        }
    }

    /// How much of the text fits, if not all of it does.
    fn room(&self, text: &str, limits: &Limits) -> Option<(u64, Refusal)> {
        let length = text.len() as u64;
        let room = limits.file_bytes.saturating_sub(self.counted.bytes);
        if length > room {
            return Some((room, Refusal::FileTooLong(limits.file_bytes)));
        }
        let first = memchr_iter(b'\n', text.as_bytes()).next();
        let first = first.map_or(length, |newline| newline as u64);
        let room = limits.line_bytes.saturating_sub(self.counted.line_bytes);
        (first > room).then_some((room, Refusal::LineTooLong(limits.line_bytes)))
    }

    /// Says where the declared length is not the one that was found.
    pub(super) fn compare(&self, found: &mut Found) {
        let Some(declared) = self.declared else {
            return;
        };
        let count = self.counted.of(declared.unit);
        if count != declared.count {
            found.push(Piece::Miscounted {
                declared,
                found: count,
            });
        }
    }
}

impl Counted {
    fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.bytes += bytes.len() as u64;
        if let Some(last) = memrchr(b'\n', bytes) {
            self.lines += memchr_iter(b'\n', bytes).count() as u64;
            self.line_bytes = (bytes.len() - last - 1) as u64;
        } else {
            self.line_bytes += bytes.len() as u64;
        }
    }
}
