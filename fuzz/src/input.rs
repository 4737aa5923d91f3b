//! What a fuzzer's bytes mean: four that say how, then the text.
//!
//! All of them may be letters, so that seeds are plain text.

use crate::format::{Limits, Options};

/// An input, taken apart.
#[derive(Debug)]
pub struct Input<'d> {
    /// What the parser is told.
    pub options: Options,
    /// Something to choose by.
    pub choice: u8,
    /// The text, as bytes.
    pub bytes: &'d [u8],
    sizes: [usize; 2],
}

impl<'d> Input<'d> {
    /// Takes the bytes apart, if there are enough.
    pub fn new(data: &'d [u8]) -> Option<Self> {
        let (&[flags, choice, first, second], bytes) = data.split_first_chunk()?;
        let size = |byte: u8| usize::from(byte % 48) + 1;
        Some(Self {
            options: Options {
                marker: (flags & 1 == 1).then(|| "LEO_EOF_7c1f".to_owned()),
                limits: if flags & 2 == 2 {
                    Limits {
                        file_bytes: 200,
                        line_bytes: 50,
                        files: 2,
                    }
                } else {
                    Limits::default()
                },
            },
            choice,
            bytes,
            sizes: [size(first), size(second)],
        })
    }

    /// The bytes, cut as the input says.
    pub fn chunks(&self) -> Vec<&'d [u8]> {
        let mut chunks = Vec::new();
        let mut rest = self.bytes;
        for size in self.sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, more) = rest.split_at(rest.len().min(*size));
            chunks.push(chunk);
            rest = more;
        }
        chunks
    }

    /// The text, cut as the input says, between characters.
    pub fn text_chunks<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut chunks = Vec::new();
        let mut rest = text;
        for size in self.sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, more) = rest.split_at(rest.ceil_char_boundary(*size));
            chunks.push(chunk);
            rest = more;
        }
        chunks
    }
}
