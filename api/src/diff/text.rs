//! Two texts as unified hunks, in the form that git reads.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// What has changed in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Compared {
    /// The hunks.
    pub(super) text: String,
    /// Lines.
    pub(super) additions: u64,
    /// Lines.
    pub(super) deletions: u64,
}

/// Bytes as text; `None` where they are none, as git and JSON see it.
pub(super) fn as_text(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

/// Compares two texts; after `end` it looks for no shorter way to tell the change.
pub(super) fn hunks(old: &str, new: &str, end: Instant) -> Compared {
    let (old, new) = (lines(old), lines(new));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .deadline(end)
        .newline_terminated(true)
        .diff_slices(&old, &new);
    let mut compared = Compared {
        text: String::new(),
        additions: 0,
        deletions: 0,
    };
    for group in diff.grouped_ops(CONTEXT) {
        compared.begin(&group);
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        changes.for_each(|change| compared.line(change.tag(), change.value()));
    }
    compared
}

impl Compared {
    fn begin(&mut self, group: &[DiffOp]) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return;
        };
        let old = place(&(first.old_range().start..last.old_range().end));
        let new = place(&(first.new_range().start..last.new_range().end));
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "@@ -{old} +{new} @@");
    }

    fn line(&mut self, tag: ChangeTag, line: &str) {
        let sign = match tag {
            ChangeTag::Equal => ' ',
            ChangeTag::Insert => {
                self.additions += 1;
                '+'
            }
            ChangeTag::Delete => {
                self.deletions += 1;
                '-'
            }
        };
        self.text.push(sign);
        self.text.push_str(line);
        if !line.ends_with('\n') {
            self.text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Lines with their ends. Only `\n` ends a line for git; a lone `\r` is a character as others.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines of a hunk, from 1; of no lines the one before.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(old: &str, new: &str) -> Compared {
        hunks(old, new, Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn hunks_are_as_git_writes_them() {
        let compared = of("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n");
        let text = "@@ -1,5 +1,5 @@\n a\n b\n-c\n+X\n d\n e\n";
        assert_eq!(compared.text, text);
        assert_eq!((compared.additions, compared.deletions), (1, 1));
    }

    #[test]
    fn the_end_of_a_file_counts() {
        assert_eq!(
            of("a", "a\n").text,
            "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
        );
        assert_eq!(of("", "a\nb\n").text, "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(of("a\n", "").text, "@@ -1 +0,0 @@\n-a\n");
        assert_eq!(
            of("a\rb\r\n", "a\rc\r\n").text,
            "@@ -1 +1 @@\n-a\rb\r\n+a\rc\r\n"
        );
        assert_eq!(of("same", "same").text, "");
    }

    #[test]
    fn what_git_takes_for_binary_is_no_text() {
        assert!(as_text(b"a\0b".to_vec()).is_none());
        assert!(as_text(vec![0xff, 0xfe]).is_none());
        assert!(as_text("é".into()).is_some());
    }

    #[test]
    fn a_hard_case_ends_in_time() {
        let lines = |step: u64| {
            let numbers = (0..100_000u64).map(|n| format!("{}\n", n * step % 9_973));
            numbers.collect::<String>()
        };
        let (old, new) = (lines(7), lines(11));
        let begun = Instant::now();
        let compared = hunks(&old, &new, begun + Duration::from_millis(100));
        assert!(compared.additions > 0 && compared.deletions == compared.additions);
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }
}
