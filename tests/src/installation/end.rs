//! The end of an installation, which proves that it cleans up behind itself.

use std::panic::resume_unwind;
use std::thread::panicking;

use super::Leo;
use crate::runtime::{run_apart, try_apart};
use crate::{procfs, secrets};

/// What a Rust program says when it should not have.
const PANICKED: &str = "panicked at";

/// How a line of the log begins its level where something is wrong with Leo itself.
const ERROR: &str = r#""level":"ERROR""#;

impl Leo {
    /// What its processes have said, for a test that has failed.
    fn logs(&self) -> String {
        let apis = self.apis.iter().map(|(api, _)| api);
        let programs = apis.chain(&self.workers);
        programs
            .map(|program| format!("=== {}\n{}\n", program.name(), program.log()))
            .collect()
    }

    /// What must hold at the end of a test that has gone well so far: the workers have removed all
    /// that they had started, and nobody has panicked or met a defect.
    async fn assert_good_end(&mut self) {
        if self.workers.iter_mut().any(|worker| worker.is_running()) {
            self.cleared().await;
        }
        let logs = self.logs();
        assert!(!logs.contains(PANICKED), "a process of Leo has panicked");
        let told = secrets::found_in(&logs);
        assert!(told.is_empty(), "secrets are in the log: {told:?}");
        let complains = self.wishes.complains;
        assert!(
            logs.contains(ERROR) == complains,
            "errors in the log: {}, and expected: {complains}",
            !complains
        );
    }

    /// Removes what is left all the same.
    async fn clear(&mut self) {
        for worker in &mut self.workers {
            if worker.is_running() {
                worker.kill();
            }
        }
        procfs::kill_below(self.dir.path());
        if let Some(engine) = &self.servers.engine {
            engine.clear(self.database.instance()).await;
        }
    }
}

impl Drop for Leo {
    #[expect(
        clippy::print_stderr,
        reason = "the test harness shows it where a test has failed"
    )]
    fn drop(&mut self) {
        let good = if panicking() {
            Ok(())
        } else {
            try_apart(async || self.assert_good_end().await)
        };
        if panicking() || good.is_err() {
            eprintln!("{}", self.logs());
        }
        run_apart(async || self.clear().await);
        if let Err(panic) = good {
            resume_unwind(panic);
        }
    }
}
