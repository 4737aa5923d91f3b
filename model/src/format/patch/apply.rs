//! Hunks into a file.

use super::PatchError;
use super::find::places;
use super::read::{Hunk, Line, hunks};

/// How much of an expected line an error shows.
const SHOWN: usize = 120;

/// The file with the patch applied. An empty file is one that does not exist.
///
/// A line that only differs in blanks at its end stays as it is in the file. A file with CRLF keeps it.
pub fn apply(original: &str, diff: &str) -> Result<String, PatchError> {
    let diff = diff.replace("\r\n", "\n");
    let hunks = hunks(&diff)?;
    let text = original.strip_suffix('\n').unwrap_or(original);
    let mut file = File {
        lines: if original.is_empty() {
            Vec::new()
        } else {
            text.split('\n').collect()
        },
        newline: original.is_empty() || original.ends_with('\n'),
        moved: 0,
    };
    for (number, hunk) in hunks.iter().enumerate() {
        file.apply(number + 1, hunk)?;
    }
    Ok(file.written(original))
}

struct File<'t> {
    lines: Vec<&'t str>,
    /// Whether the last line ends with one.
    newline: bool,
    /// How far the hunks so far have moved what comes after them.
    moved: isize,
}

impl<'t> File<'t> {
    fn apply(&mut self, number: usize, hunk: &Hunk<'t>) -> Result<(), PatchError> {
        let expected = hunk.expected();
        let at = if expected.is_empty() {
            self.insertion(number, hunk)?
        } else {
            self.find(number, hunk, &expected)?
        };
        let end = at + expected.len();
        let last = end == self.lines.len();
        let lines = merged(hunk, &self.lines[at..end]);
        self.moved += lines.len().cast_signed() - expected.len().cast_signed();
        self.lines.splice(at..end, lines);
        if let (true, Some(newline)) = (last, hunk.newline_at_end) {
            self.newline = newline;
        }
        Ok(())
    }

    /// The place of a hunk that expects no lines: an empty file, or after the line that it says.
    fn insertion(&self, number: usize, hunk: &Hunk<'_>) -> Result<usize, PatchError> {
        if self.lines.is_empty() {
            return Ok(0);
        }
        let at = hunk.line.filter(|_| hunk.inserts);
        let at = at.and_then(|line| line.checked_add_signed(self.moved));
        at.filter(|line| *line <= self.lines.len())
            .ok_or(PatchError::Ambiguous {
                hunk: number,
                places: self.lines.len() + 1,
            })
    }

    fn find(
        &self,
        number: usize,
        hunk: &Hunk<'_>,
        expected: &[&'t str],
    ) -> Result<usize, PatchError> {
        let said = hunk
            .line
            .and_then(|line| line.checked_sub(1)?.checked_add_signed(self.moved));
        for key in [exact, without_end] {
            let found = places(&self.lines, expected, key);
            match found.as_slice() {
                [] => {}
                [at] => return Ok(*at),
                several => {
                    return several.iter().find(|at| Some(**at) == said).copied().ok_or(
                        PatchError::Ambiguous {
                            hunk: number,
                            places: several.len(),
                        },
                    );
                }
            }
        }
        let line = expected.iter().find(|line| !line.trim().is_empty());
        let line = line.or(expected.first()).copied().unwrap_or_default();
        Err(PatchError::NotFound {
            hunk: number,
            line: line[..line.floor_char_boundary(SHOWN)].to_owned(),
        })
    }

    fn written(&self, original: &str) -> String {
        let crlf = original.contains("\r\n");
        let mut out = String::with_capacity(original.len());
        for (at, line) in self.lines.iter().enumerate() {
            out.push_str(line);
            if at + 1 < self.lines.len() || self.newline {
                // Lines of the file have their own carriage return; those of the diff have none.
                out.push_str(if crlf && !line.ends_with('\r') {
                    "\r\n"
                } else {
                    "\n"
                });
            }
        }
        out
    }
}

/// The lines after the change: those that stay as the file has them.
fn merged<'t>(hunk: &Hunk<'t>, found: &[&'t str]) -> Vec<&'t str> {
    let mut found = found.iter();
    let mut lines = Vec::with_capacity(hunk.lines.len());
    for line in &hunk.lines {
        match line {
            Line::Same(text) => lines.push(found.next().copied().unwrap_or(text)),
            Line::Removed(_) => {
                found.next();
            }
            Line::Added(text) => lines.push(text),
        }
    }
    lines
}

fn exact(line: &str) -> &str {
    line
}

fn without_end(line: &str) -> &str {
    line.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "one\ntwo\n\nthree\nfour\nfive\n";

    #[test]
    fn a_patch_changes_what_it_names() {
        let diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n@@ -5,2 +5,3 @@\n four\n+4.5\n five\n";
        assert_eq!(
            apply(FILE, diff).unwrap(),
            "one\n2\n\nthree\nfour\n4.5\nfive\n"
        );
    }

    #[test]
    fn numbers_are_not_believed_and_may_be_missing() {
        for header in ["@@ -90,9 +7 @@", "@@", "@@ ... @@", "@@ fn main() @@"] {
            let diff = format!("{header}\n three\n-four\n+4\n five\n\n\n");
            assert_eq!(
                apply(FILE, &diff).unwrap(),
                "one\ntwo\n\nthree\n4\nfive\n",
                "{header}"
            );
        }
    }

    #[test]
    fn blanks_at_the_ends_of_lines_do_not_matter_and_stay() {
        let diff = "@@\n a\n-b\n+c";
        assert_eq!(apply("a  \nb\t\nz\n", diff).unwrap(), "a  \nc\nz\n");
        assert_eq!(apply("a\r\nb\r\nz\r\n", diff).unwrap(), "a\r\nc\r\nz\r\n");
    }

    #[test]
    fn an_empty_line_needs_no_blank_before_it() {
        assert_eq!(
            apply(FILE, "@@\n two\n\n-three\n+3\n").unwrap(),
            "one\ntwo\n\n3\nfour\nfive\n"
        );
    }

    #[test]
    fn several_places_are_told_apart_by_the_number_alone() {
        let file = "x\na\nx\na\nx\n";
        assert_eq!(
            apply(file, "@@ -3,1 +3,2 @@\n x\n+y\n").unwrap(),
            "x\na\nx\ny\na\nx\n"
        );
        let refused = apply(file, "@@ -9,1 +9,2 @@\n x\n+y\n");
        assert_eq!(refused, Err(PatchError::Ambiguous { hunk: 1, places: 3 }));
    }

    #[test]
    fn a_hunk_that_does_not_match_is_named() {
        let diff = "@@\n one\n-two\n+2\n@@\n nine\n-ten\n";
        let error = apply(FILE, diff).unwrap_err();
        assert_eq!(
            error,
            PatchError::NotFound {
                hunk: 2,
                line: "nine".into()
            }
        );
    }

    #[test]
    fn new_files_and_insertions_without_context_are_possible() {
        assert_eq!(apply("", "@@ -0,0 +1,2 @@\n+a\n+b\n").unwrap(), "a\nb\n");
        assert_eq!(apply("a\nb\n", "@@ -1,0 +2 @@\n+x\n").unwrap(), "a\nx\nb\n");
        assert!(matches!(
            apply("a\n", "@@\n+x\n"),
            Err(PatchError::Ambiguous { .. })
        ));
        assert_eq!(apply("a\n", "@@\n-a\n").unwrap(), "");
    }

    #[test]
    fn the_newline_at_the_end_is_what_the_diff_says() {
        let marker = "\\ No newline at end of file";
        assert_eq!(
            apply("a\nb", &format!("@@\n a\n-b\n{marker}\n+c\n")).unwrap(),
            "a\nc\n"
        );
        assert_eq!(
            apply("a\nb\n", &format!("@@\n a\n-b\n+c\n{marker}\n")).unwrap(),
            "a\nc"
        );
        assert_eq!(apply("a\nb", "@@\n-a\n+c\n").unwrap(), "c\nb");
    }

    #[test]
    fn what_is_no_patch_is_refused() {
        assert_eq!(apply(FILE, ""), Err(PatchError::Empty));
        assert_eq!(apply(FILE, "const a = 1;\n"), Err(PatchError::Empty));
        assert_eq!(apply(FILE, "@@ -1 +1 @@\n"), Err(PatchError::Empty));
        let many = "@@\n a\n".repeat(500);
        assert_eq!(apply(FILE, &many), Err(PatchError::TooLarge));
    }
}
