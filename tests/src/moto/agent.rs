//! What runs tasks: an agent that sees those of a cluster, and starts a generator for each with what
//! its overrides say and nothing else.
//!
//! The end of a generator ends its task, and who stops a task stops its generator. moto gives every
//! task that has ended the exit code 0.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::ecs::Cluster;
use crate::program::Program;

/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(100);
/// Where generators find what they call.
const PATH: &str = "/usr/bin:/bin";

/// What a generator was told: names and values.
type Told = Vec<(String, String)>;

/// A running agent; it ends, with its generators, when this is dropped.
#[derive(Debug)]
pub struct Agent {
    looking: JoinHandle<()>,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Agent {
    /// Runs the tasks of this cluster with this program.
    ///
    /// # Panics
    /// When no folder can be made.
    #[must_use]
    pub fn start(cluster: &Cluster, generator: &Path) -> Self {
        let told = Arc::default();
        let mut room = Room {
            cluster: cluster.clone(),
            generator: generator.to_owned(),
            folder: tempfile::tempdir().expect("make a folder"),
            running: HashMap::new(),
            told: Arc::clone(&told),
        };
        let looking = tokio::spawn(async move {
            loop {
                room.look().await;
                tokio::time::sleep(INTERVAL).await;
            }
        });
        Self { looking, told }
    }

    /// What each generator was told so far, in the order of their starts.
    ///
    /// # Panics
    /// When a look has panicked.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.told.lock().expect("no look has panicked").clone()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

struct Room {
    cluster: Cluster,
    generator: PathBuf,
    folder: TempDir,
    /// By ARN.
    running: HashMap<String, Program>,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Room {
    async fn look(&mut self) {
        let wanted = self.cluster.running().await;
        let arn = |task: &Value| task["taskArn"].as_str().unwrap_or_default().to_owned();
        for task in &wanted {
            let name = arn(task);
            if !self.running.contains_key(&name) {
                let program = self.start(task);
                self.running.insert(name, program);
            }
        }
        let wanted: Vec<String> = wanted.iter().map(arn).collect();
        let mut ended = Vec::new();
        for (arn, program) in &mut self.running {
            if !program.is_running() {
                ended.push(arn.clone());
            } else if !wanted.contains(arn) {
                program.signal(Signal::SIGTERM);
            }
        }
        for arn in ended.into_iter().filter(|arn| wanted.contains(arn)) {
            let reason = "Essential container in task exited";
            self.cluster.stop(&arn, reason).await;
        }
    }

    fn start(&self, task: &Value) -> Program {
        let overrides = &task["overrides"]["containerOverrides"][0]["environment"];
        let pairs = overrides.as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let told: Told = pairs
            .map(|pair| (text(&pair["name"]), text(&pair["value"])))
            .collect();
        let name = format!("task-{}", self.running.len());
        let workspace = self.folder.path().join(&name).join("app");
        std::fs::create_dir_all(&workspace).expect("make a workspace");
        let mut command = Command::new(&self.generator);
        command
            .env_clear()
            .env("PATH", PATH)
            .env("WORKSPACE", &workspace)
            .envs(told.iter().cloned())
            .current_dir(&workspace);
        self.told.lock().expect("no look has panicked").push(told);
        Program::start(&name, command, self.folder.path())
    }
}
