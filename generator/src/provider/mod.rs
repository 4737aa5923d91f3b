//! Who designs and writes the app.
//!
//! A [`Provider`] answers the agent's questions in order: what the next phase is, what its files
//! say, what has to be installed and served. It emits what only it can know (thoughts, pieces of
//! files) and keeps its own pace; states, checkpoints and the end are the agent's.

mod demo;

use leo_protocol::event::Phase;

use crate::config::Config;
use crate::error::Error;
use crate::files::Files;
use crate::input::Task;
use crate::run::Run;
use crate::workspace::Workspace;

use self::demo::Demo;

/// The providers that this generator has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A canned app, without a model.
    Demo,
}

impl Kind {
    /// The provider of that name in `LLM_PROVIDER`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "demo" => Some(Self::Demo),
            _ => None,
        }
    }
}

/// A provider that is ready for a job.
pub(crate) enum Provider {
    /// A canned app, without a model.
    Demo(Demo),
}

impl Provider {
    /// Prepares the provider that the configuration names.
    pub(crate) fn open(config: &Config, task: &Task, workspace: &Workspace) -> Result<Self, Error> {
        match config.provider {
            Kind::Demo => Demo::open(config, task, workspace).map(Self::Demo),
        }
    }

    /// Says first of all who is at work.
    pub(crate) fn introduce(&self, run: &Run<'_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.introduce(run),
        }
    }

    /// Designs the run's present phase.
    pub(crate) async fn design(&self, run: &Run<'_>) -> Result<Phase, Error> {
        match self {
            Self::Demo(demo) => demo.design(run).await,
        }
    }

    /// Writes the files of the run's present phase.
    pub(crate) async fn implement(&self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.implement(files).await,
        }
    }

    /// Installs what the app needs so far.
    pub(crate) async fn install(&self, run: &Run<'_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.install(run).await,
        }
    }

    /// Starts the app, where it is one that runs.
    pub(crate) async fn serve(&self, run: &Run<'_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.serve(run).await,
        }
    }

    /// How many features the whole app will have; progress is counted against it.
    pub(crate) fn features(&self) -> u64 {
        match self {
            Self::Demo(demo) => demo.features(),
        }
    }
}
