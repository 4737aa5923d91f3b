//! Programs that are to refuse their start.

use super::{Leo, STAGING};
use crate::program::Program;
use crate::wait::wait_for;

impl Leo {
    /// Starts one more program of Leo, with these settings, that is to refuse; what it says.
    ///
    /// # Panics
    /// When it does not end, or ends well.
    pub async fn fails_to_start(&self, program: &str, settings: &[(&str, String)]) -> String {
        let mut command = self.command(program);
        command
            .env("LEO_BIND", "127.0.0.1:0")
            .env("ORCHESTRATOR_MODE", "process")
            .env("GENERATOR_COMMAND", &self.wishes.generator)
            .env("WORKSPACE_DIR", self.dir.path().join(STAGING))
            .envs(settings.iter().map(|(name, value)| (name, value)));
        let name = format!("failing-{program}");
        let mut program = Program::start(&name, command, self.dir.path());
        wait_for(&format!("end of {name}"), async || {
            (!program.is_running()).then_some(())
        })
        .await;
        program.log()
    }
}
