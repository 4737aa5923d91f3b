//! The app's folder: the only place that the generator writes to.
//!
//! A path that would leave the folder cannot be written: [`RelPath`] holds plain relative paths
//! only, and no folder on the way may be a symbolic link. A file appears whole or not at all.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use leo_model::path::PathError;
pub(crate) use leo_model::path::RelPath;
use sha2::{Digest as _, Sha256};

use crate::checkpoint::journal::Journal;
use crate::kind::is_made;

/// The largest file that is read back, in bytes.
const READ_LIMIT: u64 = 8 << 20;
/// The most files that a listing names, so that the event with it stays small.
const LIST_LIMIT: usize = 1000;
/// The deepest folder that a listing looks into.
const DEPTH_LIMIT: usize = 32;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkspaceError {
    /// The path is empty, absolute, climbs or is otherwise odd.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A folder on the way is a symbolic link or no folder.
    #[error("`{0}` leads out of the workspace")]
    Escapes(String),
    /// The file system refused.
    #[error("{what} `{path}`")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

impl WorkspaceError {
    /// The file system refused.
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            what,
            path: path.display().to_string(),
            source,
        }
    }
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// Something else: a folder, a link, bytes that are no text, a very large file; or a file
    /// or a link stands where a folder on the way would have to be.
    Other,
}

/// The app's folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    /// Where it is noted what is changed, if it is.
    journal: Option<Journal>,
}

impl Workspace {
    /// Opens the folder, creating it where it is missing.
    pub(crate) fn open(root: &Path) -> Result<Self, WorkspaceError> {
        fs::create_dir_all(root).map_err(|error| WorkspaceError::io("create", root, error))?;
        Ok(Self {
            root: root.to_owned(),
            journal: None,
        })
    }

    /// The same, with notes of every change.
    pub(crate) fn noted(self, journal: Journal) -> Self {
        Self {
            journal: Some(journal),
            ..self
        }
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn note(&self, path: &RelPath, full: &Path) -> Result<(), WorkspaceError> {
        match &self.journal {
            Some(journal) => journal.note(path, full),
            None => Ok(()),
        }
    }

    /// What lies at the path.
    pub(crate) fn look(&self, path: &RelPath) -> Result<Found, WorkspaceError> {
        match self.check_parents(path) {
            Err(WorkspaceError::Escapes(_)) => return Ok(Found::Other),
            other => other?,
        }
        let full = self.root.join(path.as_str());
        match fs::symlink_metadata(&full) {
            Err(error) if is_missing(&error) => return Ok(Found::Nothing),
            Err(error) => return Err(WorkspaceError::io("look at", &full, error)),
            Ok(meta) if !meta.is_file() || meta.len() > READ_LIMIT => return Ok(Found::Other),
            Ok(_) => {}
        }
        let mut bytes = Vec::new();
        File::open(&full)
            .and_then(|file| file.take(READ_LIMIT).read_to_end(&mut bytes))
            .map_err(|error| WorkspaceError::io("read", &full, error))?;
        Ok(String::from_utf8(bytes).map_or(Found::Other, Found::Text))
    }

    /// Writes a file whole, replacing what was there.
    pub(crate) fn write(&self, path: &RelPath, text: &str) -> Result<(), WorkspaceError> {
        let full = self.root.join(path.as_str());
        self.check_parents(path)?;
        let parent = full.parent().unwrap_or(&self.root);
        self.note(path, &full)?;
        fs::create_dir_all(parent).map_err(|error| WorkspaceError::io("create", parent, error))?;
        let draft = parent.join(format!(".{}.leo-draft", path.name()));
        write_draft(&draft, text)
            .and_then(|()| fs::rename(&draft, &full))
            .map_err(|error| {
                // The draft would end up in the user's app; should this fail too, the first
                // error is the one that matters.
                let _ = fs::remove_file(&draft);
                WorkspaceError::io("write", &full, error)
            })
    }

    /// Removes a file; whether there was one. Anything else than a file stays.
    pub(crate) fn remove(&self, path: &RelPath) -> Result<bool, WorkspaceError> {
        self.check_parents(path)?;
        let full = self.root.join(path.as_str());
        match fs::symlink_metadata(&full) {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Ok(false),
            Err(error) if is_missing(&error) => return Ok(false),
            Err(error) => return Err(WorkspaceError::io("look at", &full, error)),
        }
        self.note(path, &full)?;
        fs::remove_file(&full).map_err(|error| WorkspaceError::io("remove", &full, error))?;
        Ok(true)
    }

    /// The files, sorted, at most [`LIST_LIMIT`] of them. Links are neither followed nor
    /// named, nor is what tools have made (packages, results, caches).
    pub(crate) fn list(&self) -> Result<Vec<String>, WorkspaceError> {
        let mut files = Vec::new();
        self.list_into(&self.root, 0, &mut files)?;
        files.sort();
        Ok(files)
    }

    fn list_into(
        &self,
        folder: &Path,
        depth: usize,
        files: &mut Vec<String>,
    ) -> Result<(), WorkspaceError> {
        let entries =
            fs::read_dir(folder).map_err(|error| WorkspaceError::io("list", folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| WorkspaceError::io("list", folder, error))?;
            let kind = entry
                .file_type()
                .map_err(|error| WorkspaceError::io("look at", &entry.path(), error))?;
            let path = entry.path();
            let below = path.strip_prefix(&self.root).unwrap_or(&path);
            let below = below.to_string_lossy().into_owned();
            if is_made(&below) {
                continue;
            }
            if kind.is_dir() && depth < DEPTH_LIMIT {
                self.list_into(&path, depth + 1, files)?;
            } else if kind.is_file() && files.len() < LIST_LIMIT {
                files.push(below);
            }
        }
        Ok(())
    }

    fn check_parents(&self, path: &RelPath) -> Result<(), WorkspaceError> {
        let mut folder = self.root.clone();
        let parts: Vec<&str> = path.as_str().split('/').collect();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(meta) if meta.is_dir() => {}
                Ok(_) => return Err(WorkspaceError::Escapes(path.as_str().to_owned())),
                Err(error) if is_missing(&error) => return Ok(()),
                Err(error) => return Err(WorkspaceError::io("look at", &folder, error)),
            }
        }
        Ok(())
    }
}

/// The SHA-256 of a text in lower-case hex.
pub(crate) fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn write_draft(draft: &Path, text: &str) -> io::Result<()> {
    // A draft left by a killed attempt may be anything, even a link: it goes first.
    match fs::remove_file(draft) {
        Err(error) if !is_missing(&error) => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = File::create_new(draft)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// A part of the path that is a file also means that there is nothing below it.
fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory
}

#[cfg(test)]
mod tests;
