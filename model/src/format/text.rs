//! Text on its way into the open file, within the limits.

use memchr::{memchr, memchr_iter, memrchr};

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
        let first = memchr(b'\n', text.as_bytes()).unwrap_or(text.len()) as u64;
        let in_file = self.room_in_file(limits);
        let in_line = limits.line_bytes.saturating_sub(self.counted.line_bytes);
        // What would be met first, if the text came byte by byte.
        if first > in_line && in_line < in_file {
            return Some((in_line, Refusal::LineTooLong(limits.line_bytes)));
        }
        let long = text.len() as u64 > in_file;
        long.then_some((in_file, Refusal::FileTooLong(limits.file_bytes)))
    }

    fn room_in_file(&self, limits: &Limits) -> u64 {
        limits.file_bytes.saturating_sub(self.counted.bytes)
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
