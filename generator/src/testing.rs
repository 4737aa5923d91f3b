//! What several tests need: a workspace, a job, a run.

use std::fs;
use std::path::PathBuf;

use leo_protocol::runner::{JOB_FILE, parse_line};
use leo_protocol::{EventKind, JobId};
use serde_json::{Value, json};

use crate::agent;
use crate::config::{Config, EnvJob, Maker};
use crate::emit::Emitter;
use crate::error::Error;
use crate::stop::Stop;

/// Three jobs of one session, in order.
pub(crate) const JOBS: [&str; 3] = [
    "01890000-0000-7000-8000-000000000001",
    "01890000-0000-7000-8000-000000000002",
    "01890000-0000-7000-8000-000000000003",
];
/// Their session.
const SESSION: &str = "01890000-0000-7000-8000-0000000000aa";

/// A workspace that jobs run in, one after the other.
pub(crate) struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".leo")).unwrap();
        fs::create_dir(root.path().join("app")).unwrap();
        Self { root }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("app").join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            workspace: self.root.path().join("app"),
            leo_dir: self.root.path().join(".leo"),
            maker: Maker::Demo { unused: Vec::new() },
            path: None,
            speed: 0.0,
            job: EnvJob::default(),
        }
    }

    /// Puts the job where the agent finds it.
    pub(crate) fn write_job(&self, input: &Value) {
        fs::write(self.config().leo_dir.join(JOB_FILE), input.to_string()).unwrap();
    }

    /// Runs the job that `input` describes and gives its output.
    pub(crate) fn run(&self, input: &Value) -> String {
        self.try_run(input).unwrap()
    }

    /// As [`Bench::run`], for a job that may fail.
    pub(crate) fn try_run(&self, input: &Value) -> Result<String, Error> {
        self.write_job(input);
        let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
        let config = self.config();
        paused(agent::generate(&config, Emitter::new(&mut out), &stop))?;
        Ok(String::from_utf8(out).unwrap())
    }
}

/// Runs to the end; no wait takes time.
pub(crate) fn paused<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(work)
}

/// The nth job of a session with these prompts; the last is the present one.
pub(crate) fn job(mode: &str, prompts: &[&str]) -> Value {
    let (last, earlier) = prompts.split_last().unwrap();
    let conversation: Vec<Value> = earlier
        .iter()
        .zip(JOBS)
        .map(|(prompt, job)| {
            json!({"role": "user", "content": prompt, "jobId": job, "timestamp": "2026-01-01T00:00:00Z"})
        })
        .collect();
    json!({
        "version": 1, "jobId": JOBS[earlier.len()], "sessionId": SESSION, "attempt": 1,
        "prompt": last, "mode": mode, "maxIterations": 10, "conversation": conversation,
    })
}

/// The id of the nth job.
pub(crate) fn job_id(place: usize) -> JobId {
    JOBS[place].parse().unwrap()
}

/// The events among the lines.
pub(crate) fn events(output: &str) -> Vec<EventKind> {
    output.lines().filter_map(parse_line).collect()
}
