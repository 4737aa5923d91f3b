//! The agent: phase by phase from a prompt to an app.
//!
//! [`machine`] is the order of the steps, [`work`] does them, [`resume`] finds what an earlier attempt has
//! finished. What a phase holds is the provider's business. After each phase its state is saved, in an
//! event and beside the workspace; an attempt that finds one goes on behind it with its files.

mod machine;
mod resume;
#[cfg(test)]
mod tests;
mod work;

use leo_protocol::{AgentState, EventKind, Mode};

use crate::checkpoint::Checkpoint;
use crate::checkpoint::journal::Journal;
use crate::config::Config;
use crate::emit::{Emitter, Tone};
use crate::error::Error;
use crate::input::Task;
use crate::provider::Provider;
use crate::run::Run;
use crate::stop::Stop;
use crate::workspace::Workspace;

/// Does the job that `config` describes.
pub(crate) async fn generate<'a>(
    config: &Config,
    emitter: Emitter<'a>,
    stop: &'a Stop,
) -> Result<(), Error> {
    let task = Task::load(config)?;
    let workspace = Workspace::open(&config.workspace)?;
    let workspace = workspace.noted(Journal::of(&config.leo_dir));
    let run = Run::new(emitter, stop);
    let provider = Provider::open(config, &task, &workspace)?;
    provider.introduce(&run)?;
    let mut agent = Agent {
        mode: task.mode,
        run: &run,
        workspace: &workspace,
        provider,
        leo_dir: &config.leo_dir,
    };
    run.state(AgentState::Idle)?;
    let done = agent.resume(&task).await?;
    let done = agent.work(done).await?;
    agent.complete(&done)
}

struct Agent<'g, 'a> {
    mode: Mode,
    run: &'g Run<'a>,
    workspace: &'g Workspace,
    provider: Provider,
    leo_dir: &'g std::path::Path,
}

impl Agent<'_, '_> {
    fn complete(&self, done: &Checkpoint) -> Result<(), Error> {
        let files = self.workspace.list()?;
        let what = match self.mode {
            Mode::Plan => "The plan is complete; no file was written",
            Mode::Autonomous | Mode::Edit | Mode::Features => "The app is complete",
        };
        if self.mode != Mode::Plan {
            self.provider.conclude(self.run)?;
        }
        self.run.say(Tone::Good, what)?;
        self.run.state(AgentState::Complete)?;
        self.run.event(&EventKind::GenerationComplete {
            files,
            phases: done.phase,
        })
    }
}
