//! What is done in each step.

use leo_protocol::event::{AgentRole, Phase};
use leo_protocol::{EventKind, Mode};

use super::Agent;
use super::machine::{Facts, Outcome, Step, next};
use crate::checkpoint::{self, Checkpoint};
use crate::emit::Tone;
use crate::error::Error;
use crate::files::Files;
use crate::kind::Problem;
use crate::problems;

/// How many times what is broken is mended in a phase.
const FIX_ROUNDS: u32 = 2;

/// The present phase.
struct Present {
    last: bool,
    fixes_left: u32,
    /// What the last check has found.
    problems: Vec<Problem>,
}

impl Default for Present {
    fn default() -> Self {
        Self {
            last: false,
            fixes_left: FIX_ROUNDS,
            problems: Vec::new(),
        }
    }
}

impl Agent<'_, '_> {
    /// Goes from what is done to the end.
    pub(super) async fn work(&mut self, mut done: Checkpoint) -> Result<Checkpoint, Error> {
        let mut present = Present::default();
        let mut step = if done.is_last {
            Step::Complete
        } else {
            Step::Design
        };
        while step != Step::Complete {
            let outcome = self.take(step, &mut present, &mut done).await?;
            let facts = Facts {
                plan: self.mode == Mode::Plan,
                last: present.last,
                fixes_left: present.fixes_left,
            };
            step = next(step, outcome, facts);
        }
        Ok(done)
    }

    async fn take(
        &mut self,
        step: Step,
        present: &mut Present,
        done: &mut Checkpoint,
    ) -> Result<Outcome, Error> {
        match step {
            Step::Design => {
                *present = Present::default();
                self.run.enter(done.phase + 1);
                present.last = self.design().await?.is_last_phase;
            }
            Step::Implement => self.implement(done).await?,
            Step::Fix => {
                present.fixes_left = present.fixes_left.saturating_sub(1);
                self.fix(&present.problems, done).await?;
            }
            Step::Install => present.problems = self.install(done).await?,
            Step::Start => present.problems = self.start().await?,
            Step::Save => self.save(present, done).await?,
            Step::Complete => {}
        }
        let checks = matches!(step, Step::Install | Step::Start);
        if checks && !present.problems.is_empty() {
            self.tell(present)?;
            return Ok(Outcome::Broken);
        }
        Ok(Outcome::Done)
    }

    async fn design(&mut self) -> Result<Phase, Error> {
        let (run, number) = (self.run, self.run.phase());
        let agent = match self.mode {
            Mode::Autonomous | Mode::Plan | Mode::Features if number == 1 => AgentRole::Initializer,
            Mode::Autonomous | Mode::Plan | Mode::Features | Mode::Edit => AgentRole::Coding,
        };
        run.event(&EventKind::SessionStart {
            iteration: number,
            agent,
        })?;
        self.enter(Step::Design)?;
        run.event(&EventKind::PhaseDesigning {
            phase_number: number,
        })?;
        let phase = self.provider.design(run, self.workspace).await?;
        run.event(&EventKind::PhaseDesigned {
            phase: phase.clone(),
        })?;
        run.say(Tone::Title, &format!("Phase {number}: {}", phase.name))?;
        Ok(phase)
    }

    async fn implement(&mut self, done: &mut Checkpoint) -> Result<(), Error> {
        self.enter(Step::Implement)?;
        let mut files = Files::new(self.run, self.workspace);
        let result = self.provider.implement(&mut files).await;
        keep(files, result, done)
    }

    async fn fix(&mut self, problems: &[Problem], done: &mut Checkpoint) -> Result<(), Error> {
        self.enter(Step::Fix)?;
        let mut files = Files::new(self.run, self.workspace);
        let result = self.provider.fix(&mut files, problems).await;
        keep(files, result, done)
    }

    async fn install(&mut self, done: &mut Checkpoint) -> Result<Vec<Problem>, Error> {
        self.enter(Step::Install)?;
        let mut files = Files::new(self.run, self.workspace);
        let installed = self.provider.install(&mut files).await;
        done.add(files.into_written());
        let problems = installed?;
        if problems.is_empty() {
            self.run.event(&EventKind::DepsInstalled {})?;
            return self.provider.check(self.run, self.workspace).await;
        }
        Ok(problems)
    }

    async fn start(&mut self) -> Result<Vec<Problem>, Error> {
        self.enter(Step::Start)?;
        self.provider.serve(self.run, self.workspace).await
    }

    async fn save(&mut self, present: &mut Present, done: &mut Checkpoint) -> Result<(), Error> {
        let run = self.run;
        let mut files = Files::new(run, self.workspace);
        let judged = self.provider.judge(&mut files, &present.problems).await;
        done.add(files.into_written());
        let judged = judged?;
        present.last |= judged.all_done;
        done.drop_missing(self.workspace)?;
        done.phase = run.phase();
        done.is_last = present.last;
        done.memory = self.provider.memory();
        if self.mode == Mode::Plan {
            return Ok(());
        }
        let (passing, total) = match judged.progress {
            Some(progress) => progress,
            None => (done.intact(self.workspace)?, self.provider.features(done)),
        };
        run.event(&EventKind::Progress { passing, total })?;
        checkpoint::settle(self.leo_dir, done)?;
        run.event(&EventKind::Checkpoint {
            phase: done.phase,
            state: done.state(),
        })
    }

    fn enter(&self, step: Step) -> Result<(), Error> {
        match step.state() {
            Some(state) => self.run.state(state),
            None => Ok(()),
        }
    }

    fn tell(&self, present: &Present) -> Result<(), Error> {
        let count = present.problems.len();
        let what = if present.fixes_left > 0 {
            "they go back to the model"
        } else {
            "they stay for now"
        };
        self.run.info(format!(
            "the check has found {count} problem(s); {what}: {}",
            problems::brief(&present.problems)
        ))
    }
}

/// Adds what was written to what is done, whatever came of the work; a file that it has left open is
/// kept as it is.
pub(super) fn keep<T>(
    mut files: Files<'_, '_>,
    result: Result<T, Error>,
    done: &mut Checkpoint,
) -> Result<T, Error> {
    match result {
        Err(error) => {
            // The first error is the one that matters.
            let _ = files.keep_partial();
            Err(error)
        }
        Ok(result) => {
            done.add(files.finish()?);
            Ok(result)
        }
    }
}
