//! Hunks out of a diff.

use super::PatchError;

/// The most hunks of a patch.
const HUNKS: usize = 200;
/// The most lines of a patch.
const LINES: usize = 20_000;

/// One place that changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk<'d> {
    /// Where the diff says that it begins, from 1.
    pub(super) line: Option<usize>,
    /// The diff says that it takes nothing away and shows nothing, so the number has to do.
    pub(super) inserts: bool,
    pub(super) lines: Vec<Line<'d>>,
    /// Whether the file ends without a newline after the last line, where the diff tells it.
    pub(super) newline_at_end: Option<bool>,
}

/// A line of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'d> {
    Same(&'d str),
    Removed(&'d str),
    Added(&'d str),
}

impl<'d> Hunk<'d> {
    /// The lines that have to be in the file.
    pub(super) fn expected(&self) -> Vec<&'d str> {
        self.lines
            .iter()
            .filter_map(|line| match line {
                Line::Same(text) | Line::Removed(text) => Some(*text),
                Line::Added(_) => None,
            })
            .collect()
    }

    fn add(&mut self, line: &'d str) {
        if let Some(text) = line.strip_prefix('+') {
            self.lines.push(Line::Added(text));
        } else if let Some(text) = line.strip_prefix('-') {
            self.lines.push(Line::Removed(text));
        } else if line.starts_with('\\') {
            match self.lines.last() {
                Some(Line::Removed(_)) => self.newline_at_end = Some(true),
                Some(Line::Same(_) | Line::Added(_)) => self.newline_at_end = Some(false),
                None => {}
            }
        } else {
            // Models leave out the blank before a line that is the same, most often of an empty one.
            self.lines
                .push(Line::Same(line.strip_prefix(' ').unwrap_or(line)));
        }
    }

    /// Blank lines at the end belong to the answer rather than to the file.
    fn trim(mut self) -> Self {
        while matches!(self.lines.last(), Some(Line::Same(text)) if text.is_empty()) {
            self.lines.pop();
        }
        self
    }
}

/// Reads all hunks. What stands before the first is skipped: names of files, explanations.
pub(super) fn hunks(diff: &str) -> Result<Vec<Hunk<'_>>, PatchError> {
    let mut hunks: Vec<Hunk<'_>> = Vec::new();
    for (number, line) in diff.lines().enumerate() {
        if number >= LINES || hunks.len() > HUNKS {
            return Err(PatchError::TooLarge);
        }
        if line.starts_with("@@") {
            hunks.push(header(line));
        } else if let Some(hunk) = hunks.last_mut() {
            if begins_file(line) {
                continue;
            }
            hunk.add(line);
        }
    }
    let hunks: Vec<_> = hunks
        .into_iter()
        .map(Hunk::trim)
        .filter(|hunk| !hunk.lines.is_empty())
        .collect();
    if hunks.is_empty() {
        Err(PatchError::Empty)
    } else {
        Ok(hunks)
    }
}

/// `@@ -12,3 +12,4 @@`, whose numbers may be missing.
fn header<'d>(line: &str) -> Hunk<'d> {
    let old = line
        .split_whitespace()
        .find_map(|word| word.strip_prefix('-'))
        .unwrap_or("");
    let (start, count) = old.split_once(',').unwrap_or((old, ""));
    Hunk {
        line: start.parse().ok(),
        inserts: count == "0",
        ..Hunk::default()
    }
}

/// Lines that begin another file in the diff of a repository, or the same once more.
fn begins_file(line: &str) -> bool {
    ["diff --git ", "index ", "--- a/", "+++ b/"]
        .iter()
        .any(|start| line.starts_with(start))
}
