//! The demo provider: a real, working app without any model.
//!
//! The app is canned: always the same board, with the words of the prompt in it. It is made for
//! seeing the whole way of a job without a key, a network or a bill, and it says so in its first
//! line and in the app. Everything it writes follows from the job and the workspace alone, so the
//! same input gives the same bytes.

mod build;
mod escape;
mod extend;
mod pace;
mod page;
mod plan;
mod template;
mod words;

use leo_protocol::EventKind;
use leo_protocol::Mode;
use leo_protocol::event::{Phase, PlannedFile};

use self::pace::{Pace, pieces};
use self::plan::{Plan, PlannedPhase};
use crate::config::Config;
use crate::emit::Tone;
use crate::error::Error;
use crate::files::Files;
use crate::input::Task;
use crate::run::Run;
use crate::workspace::Workspace;

/// The first line of every run.
const INTRODUCTION: &str = "this is the demo provider: no model is used, \
    the app is canned and only takes the words of the prompt";

/// The demo provider with its plan for one job.
pub(crate) struct Demo {
    plan: Plan,
    pace: Pace,
    notes: Vec<String>,
}

impl Demo {
    /// Plans the job.
    pub(crate) fn open(
        config: &Config,
        unused: &[&str],
        task: &Task,
        workspace: &Workspace,
    ) -> Result<Self, Error> {
        let plan = Plan::make(task, workspace)?;
        let mut notes: Vec<String> = unused
            .iter()
            .map(|name| format!("{name} is set, but the demo provider uses no model"))
            .collect();
        if task.mode == Mode::Edit && !plan.extends {
            notes.push("there is no app of the demo provider to edit; making a new one".into());
        }
        if !plan.folder.is_empty() {
            notes.push(format!(
                "the workspace holds files of its own, which are left alone; the app goes into {}",
                plan.folder
            ));
        }
        Ok(Self {
            plan,
            pace: Pace::new(config.speed),
            notes,
        })
    }

    /// Says that no model is at work, then what the user should know.
    pub(crate) fn introduce(&self, run: &Run<'_>) -> Result<(), Error> {
        run.info(INTRODUCTION)?;
        for note in &self.notes {
            run.info(note.clone())?;
            run.say(Tone::Note, note)?;
        }
        run.say(Tone::Title, &format!("Leo demo: {}", self.plan.title))
    }

    /// Tells the thoughts behind the present phase and its design.
    pub(crate) async fn design(&self, run: &Run<'_>) -> Result<Phase, Error> {
        let number = run.phase();
        let phase = self.phase(number)?;
        for text in &phase.thoughts {
            run.wait(self.pace.thought()).await?;
            run.event(&EventKind::Thought {
                text: text.clone(),
                phase: Some(number),
                iteration: Some(number),
            })?;
        }
        run.wait(self.pace.thought()).await?;
        Ok(Phase {
            name: phase.name.clone(),
            description: phase.description.clone(),
            files: phase.files.iter().map(planned).collect(),
            is_last_phase: self.index(number) + 1 == self.plan.phases.len(),
        })
    }

    /// Writes the present phase's files piece by piece.
    pub(crate) async fn implement(&self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        let run = files.run();
        let phase = self.phase(run.phase())?;
        for draft in &phase.files {
            files.start(&draft.path)?;
            let line = format!("writing {}: {}", draft.path.as_str(), draft.purpose);
            run.say(Tone::Step, &line)?;
            for piece in pieces(&draft.text) {
                run.wait(self.pace.piece()).await?;
                files.chunk(piece)?;
            }
            files.end()?;
        }
        Ok(())
    }

    /// A static app has nothing to install.
    pub(crate) async fn install(&self, run: &Run<'_>) -> Result<(), Error> {
        run.wait(self.pace.step()).await?;
        run.info("no dependencies: nothing has to be installed")
    }

    /// A static app has nothing to start.
    pub(crate) async fn serve(&self, run: &Run<'_>) -> Result<(), Error> {
        run.wait(self.pace.step()).await?;
        run.info(format!(
            "a static app needs no server: open {}index.html",
            self.plan.folder
        ))
    }

    /// The files that the plan writes; each is a feature that can be checked.
    pub(crate) fn features(&self) -> u64 {
        let files: usize = self.plan.phases.iter().map(|phase| phase.files.len()).sum();
        u64::try_from(files).unwrap_or(u64::MAX)
    }

    fn index(&self, number: u32) -> usize {
        usize::try_from(number).map_or(usize::MAX, |number| number.saturating_sub(1))
    }

    fn phase(&self, number: u32) -> Result<&PlannedPhase, Error> {
        // Only a saved state that does not belong to this job can ask for more phases than there
        // are: MAX_ITERATIONS, which shapes the plan, is the same for every attempt.
        self.plan.phases.get(self.index(number)).ok_or_else(|| {
            Error::Refused(format!(
                "the saved state has no phase {number} to go on with"
            ))
        })
    }
}

fn planned(draft: &plan::Draft) -> PlannedFile {
    PlannedFile {
        path: draft.path.as_str().to_owned(),
        purpose: draft.purpose.to_owned(),
    }
}
