//! What an earlier attempt has finished.

use leo_protocol::Mode;

use super::Agent;
use crate::checkpoint::{self, Checkpoint, Found};
use crate::error::Error;
use crate::files::Files;
use crate::input::Task;

impl Agent<'_, '_> {
    /// The state to go on from: what an earlier attempt has saved, where its files are there. What the
    /// unfinished phase has done to them is undone first, and what is lost is written again where the
    /// provider can.
    pub(super) async fn resume(&mut self, task: &Task) -> Result<Checkpoint, Error> {
        let saved = match &task.resume {
            Some(state) if task.mode != Mode::Plan => state,
            Some(_) | None => return self.fresh(),
        };
        checkpoint::journal::undo(self.leo_dir, self.workspace.root())?;
        let saved = checkpoint::younger(self.leo_dir, saved.clone());
        match Checkpoint::read(&saved, self.workspace)? {
            Found::Whole(done) => self.go_on(done),
            Found::Lacking(done, missing) if self.provider.can_restore() => {
                self.provider.recall(&done.memory);
                self.run.info(format!(
                    "{} file(s) of the finished phases are lost and are written again",
                    missing.len()
                ))?;
                let mut files = Files::new(self.run, self.workspace);
                let result = self.provider.restore(&mut files, &missing).await;
                let mut done = done;
                super::work::keep(files, result, &mut done)?;
                self.go_on(done)
            }
            Found::Lacking(..) | Found::Nothing => {
                self.run
                    .info("the saved state does not fit the workspace; starting again")?;
                self.fresh()
            }
        }
    }

    fn go_on(&mut self, done: Checkpoint) -> Result<Checkpoint, Error> {
        self.provider.recall(&done.memory);
        self.run
            .info(format!("going on behind phase {}", done.phase))?;
        checkpoint::settle(self.leo_dir, &done)?;
        Ok(done)
    }

    fn fresh(&self) -> Result<Checkpoint, Error> {
        let done = Checkpoint::default();
        checkpoint::settle(self.leo_dir, &done)?;
        Ok(done)
    }
}
