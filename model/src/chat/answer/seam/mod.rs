//! Where an answer that was cut off meets its continuation.
//!
//! Asked to go on, models often say again what they had said last: the line they were in, or the
//! lines that were quoted to them, sometimes behind an introduction or a fence. The seam holds the
//! beginning of the continuation back until it can be compared with the end of what was said, and
//! drops what is there twice. Text may also repeat itself rightly (the cells of a table), so a short
//! overlap counts only where it begins a line that was not finished, and none where the text around it
//! repeats itself.

#[cfg(test)]
mod tests;

use super::runaway::period;

/// How much of both sides is compared, in bytes.
const WINDOW: usize = 400;
/// The characters, without white space, that make an overlap certain wherever it stands.
const CERTAIN: usize = 12;
/// Those that make one likely which begins an unfinished line.
const LIKELY: usize = 4;

/// A seam at which some text of the continuation is held back.
#[derive(Debug)]
pub(super) struct Seam {
    /// The end of what was said.
    tail: String,
    /// The beginning of the continuation, until it is decided.
    head: Option<String>,
}

impl Seam {
    /// A seam behind what was said.
    pub(super) fn behind(said: &str) -> Self {
        Self {
            tail: end(said, WINDOW).to_owned(),
            head: Some(String::new()),
        }
    }

    /// Takes text of the continuation, and gives what may be passed on.
    pub(super) fn push(&mut self, text: &str) -> String {
        let Some(mut head) = self.head.take() else {
            return text.to_owned();
        };
        head.push_str(text);
        if head.len() < 2 * WINDOW {
            self.head = Some(head);
            return String::new();
        }
        self.join(&head)
    }

    /// The continuation has ended: gives what was held back.
    pub(super) fn finish(&mut self) -> String {
        self.head
            .take()
            .map(|head| self.join(&head))
            .unwrap_or_default()
    }

    fn join(&self, head: &str) -> String {
        head[twice(&self.tail, head)..].to_owned()
    }
}

/// The last characters of a text, at most `bytes`.
pub(super) fn end(text: &str, bytes: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(bytes))..]
}

/// How many bytes at the beginning of `head` are there twice, or do not belong to the answer.
fn twice(tail: &str, head: &str) -> usize {
    let found =
        starts(head).find_map(|start| overlap(tail, &head[start..]).map(|length| start + length));
    found.unwrap_or_else(|| fence(tail, head))
}

/// Where the continuation may really begin: at once, behind white space, behind an introduction.
fn starts(head: &str) -> impl Iterator<Item = usize> {
    let blank = |from: usize| from + (head[from..].len() - head[from..].trim_start().len());
    let line = head.find('\n').map(|at| at + 1);
    let introduced = line.filter(|end| is_introduction(&head[..*end]));
    [Some(0), Some(blank(0)), introduced, introduced.map(blank)]
        .into_iter()
        .flatten()
}

fn is_introduction(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("```") || line.ends_with(':') || line.is_empty()
}

/// The longest beginning of `head` that is the end of `tail`, if it is to be believed.
fn overlap(tail: &str, head: &str) -> Option<usize> {
    let most = head.floor_char_boundary(tail.len());
    let lengths = (1..=most)
        .rev()
        .filter(|length| head.is_char_boundary(*length));
    let length = lengths
        .into_iter()
        .find(|length| tail.ends_with(&head[..*length]))?;
    let (before, same) = tail.split_at(tail.len() - length);
    let ink = same.chars().filter(|c| !c.is_whitespace()).count();
    let begins_line = before.is_empty() || before.ends_with('\n');
    let has_words = same.chars().any(char::is_alphabetic);
    let is_unfinished_line = begins_line && has_words && !same.contains('\n');
    let (seen, after) = (same.trim(), head[length..].trim_start());
    let is_around = before.trim_end().ends_with(seen) || after.starts_with(seen);
    let repeats = is_around || 2 * period(same.as_bytes()) <= same.len();
    let is_believed = ink >= CERTAIN || (is_unfinished_line && ink >= LIKELY);
    (is_believed && !repeats).then_some(length)
}

/// A fence that opens the continuation in the middle of a line cannot belong to it.
fn fence(tail: &str, head: &str) -> usize {
    let is_within_line = !tail.is_empty() && !tail.ends_with('\n');
    let fenced = head.starts_with("```") && is_within_line;
    head.find('\n').filter(|_| fenced).map_or(0, |end| end + 1)
}
