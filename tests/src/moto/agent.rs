//! What runs tasks: an agent that sees those of a cluster, and starts a generator for each with what
//! its overrides say and nothing else, as a container or as a plain process.
//!
//! The end of a generator ends its task, and who stops a task stops its generator. moto gives every
//! task that has ended the exit code 0.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::ecs::Cluster;
use crate::ecs::generator::{self, Told};
use crate::engine::Engine;
use crate::program::Program;

/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// A running agent; it ends, with its generators, when this is dropped.
#[derive(Debug)]
pub struct Agent {
    looking: JoinHandle<()>,
    told: Arc<Mutex<Vec<Told>>>,
}

/// What a task is run by.
#[derive(Debug, Clone)]
enum By {
    Program(PathBuf),
    Container { engine: Engine, image: String },
}

/// A running task.
enum Running {
    Program(Program),
    Container { engine: Engine, id: String },
}

impl Running {
    async fn runs(&mut self) -> bool {
        match self {
            Self::Program(program) => program.is_running(),
            Self::Container { engine, id } => engine.runs(id).await,
        }
    }

    async fn ask_to_end(&self) {
        match self {
            Self::Program(program) => program.signal(Signal::SIGTERM),
            Self::Container { engine, id } => engine.ask_to_end(id).await,
        }
    }
}

impl Agent {
    /// Runs the tasks of this cluster with this program.
    ///
    /// # Panics
    /// When no folder can be made.
    #[must_use]
    pub fn start(cluster: &Cluster, generator: &Path) -> Self {
        Self::start_by(cluster, By::Program(generator.to_owned()))
    }

    /// Runs them in containers of the engine of `DOCKER_HOST`, made from this static generator.
    ///
    /// # Panics
    /// When no image can be made.
    pub async fn in_containers(cluster: &Cluster, generator: &Path) -> Self {
        let engine = Engine::connect();
        let image = engine.image(generator).await;
        Self::start_by(cluster, By::Container { engine, image })
    }

    fn start_by(cluster: &Cluster, by: By) -> Self {
        let told = Arc::default();
        let mut room = Room {
            cluster: cluster.clone(),
            by,
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
    by: By,
    folder: TempDir,
    /// By ARN.
    running: HashMap<String, Running>,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Room {
    async fn look(&mut self) {
        let wanted = self.cluster.running().await;
        let arn = |task: &Value| task["taskArn"].as_str().unwrap_or_default().to_owned();
        for task in &wanted {
            let name = arn(task);
            if !self.running.contains_key(&name) {
                let task = self.start(task).await;
                self.running.insert(name, task);
            }
        }
        let wanted: Vec<String> = wanted.iter().map(arn).collect();
        let mut ended = Vec::new();
        for (arn, task) in &mut self.running {
            if !task.runs().await {
                ended.push(arn.clone());
            } else if !wanted.contains(arn) {
                task.ask_to_end().await;
            }
        }
        for arn in ended.into_iter().filter(|arn| wanted.contains(arn)) {
            let reason = "Essential container in task exited";
            self.cluster.stop(&arn, reason).await;
        }
    }

    async fn start(&self, task: &Value) -> Running {
        let told = generator::told(task);
        let lines = told.iter().map(|(name, value)| format!("{name}={value}"));
        let running = match &self.by {
            By::Program(program) => {
                let (number, folder) = (self.running.len(), self.folder.path());
                Running::Program(generator::run(program, number, told.clone(), folder))
            }
            By::Container { engine, image } => Running::Container {
                id: engine.start_task(image, lines.collect()).await,
                engine: engine.clone(),
            },
        };
        self.told.lock().expect("no look has panicked").push(told);
        running
    }
}
