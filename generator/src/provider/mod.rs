//! Who designs and writes the app.
//!
//! A [`Provider`] answers the agent's questions in order: what the next phase is, what its files
//! say, what has to be installed, whether it works. It emits what only it can know (thoughts, pieces
//! of files, calls of tools) and keeps its own pace; states, checkpoints and the end are the agent's.

mod demo;
mod model;

use leo_protocol::event::Phase;
use serde_json::Value;

use crate::checkpoint::Checkpoint;
use crate::config::{Config, Maker};
use crate::error::Error;
use crate::files::Files;
use crate::input::Task;
use crate::kind::Problem;
use crate::run::Run;
use crate::workspace::{RelPath, Workspace};

use self::demo::Demo;
use self::model::Model;

/// A provider that is ready for a job.
pub(crate) enum Provider {
    /// A canned app, without a model.
    Demo(Demo),
    /// A model.
    Model(Box<Model>),
}

/// What a phase has come to.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// Nothing is left to be done, whatever the design said.
    pub(crate) all_done: bool,
    /// How many features pass, and of how many, where that is counted.
    pub(crate) progress: Option<(u64, u64)>,
}

impl Provider {
    /// Prepares the provider that the configuration names.
    pub(crate) fn open(config: &Config, task: &Task, workspace: &Workspace) -> Result<Self, Error> {
        match &config.maker {
            Maker::Demo { unused } => Demo::open(config, unused, task, workspace).map(Self::Demo),
            Maker::Model(settings) => Model::open(settings, config, task, workspace)
                .map(|model| Self::Model(Box::new(model))),
        }
    }

    /// Says first of all who is at work.
    pub(crate) fn introduce(&self, run: &Run<'_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.introduce(run),
            Self::Model(model) => model.introduce(run),
        }
    }

    /// Designs the run's present phase.
    pub(crate) async fn design(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Phase, Error> {
        match self {
            Self::Demo(demo) => demo.design(run).await,
            Self::Model(model) => model.design(run, workspace).await,
        }
    }

    /// Writes the files of the run's present phase.
    pub(crate) async fn implement(&mut self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        match self {
            Self::Demo(demo) => demo.implement(files).await,
            Self::Model(model) => model.implement(files).await,
        }
    }

    /// Mends what a check has found.
    pub(crate) async fn fix(
        &mut self,
        files: &mut Files<'_, '_>,
        problems: &[Problem],
    ) -> Result<(), Error> {
        match self {
            // Its app is known to work.
            Self::Demo(_) => Ok(()),
            Self::Model(model) => model.fix(files, problems).await,
        }
    }

    /// Installs what the app needs so far.
    pub(crate) async fn install(
        &mut self,
        files: &mut Files<'_, '_>,
    ) -> Result<Vec<Problem>, Error> {
        match self {
            Self::Demo(demo) => demo.install(files.run()).await.map(|()| Vec::new()),
            Self::Model(model) => model.install(files).await,
        }
    }

    /// Builds the app, or checks it where there is nothing to build.
    pub(crate) async fn check(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Vec<Problem>, Error> {
        match self {
            Self::Demo(_) => Ok(Vec::new()),
            Self::Model(model) => model.check(run, workspace).await,
        }
    }

    /// Starts the app and looks whether it answers.
    pub(crate) async fn serve(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Vec<Problem>, Error> {
        match self {
            Self::Demo(demo) => demo.serve(run).await.map(|()| Vec::new()),
            Self::Model(model) => model.serve(run, workspace).await,
        }
    }

    /// What the phase has come to, with the problems that are left.
    pub(crate) async fn judge(
        &mut self,
        files: &mut Files<'_, '_>,
        problems: &[Problem],
    ) -> Result<Judged, Error> {
        match self {
            Self::Demo(_) => Ok(Judged::default()),
            Self::Model(model) => model.judge(files, problems).await,
        }
    }

    /// Says what the user should know about the finished app.
    pub(crate) fn conclude(&self, run: &Run<'_>) -> Result<(), Error> {
        match self {
            Self::Demo(_) => Ok(()),
            Self::Model(model) => model.conclude(run),
        }
    }

    /// Whether files of finished phases that are lost can be written again.
    pub(crate) const fn can_restore(&self) -> bool {
        match self {
            Self::Demo(_) => false,
            Self::Model(_) => true,
        }
    }

    /// Writes lost files of finished phases again.
    pub(crate) async fn restore(
        &mut self,
        files: &mut Files<'_, '_>,
        missing: &[RelPath],
    ) -> Result<(), Error> {
        match self {
            Self::Demo(_) => Ok(()),
            Self::Model(model) => model.restore(files, missing).await,
        }
    }

    /// What it wants to know again in a later attempt.
    pub(crate) fn memory(&self) -> Value {
        match self {
            Self::Demo(_) => Value::Null,
            Self::Model(model) => model.memory(),
        }
    }

    /// Knows again what an earlier attempt has kept.
    pub(crate) fn recall(&mut self, memory: &Value) {
        match self {
            Self::Demo(_) => {}
            Self::Model(model) => model.recall(memory),
        }
    }

    /// How many features the whole app will have; progress is counted against it.
    pub(crate) fn features(&self, done: &Checkpoint) -> u64 {
        match self {
            Self::Demo(demo) => demo.features(),
            Self::Model(_) => done.files(),
        }
    }
}
