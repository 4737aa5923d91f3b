//! A workspace that files come back into.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher as _;
use std::io;
use std::path::{Path, PathBuf};

use leo_protocol::runner::APP_DIR;

use super::reader::File;
use crate::orchestrator::{CollectLimits, plain_path};

/// So many names of lost files are kept, to name a few of those that stay lost.
const KEPT_NAMES: usize = 64;

/// What came back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::job) struct Rebuilt {
    /// So many files.
    pub(in crate::job) files: usize,
    /// So many did not.
    pub(in crate::job) lost: usize,
    /// Some of those.
    pub(in crate::job) names: Vec<String>,
}

/// A workspace that files come back into.
pub(in crate::job) struct Workspace {
    root: PathBuf,
    limits: CollectLimits,
    bytes: u64,
    entries: u64,
    /// The files by the hashes of their paths, which may be long: whether each has come back.
    files: HashMap<u64, bool>,
    hasher: RandomState,
    lost: Vec<String>,
}

impl Workspace {
    /// In the folder `root`, where so much is already.
    pub(in crate::job) fn new(
        root: PathBuf,
        limits: CollectLimits,
        bytes: u64,
        entries: u64,
    ) -> Self {
        Self {
            root,
            limits,
            bytes,
            entries,
            files: HashMap::new(),
            hasher: RandomState::new(),
            lost: Vec::new(),
        }
    }

    /// What came back in all.
    pub(in crate::job) fn finish(mut self) -> Rebuilt {
        let files = self.files.values().filter(|back| **back).count();
        self.lost.sort();
        Rebuilt {
            files,
            lost: self.files.len() - files,
            names: self.lost,
        }
    }

    /// Takes a file that was written, or what is known of it.
    pub(super) fn take(&mut self, file: &File) -> io::Result<()> {
        // What no workspace can hold was in none, and what ends like a folder is no file.
        let path = plain_path(format!("{APP_DIR}/{}", file.path).as_bytes());
        let Some(path) = path
            .ok()
            .filter(|_| !format!("/{}", file.path).ends_with('/'))
        else {
            return Ok(());
        };
        let target = self.root.join(&path);
        let back = match &file.text {
            Some(text) if path.components().count() <= self.limits.depth => {
                self.put(&path, text.as_bytes())?
            }
            _ => false,
        };
        if !back {
            self.remove(&target)?;
        }
        self.files.insert(self.hasher.hash_one(&file.path), back);
        self.lost.retain(|lost| *lost != file.path);
        if !back && self.lost.len() < KEPT_NAMES {
            self.lost.push(file.path.clone());
        }
        Ok(())
    }

    /// Whether the file could be written within the limits and beside what is there.
    fn put(&mut self, path: &Path, text: &[u8]) -> io::Result<bool> {
        let Some(missing) = self.missing_folders(path)? else {
            return Ok(false);
        };
        let target = self.root.join(path);
        let (before, new) = match size(&target)? {
            Found::File(size) => (size, 0),
            Found::Nothing => (0, 1),
            Found::Other => return Ok(false),
        };
        let bytes = (self.bytes - before.min(self.bytes)).saturating_add(text.len() as u64);
        let entries = self.entries + missing + new;
        if bytes > self.limits.bytes || entries > self.limits.entries {
            return Ok(false);
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, text)?;
        (self.bytes, self.entries) = (bytes, entries);
        Ok(true)
    }

    /// How many of the folders above are not there; `None` where something else stands in the place
    /// of one.
    fn missing_folders(&self, path: &Path) -> io::Result<Option<u64>> {
        let mut missing = 0;
        for folder in path.ancestors().skip(1) {
            match fs::symlink_metadata(self.root.join(folder)) {
                Ok(found) if found.is_dir() => return Ok(Some(missing)),
                Ok(_) => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(Some(missing))
    }

    fn remove(&mut self, target: &Path) -> io::Result<()> {
        if let Found::File(size) = size(target)? {
            fs::remove_file(target)?;
            self.bytes -= size.min(self.bytes);
            self.entries -= self.entries.min(1);
        }
        Ok(())
    }
}

/// What lies at a path.
enum Found {
    Nothing,
    /// A file of this size.
    File(u64),
    Other,
}

fn size(path: &Path) -> io::Result<Found> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Found::File(found.len())),
        Ok(_) => Ok(Found::Other),
        Err(error) if is_absence(&error) => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

/// Nothing is there, or something else stands in the place of a folder above it.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CollectLimits = CollectLimits {
        bytes: 20,
        entries: 5,
        depth: 3,
    };

    /// A folder with `app/old` of 5 bytes in it.
    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("app")).unwrap();
        fs::write(folder.path().join("app/old"), "older").unwrap();
        let workspace = Workspace::new(folder.path().to_owned(), LIMITS, 5, 1);
        (folder, workspace)
    }

    fn take(workspace: &mut Workspace, path: &str, text: Option<&str>) {
        let file = File {
            path: path.to_owned(),
            text: text.map(str::to_owned),
        };
        workspace.take(&file).unwrap();
    }

    #[test]
    fn the_latest_text_of_each_file_comes_back() {
        let (folder, mut workspace) = workspace();
        let read = |path: &str| fs::read_to_string(folder.path().join("app").join(path));
        take(&mut workspace, "old", Some("new"));
        take(&mut workspace, "src/a", Some("one"));
        take(&mut workspace, "src/a", None);
        take(&mut workspace, "src/b", None);
        take(&mut workspace, "src/b", Some("two"));
        assert_eq!(read("old").unwrap(), "new");
        assert!(read("src/a").is_err(), "an older one is none");
        assert_eq!(read("src/b").unwrap(), "two");
        let expected = Rebuilt {
            files: 2,
            lost: 1,
            names: vec!["src/a".to_owned()],
        };
        assert_eq!(workspace.finish(), expected);
    }

    #[test]
    fn nothing_gets_out_of_the_app_or_in_the_way_of_what_is_there() {
        let (folder, mut workspace) = workspace();
        for path in ["../x", "/x", "a/../../x", "", "a//b", "a/", "a\0b", "./x"] {
            take(&mut workspace, path, Some("x"));
        }
        assert_eq!(workspace.files.len(), 0, "no workspace had such a file");
        take(&mut workspace, "old/below", Some("x"));
        take(&mut workspace, "folder/file", Some("x"));
        take(&mut workspace, "folder", Some("x"));
        assert!(folder.path().join("app/folder/file").is_file());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let rebuilt = workspace.finish();
        assert_eq!((rebuilt.files, rebuilt.lost), (1, 2));
        assert_eq!(rebuilt.names, ["folder", "old/below"]);
    }

    #[test]
    fn the_limits_of_a_workspace_hold() {
        let (folder, mut workspace) = workspace();
        take(&mut workspace, "big", Some("16 bytes of text"));
        take(&mut workspace, "a/b/c", Some("x"));
        take(&mut workspace, "fits", Some("15 bytes, right"));
        take(&mut workspace, "one more", Some("x"));
        // One of the same size, or a smaller one, takes no more room.
        take(&mut workspace, "fits", Some("15 bytes, again"));
        take(&mut workspace, "old", Some(""));
        for path in ["1", "2", "3"] {
            take(&mut workspace, path, Some("x"));
        }
        assert!(!folder.path().join("app/a").exists());
        assert_eq!(
            fs::metadata(folder.path().join("app/old")).unwrap().len(),
            0
        );
        let rebuilt = workspace.finish();
        assert_eq!(rebuilt.names, ["a/b/c", "big", "one more"]);
        assert_eq!(rebuilt.files, 5);
    }
}
