//! Secrets are taken out of the output before it is stored, because a stored stream is never
//! edited.
//!
//! Works on whole lines, however many reads they came in, and before long lines are split. A secret
//! is also found where it is written with the escapes of JSON, also those of a JSON text within
//! another. One that a program encodes in another way, or spreads over several lines or events on
//! purpose, is not.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use unescape::Reading;

mod unescape;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";
/// Shorter texts are not masked: they would blot out ordinary words.
const SHORTEST: usize = 6;
/// JSON texts within each other that are looked into.
const DEPTH: usize = 3;

/// Where a line was cut because it did not end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// It may go on from something before.
    pub before: bool,
    /// It goes on.
    pub after: bool,
}

/// The secrets that a container may know. Cheap to clone.
#[derive(Clone, Default)]
pub struct Mask(Arc<[Finder<'static>]>);

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} secrets)", self.0.len())
    }
}

impl Mask {
    /// Masks these texts.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets = secrets.into_iter();
        let secrets = secrets.filter(|secret| secret.len() >= SHORTEST);
        Self(
            secrets
                .map(|secret| Finder::new(secret).into_owned())
                .collect(),
        )
    }

    /// The line without secrets.
    #[must_use]
    pub fn apply<'a>(&self, line: &'a str) -> Cow<'a, str> {
        self.apply_to_piece(line, Cut::default())
    }

    /// The piece of a line without secrets; what may be the beginning or the end of one that was
    /// cut through is hidden too.
    #[must_use]
    pub fn apply_to_piece<'a>(&self, line: &'a str, cut: Cut) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(line);
        }
        let mut found = self.find(line.as_bytes());
        self.find_escaped(line, &mut found);
        if cut.before {
            found.extend(self.0.iter().filter_map(|secret| end_of(secret, line)));
        }
        if cut.after {
            found.extend(
                self.0
                    .iter()
                    .filter_map(|secret| beginning_of(secret, line)),
            );
        }
        if found.is_empty() {
            return Cow::Borrowed(line);
        }
        found.sort_unstable_by_key(|range| range.start);
        Cow::Owned(without(line, &found))
    }

    fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let all = self.0.iter();
        let places = all.flat_map(|secret| {
            let length = secret.needle().len();
            let starts = secret.find_iter(text);
            starts.map(move |start| start..start + length)
        });
        places.collect()
    }

    /// Adds where secrets stand that show only when escapes are read.
    fn find_escaped(&self, line: &str, found: &mut Vec<Range<usize>>) {
        if !unescape::has_escapes(line.as_bytes()) {
            return;
        }
        // Hardly a line has one, so their places are worked out only then.
        let mut text = Cow::Borrowed(line.as_bytes());
        let mut hidden = false;
        for _ in 0..DEPTH {
            if hidden || !unescape::has_escapes(&text) {
                break;
            }
            text = Cow::Owned(unescape::unescaped(&text));
            hidden = self.0.iter().any(|secret| secret.find(&text).is_some());
        }
        if !hidden {
            return;
        }
        let mut reading = Reading::of(line.as_bytes());
        for _ in 0..DEPTH {
            reading = reading.unescaped();
            let places = self.find(reading.bytes());
            found.extend(places.into_iter().map(|place| reading.place(place)));
        }
    }
}

/// Where the line ends with the beginning of a secret.
fn beginning_of(secret: &Finder<'_>, line: &str) -> Option<Range<usize>> {
    let secret = secret.needle();
    let lengths = (SHORTEST..secret.len()).rev();
    let length = lengths
        .into_iter()
        .find(|length| line.as_bytes().ends_with(&secret[..*length]))?;
    let start = line.len() - length;
    Some(line.floor_char_boundary(start)..line.len())
}

/// Where the line begins with the end of a secret.
fn end_of(secret: &Finder<'_>, line: &str) -> Option<Range<usize>> {
    let secret = secret.needle();
    let mut starts = 1..secret.len().saturating_sub(SHORTEST - 1);
    let start = starts.find(|start| line.as_bytes().starts_with(&secret[*start..]))?;
    Some(0..line.ceil_char_boundary(secret.len() - start))
}

/// The line with each of these parts hidden; they are in order of their beginnings and may overlap.
fn without(line: &str, parts: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(line.len());
    let mut end = 0;
    for (at, part) in parts.iter().enumerate() {
        if at == 0 || part.start > end {
            rest.push_str(&line[end..part.start]);
            rest.push_str(HIDDEN);
        }
        end = end.max(part.end);
    }
    rest.push_str(&line[end..]);
    rest
}

#[cfg(test)]
mod tests;
