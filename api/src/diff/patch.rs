//! A diff as a patch that `git apply` takes.
//!
//! What it cannot hold (no text, too large) is named at its head, where git does not look: a patch
//! without a file's bytes would be refused as a whole.

use leo_protocol::versions::{Change, Diff, FileChange, FileSide, Omitted};

/// The patch. Its paths are relative to the app's folder.
pub(crate) fn as_patch(diff: &Diff) -> String {
    let mut patch = String::new();
    if diff.truncated {
        patch.push_str("# not contained: more files, because there are too many\n");
    }
    for (change, why) in diff.changes.iter().filter_map(left_out) {
        let path = quoted("", &change.path);
        patch.push_str(&format!("# not contained: {path}, because {why}\n"));
    }
    for change in diff
        .changes
        .iter()
        .filter(|change| change.omitted.is_none())
    {
        file(&mut patch, change);
    }
    patch
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

fn file(patch: &mut String, change: &FileChange) {
    let old = change.old_path.as_deref().unwrap_or(&change.path);
    let (a, b) = (quoted("a/", old), quoted("b/", &change.path));
    patch.push_str(&format!("diff --git {a} {b}\n"));
    match change.change {
        Change::Added => patch.push_str(&format!("new file mode {}\n", mode(change.to.as_ref()))),
        Change::Removed => {
            patch.push_str(&format!(
                "deleted file mode {}\n",
                mode(change.from.as_ref())
            ));
        }
        Change::Modified | Change::Renamed => rights(patch, change),
    }
    if let Some(old) = &change.old_path {
        let (old, new) = (quoted("", old), quoted("", &change.path));
        let renamed = format!("similarity index 100%\nrename from {old}\nrename to {new}\n");
        patch.push_str(&renamed);
    }
    let hunks = change.patch.as_deref().unwrap_or_default();
    if !hunks.is_empty() {
        let none = "/dev/null".to_owned();
        let old = if change.change == Change::Added {
            &none
        } else {
            &a
        };
        let new = if change.change == Change::Removed {
            &none
        } else {
            &b
        };
        patch.push_str(&format!("--- {old}\n+++ {new}\n{hunks}"));
    }
}

fn rights(patch: &mut String, change: &FileChange) {
    let (old, new) = (mode(change.from.as_ref()), mode(change.to.as_ref()));
    if old != new {
        patch.push_str(&format!("old mode {old}\nnew mode {new}\n"));
    }
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
            c if c.is_ascii_control() => quoted.push_str(&format!("\\{:03o}", u32::from(c))),
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
