//! What an attempt has finished, for the next attempt: in `checkpoint` events, and beside the workspace.
//!
//! The file is there for a crash between two events; [`journal`] undoes what an unfinished phase has done
//! to the files, so that the next attempt begins with those of the finished ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;
use crate::files::Written;
use crate::workspace::{self, RelPath, Workspace, WorkspaceError, sha256};

pub(crate) mod journal;

/// Grows when a field changes its meaning.
const VERSION: u32 = 1;
/// The state's file, in the generator's own folder.
const STATE_FILE: &str = "state.json";
/// A state beyond this many bytes is none.
const STATE_LIMIT: u64 = 8 << 20;

/// The finished part of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checkpoint {
    version: u32,
    /// The last finished phase; 0 before the first.
    pub(crate) phase: u32,
    /// Whether that was the last phase of all.
    pub(crate) is_last: bool,
    /// The files written so far, each with its SHA-256.
    files: BTreeMap<String, String>,
    /// What the provider wants to know again.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) memory: Value,
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self {
            version: VERSION,
            phase: 0,
            is_last: false,
            files: BTreeMap::new(),
            memory: Value::Null,
        }
    }
}

/// What a saved state is worth in this workspace.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// Every file lies there as it was written.
    Whole(Checkpoint),
    /// Some are missing or have changed; the missing ones are named.
    Lacking(Checkpoint, Vec<RelPath>),
    /// It is of another version, or nothing of it is there.
    Nothing,
}

impl Checkpoint {
    /// Reads a saved state and looks for its files.
    pub(crate) fn read(state: &Value, workspace: &Workspace) -> Result<Found, Error> {
        let Ok(saved) = Self::deserialize(state) else {
            return Ok(Found::Nothing);
        };
        if saved.version != VERSION || saved.phase == 0 || saved.files.is_empty() {
            return Ok(Found::Nothing);
        }
        let (mut intact, mut missing) = (0, Vec::new());
        for (path, digest) in &saved.files {
            let Ok(path) = RelPath::new(path) else {
                return Ok(Found::Nothing);
            };
            match workspace.look(&path)? {
                workspace::Found::Nothing => missing.push(path),
                workspace::Found::Text(text) if sha256(&text) == *digest => intact += 1,
                workspace::Found::Text(_) | workspace::Found::Other => {}
            }
        }
        Ok(if intact == saved.files.len() {
            Found::Whole(saved)
        } else if missing.len() == saved.files.len() {
            Found::Nothing
        } else {
            Found::Lacking(saved, missing)
        })
    }

    /// Adds what a phase has written.
    pub(crate) fn add(&mut self, written: Vec<Written>) {
        self.files.extend(
            written
                .into_iter()
                .map(|file| (file.path.as_str().to_owned(), file.sha256)),
        );
    }

    /// Forgets a file that was removed since it was written.
    pub(crate) fn drop_missing(&mut self, workspace: &Workspace) -> Result<(), Error> {
        let mut kept = BTreeMap::new();
        for (path, digest) in std::mem::take(&mut self.files) {
            let there = match RelPath::new(&path) {
                Ok(path) => workspace.look(&path)? != workspace::Found::Nothing,
                Err(_) => false,
            };
            if there {
                kept.insert(path, digest);
            }
        }
        self.files = kept;
        Ok(())
    }

    /// How many files have been written.
    pub(crate) fn files(&self) -> u64 {
        u64::try_from(self.files.len()).unwrap_or(u64::MAX)
    }

    /// How many of the files lie in the workspace as they were written.
    pub(crate) fn intact(&self, workspace: &Workspace) -> Result<u64, Error> {
        let mut count = 0;
        for (path, digest) in &self.files {
            let Ok(path) = RelPath::new(path) else {
                continue;
            };
            let found = workspace.look(&path)?;
            if matches!(found, workspace::Found::Text(text) if sha256(&text) == *digest) {
                count += 1;
            }
        }
        Ok(count)
    }

    /// The state as an event carries it.
    pub(crate) fn state(&self) -> Value {
        // Plain numbers and strings always serialise; an empty object is no state to go on from.
        serde_json::to_value(self).unwrap_or_else(|_| json!({}))
    }
}

/// Keeps the state beside the workspace; what was done to the files until here stays.
pub(crate) fn settle(leo_dir: &Path, done: &Checkpoint) -> Result<(), Error> {
    let failed = |error| WorkspaceError::io("keep", leo_dir, error);
    fs::create_dir_all(leo_dir).map_err(failed)?;
    let (file, draft) = (leo_dir.join(STATE_FILE), leo_dir.join(".state.draft"));
    fs::write(&draft, done.state().to_string()).map_err(failed)?;
    // In this order a crash in between undoes nothing that the state counts on.
    journal::forget(leo_dir)?;
    fs::rename(&draft, &file).map_err(failed)?;
    Ok(())
}

/// The younger of the state that the server knows and the one that was kept here.
pub(crate) fn younger(leo_dir: &Path, told: Value) -> Value {
    let path = leo_dir.join(STATE_FILE);
    let small = fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() && m.len() <= STATE_LIMIT);
    let kept = small.then(|| fs::read(&path).ok()).flatten();
    let kept = kept.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let phase = |state: &Value| state.get("phase").and_then(Value::as_u64).unwrap_or(0);
    match kept {
        Some(kept) if phase(&kept) > phase(&told) => kept,
        Some(_) | None => told,
    }
}

#[cfg(test)]
mod tests;
