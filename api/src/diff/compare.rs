//! Which files are others, by what the manifests say.

use std::collections::{BTreeMap, HashMap, VecDeque};

use leo_common::artifacts::{Manifest, PackedFile};
use leo_protocol::versions::{Change, FileChange, FileSide};

/// A file that has changed.
#[derive(Debug)]
pub(super) struct Changed<'a> {
    /// What is told of it.
    pub(super) change: FileChange,
    /// As it was.
    pub(super) from: Option<&'a PackedFile>,
    /// As it is.
    pub(super) to: Option<&'a PackedFile>,
    /// Whether there are other bytes, and not only another name or other rights.
    pub(super) bytes: bool,
}

type Files<'a> = BTreeMap<&'a str, &'a PackedFile>;

/// The files of an app that have changed, by path.
pub(super) fn compare<'a>(from: Option<&'a Manifest>, to: &'a Manifest) -> Vec<Changed<'a>> {
    let mut old: Files<'_> = from.into_iter().flat_map(Manifest::app_files).collect();
    let new: Files<'_> = to.app_files().collect();
    let mut changed = Vec::new();
    let mut added = Vec::new();
    for (path, file) in new {
        match old.remove(path) {
            None => added.push((path, file)),
            Some(before) if is_same(before, file) => {}
            Some(before) => changed.push(modified(path, before, file)),
        }
    }
    let mut gone = by_hash(&old);
    for (path, file) in added {
        let before = gone
            .get_mut(file.sha256.as_str())
            .and_then(VecDeque::pop_front);
        changed.push(match before {
            Some((old_path, before)) => {
                old.remove(old_path);
                renamed(old_path, before, path, file)
            }
            None => one(path, Change::Added, None, Some(file)),
        });
    }
    changed.extend(
        old.into_iter()
            .map(|(path, file)| one(path, Change::Removed, Some(file), None)),
    );
    changed.sort_by(|a, b| a.change.path.cmp(&b.change.path));
    changed
}

fn is_same(before: &PackedFile, file: &PackedFile) -> bool {
    before.sha256 == file.sha256 && before.executable == file.executable
}

/// Where files have gone from, by their bytes. Empty ones are all the same and have gone nowhere.
fn by_hash<'a>(files: &Files<'a>) -> HashMap<&'a str, VecDeque<(&'a str, &'a PackedFile)>> {
    let mut gone: HashMap<_, VecDeque<_>> = HashMap::new();
    for (path, file) in files.iter().filter(|(_, file)| file.size > 0) {
        gone.entry(file.sha256.as_str())
            .or_default()
            .push_back((*path, *file));
    }
    gone
}

fn modified<'a>(path: &str, before: &'a PackedFile, file: &'a PackedFile) -> Changed<'a> {
    Changed {
        bytes: before.sha256 != file.sha256,
        ..one(path, Change::Modified, Some(before), Some(file))
    }
}

fn renamed<'a>(
    old_path: &str,
    before: &'a PackedFile,
    path: &str,
    file: &'a PackedFile,
) -> Changed<'a> {
    let mut renamed = one(path, Change::Renamed, Some(before), Some(file));
    renamed.change.old_path = Some(old_path.to_owned());
    renamed.bytes = false;
    renamed
}

fn one<'a>(
    path: &str,
    change: Change,
    from: Option<&'a PackedFile>,
    to: Option<&'a PackedFile>,
) -> Changed<'a> {
    let change = FileChange {
        path: path.to_owned(),
        old_path: None,
        change,
        from: from.map(side),
        to: to.map(side),
        binary: false,
        additions: None,
        deletions: None,
        patch: None,
        omitted: None,
    };
    Changed {
        change,
        from,
        to,
        bytes: true,
    }
}

fn side(file: &PackedFile) -> FileSide {
    FileSide {
        size: file.size,
        sha256: file.sha256.clone(),
        executable: file.executable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, &str, bool)]) -> Manifest {
        let files = files.iter().map(|(path, sha256, executable)| PackedFile {
            path: format!("app/{path}"),
            offset: 0,
            size: sha256.len() as u64,
            sha256: (*sha256).to_owned(),
            executable: *executable,
            blocks: None,
        });
        Manifest {
            format: 1,
            files: files.collect(),
        }
    }

    fn told(from: Option<&Manifest>, to: &Manifest) -> Vec<(String, Change, Option<String>, bool)> {
        let changed = compare(from, to).into_iter();
        changed
            .map(|one| {
                (
                    one.change.path,
                    one.change.change,
                    one.change.old_path,
                    one.bytes,
                )
            })
            .collect()
    }

    #[test]
    fn every_kind_of_change_is_told() {
        let from = manifest(&[
            ("gone", "g", false),
            ("moved", "m", false),
            ("rights", "r", false),
            ("same", "s", false),
            ("text", "t", false),
        ]);
        let to = manifest(&[
            ("away/moved", "m", true),
            ("new", "n", false),
            ("rights", "r", true),
            ("same", "s", false),
            ("text", "T", false),
        ]);
        let (moved, none) = (Some("moved".to_owned()), None::<String>);
        assert_eq!(
            told(Some(&from), &to),
            [
                ("away/moved".into(), Change::Renamed, moved, false),
                ("gone".into(), Change::Removed, none.clone(), true),
                ("new".into(), Change::Added, none.clone(), true),
                ("rights".into(), Change::Modified, none.clone(), false),
                ("text".into(), Change::Modified, none, true),
            ]
        );
    }

    #[test]
    fn without_an_earlier_version_all_is_new() {
        let to = manifest(&[("a", "x", false), ("b", "x", false)]);
        let told = told(None, &to);
        assert!(told.iter().all(|(_, change, ..)| *change == Change::Added));
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn copies_and_empty_files_are_no_renames() {
        let from = manifest(&[("a", "x", false), ("empty", "", false)]);
        let to = manifest(&[("b", "x", false), ("c", "x", false), ("void", "", false)]);
        let kinds: Vec<_> = told(Some(&from), &to)
            .into_iter()
            .map(|one| one.1)
            .collect();
        assert_eq!(
            kinds,
            [
                Change::Renamed,
                Change::Added,
                Change::Removed,
                Change::Added
            ]
        );
    }
}
