//! What the present phase has done to the files, so that it can be undone.
//!
//! Before a file is replaced or removed for the first time since the last checkpoint, its text is copied
//! below `kept/`; of one that was not there a note is left below `new/`. An attempt that goes on from
//! the checkpoint puts everything back. What programs do to the workspace is not noted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::workspace::{RelPath, WorkspaceError};

/// The journal, in the generator's own folder.
const FOLDER: &str = "undo";
/// Files as they were.
const KEPT: &str = "kept";
/// Notes of files that were not there.
const NEW: &str = "new";
/// The deepest folder that is put back; nothing deeper can have been written.
const DEPTH_LIMIT: usize = 512;

/// Where notes are made.
#[derive(Debug, Clone)]
pub(crate) struct Journal(PathBuf);

impl Journal {
    /// The journal in the generator's own folder.
    pub(crate) fn of(leo_dir: &Path) -> Self {
        Self(leo_dir.join(FOLDER))
    }

    /// Notes how a file stands before it is changed.
    pub(crate) fn note(&self, path: &RelPath, full: &Path) -> Result<(), WorkspaceError> {
        let kept = self.0.join(KEPT).join(path.as_str());
        let new = self.0.join(NEW).join(path.as_str());
        if kept.exists() || new.exists() {
            return Ok(());
        }
        let there = fs::symlink_metadata(full).is_ok_and(|meta| meta.is_file());
        let noted = if there {
            copy(full, &kept)
        } else {
            make_parent(&new).and_then(|()| fs::write(&new, ""))
        };
        noted.map_err(|error| WorkspaceError::io("note", full, error))
    }
}

/// Puts every file back as it was at the last checkpoint.
pub(crate) fn undo(leo_dir: &Path, root: &Path) -> Result<(), Error> {
    let journal = leo_dir.join(FOLDER);
    let failed = |error| WorkspaceError::io("undo", &journal, error);
    walk(&journal.join(KEPT), Path::new(""), 0, &mut |kept, below| {
        copy(kept, &root.join(below))
    })
    .map_err(failed)?;
    walk(&journal.join(NEW), Path::new(""), 0, &mut |_, below| {
        remove(&root.join(below))
    })
    .map_err(failed)?;
    forget(leo_dir)
}

/// Forgets the notes: what was done stays.
pub(crate) fn forget(leo_dir: &Path) -> Result<(), Error> {
    let journal = leo_dir.join(FOLDER);
    match fs::remove_dir_all(&journal) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(WorkspaceError::io("forget", &journal, error).into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Visits the plain files below a folder of notes, each with its path below it.
fn walk(
    folder: &Path,
    below: &Path,
    depth: usize,
    visit: &mut dyn FnMut(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (path, below) = (entry.path(), below.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEPTH_LIMIT {
            walk(&path, &below, depth + 1, visit)?;
        } else if kind.is_file() {
            visit(&path, &below)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    make_parent(to)?;
    // Whatever a program has put there is replaced, and never written through.
    remove(to)?;
    fs::copy(from, to).map(|_| ())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn what_a_phase_has_done_is_undone_once() {
        let root = tempfile::tempdir().unwrap();
        let (app, leo) = (root.path().join("app"), root.path().join(".leo"));
        let plain = Workspace::open(&app).unwrap();
        let path = |text| RelPath::new(text).unwrap();
        plain.write(&path("a/old.txt"), "first").unwrap();
        plain.write(&path("gone.txt"), "here").unwrap();
        let noted = Workspace::open(&app).unwrap().noted(Journal::of(&leo));
        for text in ["second", "third"] {
            noted.write(&path("a/old.txt"), text).unwrap();
            noted.write(&path("b/new.txt"), text).unwrap();
        }
        noted.remove(&path("gone.txt")).unwrap();
        undo(&leo, &app).unwrap();
        let read = |text: &str| fs::read_to_string(app.join(text)).ok();
        assert_eq!(read("a/old.txt").as_deref(), Some("first"));
        assert_eq!(read("gone.txt").as_deref(), Some("here"));
        assert_eq!(read("b/new.txt"), None);
        noted.write(&path("a/old.txt"), "fourth").unwrap();
        forget(&leo).unwrap();
        undo(&leo, &app).unwrap();
        assert_eq!(read("a/old.txt").as_deref(), Some("fourth"));
    }
}
