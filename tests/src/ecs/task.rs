//! A task of the double, and what it comes to.

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::{CONTAINER, Shared, generator};
use crate::program::Program;

/// What becomes of a task.
#[derive(Debug, Clone)]
pub enum Fate {
    /// Its container runs, and ends when it does.
    Runs,
    /// It stays at this status.
    Stays(&'static str),
    /// It has stopped before anybody looks.
    Stopped {
        /// Why, as a code.
        code: &'static str,
        /// The same in words.
        reason: &'static str,
        /// What its container has to say: its exit code, and why it ended.
        container: Option<(Option<i32>, &'static str)>,
    },
}

#[derive(Debug)]
pub(super) struct Task {
    arn: String,
    wanted: Value,
    fate: Fate,
    program: Option<Program>,
    exit_code: Option<i32>,
    /// Who or what has stopped it: a code and words.
    stopped: Option<(String, String)>,
    forgotten: bool,
}

impl Task {
    pub(super) fn start(number: usize, wanted: Value, fate: Fate, shared: &Shared) -> Self {
        let program = matches!(fate, Fate::Runs).then(|| {
            let told = generator::told(&wanted);
            generator::run(&shared.generator, number, told, shared.folder.path())
        });
        Self {
            arn: format!("arn:aws:ecs:eu-central-1:000000000000:task/leo/{number}"),
            wanted,
            fate,
            program,
            exit_code: None,
            stopped: None,
            forgotten: false,
        }
    }

    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    /// Asks it to end; who was first has stopped it.
    pub(super) fn stop(&mut self, code: &str, reason: &str) {
        if let Some(program) = &self.program {
            program.signal(Signal::SIGTERM);
        }
        let who = (code.to_owned(), reason.to_owned());
        self.stopped.get_or_insert(who);
    }

    pub(super) fn was_stopped(&self) -> bool {
        let stopped = self.stopped.as_ref();
        stopped.is_some_and(|(code, _)| code == "UserInitiated")
    }

    pub(super) fn forget(&mut self) {
        self.forgotten = true;
    }

    pub(super) const fn is_known(&self) -> bool {
        !self.forgotten
    }

    pub(super) fn started_by(&self) -> Option<&str> {
        self.wanted["startedBy"].as_str()
    }

    /// Looks how it stands.
    pub(super) fn look(&mut self) {
        if let Some(program) = &mut self.program {
            self.exit_code = program.exit_code();
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        match self.fate {
            Fate::Runs => self.exit_code.is_some(),
            Fate::Stays(_) => self.stopped.is_some(),
            Fate::Stopped { .. } => true,
        }
    }

    pub(super) fn described(&self) -> Value {
        let status = match (&self.fate, self.has_ended()) {
            (_, true) => "STOPPED",
            (Fate::Stays(status), false) => status,
            (Fate::Runs | Fate::Stopped { .. }, false) => "RUNNING",
        };
        let mut container = json!({"name": CONTAINER, "lastStatus": status});
        let mut task = json!({
            "taskArn": self.arn, "lastStatus": status, "tags": self.wanted["tags"],
            "startedBy": self.wanted["startedBy"],
        });
        let ended = "EssentialContainerExited".to_owned();
        let words = "Essential container in task exited".to_owned();
        let mut why = self.stopped.clone();
        if self.has_ended() {
            why.get_or_insert((ended, words));
        }
        if let Some(code) = self.exit_code {
            container["exitCode"] = json!(code);
        }
        if let Fate::Stopped { code, reason, .. } = &self.fate {
            why = Some(((*code).to_owned(), (*reason).to_owned()));
        }
        if let Some((code, reason)) = why {
            task["stopCode"] = json!(code);
            task["stoppedReason"] = json!(reason);
        }
        task["containers"] = match &self.fate {
            Fate::Stopped {
                container: None, ..
            } => json!([]),
            Fate::Stopped {
                container: Some((code, reason)),
                ..
            } => {
                json!([{"name": CONTAINER, "lastStatus": status, "exitCode": code, "reason": reason}])
            }
            Fate::Runs | Fate::Stays(_) => json!([container]),
        };
        task
    }
}
