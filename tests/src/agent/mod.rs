//! `leo-generator` alone, run as a container runs it: a folder, an environment, lines on its output.
//!
//! [`Agent`] is a workspace that generators are run in, one after the other; [`Story`] is what a model
//! says to them.

mod story;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use leo_protocol::EventKind;
use leo_protocol::runner::parse_line;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

pub use self::story::{Chapter, Story, marker};
use crate::{ModelServer, config};

/// The job of every run.
const JOB: &str = "01890000-0000-7000-8000-000000000001";
/// Its session.
const SESSION: &str = "01890000-0000-7000-8000-0000000000aa";
/// More than any line takes, unless the program hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a workspace.
pub struct Agent {
    root: TempDir,
    env: Vec<(String, String)>,
    job: Value,
}

/// A generator at work.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    events: Vec<EventKind>,
    said: Vec<String>,
}

/// A generator that has ended.
pub struct Ended {
    /// Its exit code.
    pub code: i32,
    /// What it has told.
    pub events: Vec<EventKind>,
    /// All its lines.
    pub lines: Vec<String>,
}

impl Agent {
    /// An empty workspace, and the model at that server.
    #[must_use]
    pub fn new(server: &ModelServer) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join("app")).expect("the app's folder");
        std::fs::create_dir(root.path().join(".leo")).expect("the generator's folder");
        let job = json!({
            "version": 1, "jobId": JOB, "sessionId": SESSION, "attempt": 1,
            "prompt": "a bakery board", "mode": "autonomous", "maxIterations": 10, "conversation": [],
        });
        let agent = Self {
            root,
            env: Vec::new(),
            job,
        };
        agent
            .with("LLM_PROVIDER", "openai")
            .with("LLM_BASE_URL", &server.url())
            .with("LLM_MODEL", crate::model_server::MODEL)
            .with("LLM_API_KEY", "sk-agent-of-the-tests")
    }

    /// The same with a setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a setting.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.env.retain(|(known, _)| known != name);
        self
    }

    /// Changes the job that the next run finds.
    #[must_use]
    pub fn job(mut self, name: &str, value: Value) -> Self {
        self.job[name] = value;
        self
    }

    /// Where a file of the app lies.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("app").join(name)
    }

    /// A file of the app.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.path(name));
        text.unwrap_or_else(|error| panic!("read {name}: {error}"))
    }

    /// Puts a file into the app.
    ///
    /// # Panics
    /// When that fails.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("write a file");
    }

    /// Starts a generator.
    ///
    /// # Panics
    /// When that fails.
    #[must_use]
    pub fn start(&self) -> Running {
        let job = self.root.path().join(".leo/job.json");
        std::fs::write(job, self.job.to_string()).expect("write the job");
        let mut child = Command::new(config::generator())
            .env_clear()
            .env("PATH", config::path())
            .env("WORKSPACE", self.root.path().join("app"))
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("start leo-generator");
        let stdout = child.stdout.take().expect("its output");
        Running {
            child,
            lines: BufReader::new(stdout).lines(),
            events: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Runs a generator to its end.
    pub async fn run(&self) -> Ended {
        self.start().end().await
    }
}

impl Running {
    /// Reads until an event that is wanted.
    ///
    /// # Panics
    /// When it ends before, or says nothing for too long.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&EventKind) -> bool) {
        while let Some(event) = self.next().await {
            if event.is_some_and(|event| wanted(&event)) {
                return;
            }
        }
        panic!("it has ended without {what}: {:#?}", self.said);
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it is gone.
    pub fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        kill(Pid::from_raw(id.expect("a process")), signal).expect("send a signal");
    }

    /// Reads to the end.
    ///
    /// # Panics
    /// When it hangs.
    pub async fn end(mut self) -> Ended {
        while self.next().await.is_some() {}
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("it ends").expect("its exit code");
        Ended {
            code: status.code().unwrap_or(-1),
            events: self.events,
            lines: self.said,
        }
    }

    async fn next(&mut self) -> Option<Option<EventKind>> {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.unwrap_or_else(|_| panic!("silent for {PATIENCE:?}: {:#?}", self.said));
        let line = line.expect("its output")?;
        let event = parse_line(&line);
        self.said.push(line);
        self.events.extend(event.clone());
        Some(event)
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for events of one type"
)]
impl Ended {
    /// The events that `pick` picks.
    pub fn all<T>(&self, pick: impl Fn(&EventKind) -> Option<T>) -> Vec<T> {
        self.events.iter().filter_map(pick).collect()
    }

    /// The state of the last checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Value> {
        let states = self.all(|event| match event {
            EventKind::Checkpoint { state, .. } => Some(state.clone()),
            _ => None,
        });
        states.last().cloned()
    }

    /// The files that were written, in order; whether each is whole.
    #[must_use]
    pub fn files(&self) -> Vec<(String, bool)> {
        self.all(|event| match event {
            EventKind::FileEnd { path, partial, .. } => Some((path.clone(), !partial)),
            _ => None,
        })
    }

    /// The error that it ended with, and its reason.
    #[must_use]
    pub fn error(&self) -> Option<(String, Option<leo_protocol::FailureReason>)> {
        let errors = self.all(|event| match event {
            EventKind::AgentError { message, reason } => Some((message.clone(), *reason)),
            _ => None,
        });
        errors.last().cloned()
    }

    /// What it has told as `info`.
    #[must_use]
    pub fn infos(&self) -> String {
        let infos = self.all(|event| match event {
            EventKind::Info { message } => Some(message.clone()),
            _ => None,
        });
        infos.join("\n")
    }

    /// Fails unless it ended well.
    ///
    /// # Panics
    /// When it did not.
    #[must_use]
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{:#?}", self.lines);
        let complete = self.events.last();
        assert!(
            matches!(complete, Some(EventKind::GenerationComplete { .. })),
            "{complete:?}"
        );
        self
    }
}
