//! `stack.json`: what a stack has started, for the next start to end if this one is killed.
//!
//! It is written before anything can be lost (right after each start of a process) and replaced as
//! a whole, so that a reader never finds half of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::procfs::{Process, boot_id};

/// The name of the file in the data folder.
const FILE: &str = "stack.json";

/// What may have to be ended by somebody else.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct State {
    /// Of which boot the rest tells.
    pub(crate) boot: String,
    /// A folder for sockets outside the data folder.
    pub(crate) run_dir: Option<PathBuf>,
    /// The child processes by name.
    pub(crate) processes: BTreeMap<String, Process>,
}

/// The record of one data folder.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    state: Mutex<State>,
}

impl Record {
    /// Reads what the last stack has left. A file that cannot be understood is an error: guessing
    /// could leave something running.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        let state = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| {
                format!(
                    "failed to understand {}; remove it once nothing of that stack runs",
                    path.display()
                )
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::default(),
            Err(error) => {
                return Err(error).with_context(|| format!("failed to read {}", path.display()));
            }
        };
        Ok(Self {
            path,
            state: Mutex::new(state),
        })
    }

    /// What is recorded.
    pub(crate) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Starts a new record, of this boot.
    pub(crate) fn begin(&self, run_dir: Option<&Path>) -> anyhow::Result<()> {
        self.change(|state| {
            *state = State {
                boot: boot_id(),
                run_dir: run_dir.map(Path::to_path_buf),
                ..State::default()
            };
        })
    }

    /// Notes a process that was just started.
    pub(crate) fn started(&self, name: &str, pid: i32) -> anyhow::Result<()> {
        self.change(|state| {
            // One that has ended already needs no end; its exit status tells why.
            if let Some(process) = Process::running(pid) {
                state.processes.insert(name.to_owned(), process);
            }
        })
    }

    /// Removes the file, unless something that it tells of still runs.
    pub(crate) fn clear_if_over(&self) -> std::io::Result<()> {
        if self
            .lock()
            .processes
            .values()
            .any(|process| process.is_alive())
        {
            return Ok(());
        }
        fs::remove_file(&self.path)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) -> anyhow::Result<()> {
        let mut state = self.lock();
        change(&mut state);
        self.save(&state)
            .with_context(|| format!("failed to write {}", self.path.display()))
    }

    fn save(&self, state: &State) -> anyhow::Result<()> {
        let folder = self.path.parent().context("the record lies in no folder")?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(state)?)?;
        file.persist(&self.path)?;
        Ok(())
    }
}
