//! The agent: phase by phase from a prompt to an app.
//!
//! Each phase is designed, implemented, and saved as a checkpoint; the last one is followed by
//! `complete`. What a phase holds is the provider's business. An attempt that finds a checkpoint
//! of an earlier one goes on behind it, but only when the files that it names are really there.

use leo_protocol::event::{AgentRole, Phase};
use leo_protocol::{AgentState, EventKind, Mode};

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::emit::{Emitter, Tone};
use crate::error::Error;
use crate::files::Files;
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
    let provider = Provider::open(config, &task, &workspace)?;
    let run = Run::new(emitter, stop);
    provider.introduce(&run)?;
    let agent = Agent {
        mode: task.mode,
        workspace,
        provider,
    };
    let done = agent.resume(&task, &run)?;
    agent.work(done, &run).await
}

struct Agent {
    mode: Mode,
    workspace: Workspace,
    provider: Provider,
}

impl Agent {
    /// What an earlier attempt has done, where that can be relied on.
    fn resume(&self, task: &Task, run: &Run<'_>) -> Result<Checkpoint, Error> {
        run.state(AgentState::Idle)?;
        let saved = match &task.resume {
            Some(state) if task.mode != Mode::Plan => state,
            Some(_) | None => return Ok(Checkpoint::default()),
        };
        match Checkpoint::read(saved, &self.workspace)? {
            Some(done) => {
                run.info(format!("going on behind phase {}", done.phase))?;
                Ok(done)
            }
            None => {
                run.info("the saved state does not fit the workspace; starting again")?;
                Ok(Checkpoint::default())
            }
        }
    }

    async fn work(&self, mut done: Checkpoint, run: &Run<'_>) -> Result<(), Error> {
        while !done.is_last {
            let number = done.phase + 1;
            run.enter(number);
            let phase = self.design(run).await?;
            if self.mode != Mode::Plan {
                self.implement(run, &mut done).await?;
                self.install(run).await?;
            }
            done.phase = number;
            done.is_last = phase.is_last_phase;
            if self.mode != Mode::Plan {
                self.save(&done, run)?;
            }
        }
        self.complete(&done, run)
    }

    async fn design(&self, run: &Run<'_>) -> Result<Phase, Error> {
        let number = run.phase();
        let agent = match self.mode {
            Mode::Autonomous | Mode::Plan | Mode::Features if number == 1 => AgentRole::Initializer,
            Mode::Autonomous | Mode::Plan | Mode::Edit | Mode::Features => AgentRole::Coding,
        };
        run.event(&EventKind::SessionStart {
            iteration: number,
            agent,
        })?;
        run.state(AgentState::DesigningPhase)?;
        run.event(&EventKind::PhaseDesigning {
            phase_number: number,
        })?;
        let phase = self.provider.design(run).await?;
        run.event(&EventKind::PhaseDesigned {
            phase: phase.clone(),
        })?;
        run.say(Tone::Title, &format!("Phase {number}: {}", phase.name))?;
        Ok(phase)
    }

    async fn implement(&self, run: &Run<'_>, done: &mut Checkpoint) -> Result<(), Error> {
        run.state(AgentState::ImplementingPhase)?;
        let mut files = Files::new(run, &self.workspace);
        self.provider.implement(&mut files).await?;
        done.add(files.finish()?);
        Ok(())
    }

    async fn install(&self, run: &Run<'_>) -> Result<(), Error> {
        run.state(AgentState::InstallingDeps)?;
        self.provider.install(run).await?;
        run.event(&EventKind::DepsInstalled {})?;
        run.state(AgentState::StartingServer)?;
        self.provider.serve(run).await
    }

    fn save(&self, done: &Checkpoint, run: &Run<'_>) -> Result<(), Error> {
        run.event(&EventKind::Progress {
            passing: done.intact(&self.workspace)?,
            total: self.provider.features(),
        })?;
        run.event(&EventKind::Checkpoint {
            phase: done.phase,
            state: done.state(),
        })
    }

    fn complete(&self, done: &Checkpoint, run: &Run<'_>) -> Result<(), Error> {
        let files = self.workspace.list()?;
        let what = match self.mode {
            Mode::Plan => "The plan is complete; no file was written",
            Mode::Autonomous | Mode::Edit | Mode::Features => "The app is complete",
        };
        run.say(Tone::Good, what)?;
        run.state(AgentState::Complete)?;
        run.event(&EventKind::GenerationComplete {
            files,
            phases: done.phase,
        })
    }
}

#[cfg(test)]
mod tests;
