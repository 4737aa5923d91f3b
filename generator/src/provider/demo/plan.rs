//! What a job will write, decided before its first phase from the prompt and the workspace.
//!
//! A workspace without an app gets a new one; an app of ours is extended. Files that are not ours
//! are never touched: where they take the place of ours, the app goes into a folder of its own.

use super::words::Words;
use super::{build, extend, page};
use crate::error::Error;
use crate::input::Task;
use crate::workspace::{Found, RelPath, Workspace, WorkspaceError};

/// Where the app may go: the workspace itself, else a folder that a user hardly has.
const FOLDERS: [&str; 2] = ["", "leo-demo/"];

/// What a job will write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What the prompt is about.
    pub(crate) title: String,
    /// The app's place below the workspace: empty, or with a slash at its end.
    pub(crate) folder: &'static str,
    /// Whether an app is there already.
    pub(crate) extends: bool,
    /// The phases, at least one.
    pub(crate) phases: Vec<PlannedPhase>,
}

/// What a phase will write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedPhase {
    /// A short name.
    pub(crate) name: String,
    /// What it does.
    pub(crate) description: String,
    /// What can be told while it is designed.
    pub(crate) thoughts: Vec<String>,
    /// Its files.
    pub(crate) files: Vec<Draft>,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// Where.
    pub(crate) path: RelPath,
    /// What it is for.
    pub(crate) purpose: &'static str,
    /// What it says.
    pub(crate) text: String,
}

/// What the planning of one job rests on.
pub(crate) struct Site<'a> {
    /// The job.
    pub(crate) task: &'a Task,
    /// What its prompt is about.
    pub(crate) words: Words,
    /// The app's place.
    folder: &'static str,
    workspace: &'a Workspace,
}

impl Plan {
    /// Plans the job.
    pub(crate) fn make(task: &Task, workspace: &Workspace) -> Result<Self, Error> {
        let words = Words::of(&task.prompt);
        let mut site = Site {
            task,
            words,
            folder: "",
            workspace,
        };
        for folder in FOLDERS {
            site.folder = folder;
            if let Some((extends, phases)) = site.phases()? {
                return Ok(Self {
                    title: site.words.title,
                    folder,
                    extends,
                    phases: bounded(phases, task.max_iterations),
                });
            }
        }
        Err(Error::Refused(
            "files of the workspace's own leave no place for the demo's app".into(),
        ))
    }
}

impl Site<'_> {
    /// A file of the app.
    pub(crate) fn draft(
        &self,
        name: &str,
        purpose: &'static str,
        text: String,
    ) -> Result<Draft, Error> {
        let path = self.path(name)?;
        Ok(Draft {
            path,
            purpose,
            text,
        })
    }

    /// What lies at the place of a file of the app.
    pub(crate) fn look(&self, name: &str) -> Result<Found, Error> {
        Ok(self.workspace.look(&self.path(name)?)?)
    }

    fn path(&self, name: &str) -> Result<RelPath, Error> {
        let path = RelPath::new(&format!("{}{name}", self.folder));
        Ok(path.map_err(WorkspaceError::from)?)
    }

    /// The phases at this place, and whether they extend an app; `None` where it is taken.
    fn phases(&self) -> Result<Option<(bool, Vec<PlannedPhase>)>, Error> {
        match self.look(page::NAME)? {
            // An earlier attempt of this job has begun it.
            Found::Text(text) if page::job_of(&text) == Some(self.task.job) => {}
            Found::Text(text) => {
                let phases = extend::phases(self, &text)?;
                return Ok(phases.map(|phases| (true, phases)));
            }
            Found::Other => return Ok(None),
            Found::Nothing => {}
        }
        for name in build::NAMES {
            match self.look(name)? {
                Found::Nothing => {}
                Found::Text(text) if page::job_of(&text).is_some() => {}
                Found::Text(_) | Found::Other => return Ok(None),
            }
        }
        Ok(Some((false, build::phases(self)?)))
    }
}

/// At most `limit` phases; the last takes over what does not fit, so that the app is whole
/// whatever the limit.
fn bounded(phases: Vec<PlannedPhase>, limit: u32) -> Vec<PlannedPhase> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut phases = phases.into_iter();
    let mut kept: Vec<PlannedPhase> = phases.by_ref().take(limit).collect();
    if let Some(last) = kept.last_mut() {
        phases.for_each(|phase| last.take_over(phase));
    }
    kept
}

impl PlannedPhase {
    fn take_over(&mut self, mut other: Self) {
        self.name = format!("{} + {}", self.name, other.name);
        self.description = format!("{} {}", self.description, other.description);
        self.thoughts.append(&mut other.thoughts);
        self.files.append(&mut other.files);
    }
}
