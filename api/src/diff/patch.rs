//! A diff as a patch that `git apply` takes.
//!
//! What it cannot hold (no text, too large) is named at its head, where git does not look: a patch
//! without a file's bytes would be refused as a whole.

use std::fmt::Write as _;

use leo_protocol::versions::{Change, Diff, FileChange, FileSide, Omitted};

/// The patch. Its paths are relative to the app's folder.
pub(crate) fn as_patch(diff: &Diff) -> String {
    let mut patch = String::new();
    // Writing to a String cannot fail, here and below.
    let _ = write(&mut patch, diff);
    patch
}

fn write(patch: &mut String, diff: &Diff) -> std::fmt::Result {
    if diff.truncated {
        writeln!(
            patch,
            "# not contained: more files, because there are too many"
        )?;
    }
    for (change, why) in diff.changes.iter().filter_map(left_out) {
        let path = quoted("", &change.path);
        writeln!(patch, "# not contained: {path}, because {why}")?;
    }
    let held = |change: &&FileChange| change.omitted.is_none();
    diff.changes
        .iter()
        .filter(held)
        .try_for_each(|change| file(patch, change))
}

fn left_out(change: &FileChange) -> Option<(&FileChange, &'static str)> {
    let why = match change.omitted? {
        Omitted::Binary => "it is no text",
        Omitted::TooLarge => "it is too large to be compared",
        Omitted::AnswerFull => "the patch is as large as it may be",
        Omitted::Time => "comparing took too long",
    };
    Some((change, why))
}

fn file(patch: &mut String, change: &FileChange) -> std::fmt::Result {
    let old = change.old_path.as_deref().unwrap_or(&change.path);
    let (a, b) = (quoted("a/", old), quoted("b/", &change.path));
    writeln!(patch, "diff --git {a} {b}")?;
    let (before, after) = (mode(change.from.as_ref()), mode(change.to.as_ref()));
    match change.change {
        Change::Added => writeln!(patch, "new file mode {after}")?,
        Change::Removed => writeln!(patch, "deleted file mode {before}")?,
        Change::Modified | Change::Renamed if before != after => {
            writeln!(patch, "old mode {before}\nnew mode {after}")?;
        }
        Change::Modified | Change::Renamed => {}
    }
    if let Some(old) = &change.old_path {
        let (old, new) = (quoted("", old), quoted("", &change.path));
        writeln!(patch, "similarity index 100%")?;
        writeln!(patch, "rename from {old}\nrename to {new}")?;
    }
    hunks(patch, change, &a, &b)
}

fn hunks(patch: &mut String, change: &FileChange, a: &str, b: &str) -> std::fmt::Result {
    let Some(hunks) = change.patch.as_ref().filter(|hunks| !hunks.is_empty()) else {
        return Ok(());
    };
    let none = "/dev/null";
    let old = if change.change == Change::Added {
        none
    } else {
        a
    };
    let new = if change.change == Change::Removed {
        none
    } else {
        b
    };
    write!(patch, "--- {old}\n+++ {new}\n{hunks}")
}

fn mode(side: Option<&FileSide>) -> &'static str {
    match side {
        Some(side) if side.executable => "100755",
        _ => "100644",
    }
}

/// A path as git writes it: quoted as in C where it is not plain.
fn quoted(before: &str, path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/+@~,=%".contains(c);
    if path.chars().all(plain) {
        return format!("{before}{path}");
    }
    let mut quoted = format!("\"{before}");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_they_must_be() {
        assert_eq!(quoted("a/", "src/main.rs"), "a/src/main.rs");
        assert_eq!(quoted("b/", "my file"), "\"b/my file\"");
        assert_eq!(quoted("", "a\"b\\c\nd"), "\"a\\\"b\\\\c\\012d\"");
        assert_eq!(quoted("", "été"), "\"été\"");
    }
}
