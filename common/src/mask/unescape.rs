//! A text as it reads when the escapes of JSON are resolved, anywhere in it, and where each byte of
//! that stands. What is no escape stays as it is.

use std::ops::Range;

/// The first half of a character in two escapes.
const HIGH: Range<u32> = 0xD800..0xDC00;
/// The second half.
const LOW: Range<u32> = 0xDC00..0xE000;

/// Whether there is anything to resolve.
pub(super) fn has_escapes(text: &[u8]) -> bool {
    memchr::memchr(b'\\', text).is_some()
}

/// The text with its escapes resolved.
pub(super) fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    resolve(text, |bytes, _| out.extend_from_slice(bytes));
    out
}

/// A text, and for each of its bytes the part of a line that it stands for.
pub(super) struct Reading {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Reading {
    /// The line itself.
    pub(super) fn of(line: &[u8]) -> Self {
        Self {
            bytes: line.to_vec(),
            places: (0..line.len()).map(|at| at..at + 1).collect(),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a part of this text stands in the line.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        self.places[part.start].start..self.places[part.end - 1].end
    }

    /// The same with its escapes resolved.
    pub(super) fn unescaped(&self) -> Self {
        let mut next = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            places: Vec::with_capacity(self.bytes.len()),
        };
        resolve(&self.bytes, |bytes, from| {
            next.bytes.extend_from_slice(bytes);
            if bytes.len() == from.len() {
                next.places.extend_from_slice(&self.places[from]);
            } else {
                let place = self.place(from);
                next.places.extend(bytes.iter().map(|_| place.clone()));
            }
        });
        next
    }
}

/// Gives the text piece by piece: what a piece reads, and which bytes of the text it is.
fn resolve(text: &[u8], mut piece: impl FnMut(&[u8], Range<usize>)) {
    let mut at = 0;
    while let Some(plain) = memchr::memchr(b'\\', &text[at..]) {
        let escape = at + plain;
        piece(&text[at..escape], at..escape);
        let mut buffer = [0; 4];
        let (read, length) = match character(&text[escape..]) {
            Some((read, length)) => (read.encode_utf8(&mut buffer).as_bytes(), length),
            None => (&text[escape..=escape], 1),
        };
        at = escape + length;
        piece(read, escape..at);
    }
    piece(&text[at..], at..text.len());
}

/// The character of the escape that the text begins with, and the escape's length.
fn character(text: &[u8]) -> Option<(char, usize)> {
    let simple = match text.get(1)? {
        b'u' => return unicode(text),
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        same @ (b'"' | b'\\' | b'/') => char::from(*same),
        _ => return None,
    };
    Some((simple, 2))
}

fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = unit(text)?;
    if !HIGH.contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = unit(text.get(6..)?).filter(|unit| LOW.contains(unit))?;
    let both = 0x1_0000 + ((first - HIGH.start) << 10) + (second - LOW.start);
    Some((char::from_u32(both)?, 12))
}

/// The number in `\u0041`.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    // A sign would be accepted too.
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
