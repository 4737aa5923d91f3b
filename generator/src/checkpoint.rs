//! What an attempt has finished, kept in `checkpoint` events for the next attempt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;
use crate::files::Written;
use crate::workspace::{Found, RelPath, Workspace, sha256};

/// Grows when a field changes its meaning.
const VERSION: u32 = 1;

/// The finished part of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checkpoint {
    version: u32,
    /// The last finished phase; 0 before the first.
    pub(crate) phase: u32,
    /// Whether that was the last phase of all.
    pub(crate) is_last: bool,
    /// The files written so far, each with its SHA-256.
    files: BTreeMap<String, String>,
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self {
            version: VERSION,
            phase: 0,
            is_last: false,
            files: BTreeMap::new(),
        }
    }
}

impl Checkpoint {
    /// Reads a saved state. `None` where it is not of this version, or where the workspace was
    /// not carried over and lacks what the state says is there.
    pub(crate) fn read(state: &Value, workspace: &Workspace) -> Result<Option<Self>, Error> {
        let Ok(saved) = Self::deserialize(state) else {
            return Ok(None);
        };
        let expected = u64::try_from(saved.files.len()).unwrap_or(u64::MAX);
        let fits = saved.version == VERSION
            && expected > 0
            && saved.phase > 0
            && saved.intact(workspace)? == expected;
        Ok(fits.then_some(saved))
    }

    /// Adds what a phase has written.
    pub(crate) fn add(&mut self, written: Vec<Written>) {
        self.files.extend(
            written
                .into_iter()
                .map(|file| (file.path.as_str().to_owned(), file.sha256)),
        );
    }

    /// How many of the files lie in the workspace as they were written.
    pub(crate) fn intact(&self, workspace: &Workspace) -> Result<u64, Error> {
        let mut count = 0;
        for (path, digest) in &self.files {
            let Ok(path) = RelPath::new(path) else {
                continue;
            };
            if matches!(workspace.look(&path)?, Found::Text(text) if sha256(&text) == *digest) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(workspace: &Workspace) -> Checkpoint {
        let path = RelPath::new("a.txt").unwrap();
        workspace.write(&path, "text").unwrap();
        let mut done = Checkpoint {
            phase: 2,
            ..Checkpoint::default()
        };
        done.add(vec![Written {
            path,
            sha256: sha256("text"),
        }]);
        done
    }

    #[test]
    fn a_state_reads_back_while_its_files_are_there() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let done = saved(&workspace);
        let read = Checkpoint::read(&done.state(), &workspace).unwrap();
        assert_eq!(read, Some(done.clone()));

        let path = RelPath::new("a.txt").unwrap();
        workspace.write(&path, "another text").unwrap();
        assert_eq!(Checkpoint::read(&done.state(), &workspace).unwrap(), None);
    }

    #[test]
    fn what_is_no_state_is_not_relied_on() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let mut newer = saved(&workspace).state();
        newer["version"] = json!(9);
        for state in [json!(null), json!({}), json!({"phase": 1}), newer] {
            assert_eq!(Checkpoint::read(&state, &workspace).unwrap(), None);
        }
    }
}
