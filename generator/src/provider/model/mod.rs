//! The provider with a model: it asks one for designs and files, and checks what comes of them.
//!
//! [`talk`] is one question and its answer; [`design`] and [`implement`] are the ladders that bad answers go
//! down: what can be understood is used, else the model is asked again with what was wrong, then for one
//! file at a time, and only then the job fails, in words that say what to change. [`prompts`] are texts
//! in files of their own.

mod context;
mod design;
mod features;
mod implement;
mod ledger;
mod orders;
mod plan;
mod prompts;
#[cfg(test)]
mod snapshots;
mod stitch;
mod survey;
mod talk;
mod thoughts;
mod tools;
mod writer;

use std::fmt::Write as _;

use leo_model::chat::{Client, Message, Timing};
use leo_model::format::Install;
use leo_protocol::Mode;
use leo_protocol::event::Phase;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::context::Window;
use self::features::Features;
use self::ledger::Ledger;
use self::talk::{Talk, model_error};
use super::Judged;
use crate::config::{Config, ModelSettings};
use crate::error::Error;
use crate::files::Files;
use crate::input::{Task, Turn};
use crate::kind::{Addition, Kind, Problem, Toolchain};
use crate::problems;
use crate::run::Run;
use crate::workspace::{RelPath, Workspace};

/// How many times a model is asked again with what was wrong.
const REPAIRS: u32 = 2;
/// How freely the model chooses: code wants little of that.
const TEMPERATURE: f32 = 0.2;

/// A model at work on a job.
pub(crate) struct Model {
    talk: Talk,
    task: Assignment,
    settings: ModelSettings,
    /// How much the model reads.
    window: Window,
    /// Whether it is offered tools.
    uses_tools: bool,
    surveyed: bool,
    toolchain: Toolchain,
    kind: Option<Kind>,
    phase: Option<Phase>,
    memory: Memory,
    installs: Vec<Install>,
    calls: tools::Calls,
    /// What the last check of the app has found and nobody has mended.
    left: Vec<Problem>,
}

/// What is asked for.
struct Assignment {
    prompt: String,
    mode: Mode,
    limit: u32,
    conversation: Vec<Turn>,
}

/// What a later attempt wants to know.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Memory {
    kind: Option<String>,
    phases: Vec<Finished>,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Features>,
}

/// A phase that is done.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Finished {
    name: String,
    description: String,
}

impl Model {
    /// Prepares the model for a job. Nothing is asked yet.
    pub(crate) fn open(
        settings: &ModelSettings,
        config: &Config,
        task: &Task,
        workspace: &Workspace,
    ) -> Result<Self, Error> {
        let client = Client::new(settings.endpoint.clone(), Timing::default());
        let ledger = Ledger::new(task.budget, settings.prices, task.spent);
        Ok(Self {
            talk: Talk::new(client.map_err(model_error)?, ledger),
            window: Window {
                tokens: settings.context,
            },
            uses_tools: settings.tools.unwrap_or(false),
            surveyed: false,
            toolchain: Toolchain::find(config.path.as_deref())?,
            kind: Kind::of(workspace.root()),
            phase: None,
            memory: Memory::default(),
            installs: Vec::new(),
            calls: tools::Calls::default(),
            left: Vec::new(),
            settings: settings.clone(),
            task: Assignment {
                prompt: task.prompt.clone(),
                mode: task.mode,
                limit: task.max_iterations,
                conversation: task.conversation.clone(),
            },
        })
    }

    /// Says which model is asked, and where.
    pub(crate) fn introduce(&self, run: &Run<'_>) -> Result<(), Error> {
        let endpoint = &self.settings.endpoint;
        let model = endpoint.model.as_deref().unwrap_or("the default model");
        let host = endpoint.base_url.host_str().unwrap_or_default();
        run.info(format!(
            "{model} at {} ({host}), prompts of version {}",
            endpoint.provider.as_str(),
            prompts::VERSION
        ))
    }

    /// Installs what the app needs so far.
    pub(crate) async fn install(
        &mut self,
        files: &mut Files<'_, '_>,
    ) -> Result<Vec<Problem>, Error> {
        let installs = std::mem::take(&mut self.installs);
        let additions: Vec<Addition<'_>> = installs
            .iter()
            .map(|install| Addition {
                packages: &install.packages,
                dev: install.dev,
            })
            .collect();
        let (run, app) = (files.run(), files.workspace().root());
        let toolchain = &self.toolchain;
        let installed = toolchain.install(run, self.kind(), app, &additions).await?;
        for changed in installed.changed {
            files.adopt(&RelPath::new(changed)?)?;
        }
        Ok(installed.problems)
    }

    /// Builds the app, or checks it.
    pub(crate) async fn check(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Vec<Problem>, Error> {
        let app = workspace.root();
        self.toolchain.verify(run, self.kind(), app).await
    }

    /// Starts the app and looks whether it answers.
    pub(crate) async fn serve(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Vec<Problem>, Error> {
        let app = workspace.root();
        self.toolchain.serve(run, self.kind(), app).await
    }

    /// What the phase has come to.
    pub(crate) async fn judge(
        &mut self,
        files: &mut Files<'_, '_>,
        problems: &[Problem],
    ) -> Result<Judged, Error> {
        self.left = problems.to_vec();
        if let Some(phase) = &self.phase {
            self.memory.phases.push(Finished {
                name: phase.name.clone(),
                description: phase.description.clone(),
            });
        }
        if self.task.mode == Mode::Features {
            return self.judge_feature(files, problems).await;
        }
        Ok(Judged::default())
    }

    /// Says what is still wrong with the finished app.
    pub(crate) fn conclude(&self, run: &Run<'_>) -> Result<(), Error> {
        if !self.left.is_empty() {
            run.info(format!(
                "the files are complete, but the last check still finds: {}",
                problems::brief(&self.left)
            ))?;
        }
        match &self.memory.features {
            Some(features) => run.info(features.summary()),
            None => Ok(()),
        }
    }

    /// What a later attempt wants to know.
    pub(crate) fn memory(&self) -> Value {
        // Plain texts always serialise.
        serde_json::to_value(&self.memory).unwrap_or_default()
    }

    /// Knows again what an earlier attempt has kept.
    pub(crate) fn recall(&mut self, memory: &Value) {
        self.memory = Memory::deserialize(memory).unwrap_or_default();
        let kind = self.memory.kind.as_deref();
        self.kind = kind.and_then(plan::kind_named).or(self.kind);
    }

    /// What kind of app it is; a static one where nothing has been decided.
    fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Static)
    }

    /// Decides what kind of app a new one is: what the model has chosen, where this image can build it.
    fn settle_kind(&mut self, chosen: Option<Kind>) {
        if self.kind.is_none() {
            let offered = chosen.filter(|kind| self.toolchain.offers(*kind));
            self.kind = Some(offered.unwrap_or(Kind::Static));
        }
        self.memory.kind = self.kind.map(|kind| kind.as_str().to_owned());
    }

    /// Whether the model still has to choose the kind of app.
    fn chooses_kind(&self) -> bool {
        self.kind.is_none() && self.toolchain.offers(Kind::Node)
    }

    /// What the model is told to be.
    fn system(&self) -> Message {
        let kind = match self.kind {
            Some(Kind::Static) => prompts::KIND_STATIC.to_owned(),
            Some(Kind::Node) => prompts::KIND_NODE.to_owned(),
            None if self.chooses_kind() => {
                format!("{}\n{}", prompts::KIND_STATIC, prompts::KIND_NODE)
            }
            None => prompts::KIND_STATIC.to_owned(),
        };
        Message::System(prompts::render(prompts::SYSTEM, &[("kind", &kind)]))
    }

    /// What was said before, and what the earlier phases of this job were.
    fn history(&self) -> String {
        let mut said = context::history(&self.task.conversation);
        if !self.memory.phases.is_empty() {
            said += "\nPhases that are done:\n";
        }
        for (number, phase) in (1..).zip(&self.memory.phases) {
            // Writing to a String cannot fail.
            let _ = writeln!(said, "{number}. {}: {}", phase.name, phase.description);
        }
        said
    }
}
