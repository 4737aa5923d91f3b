//! A double of ECS over HTTP that keeps the rules a worker relies on, runs tasks, and breaks down as
//! a test tells it.
//!
//! It answers the calls of a worker and no others. A token starts one task, however often it comes,
//! and a second call with it that asks for anything else is refused. What a task comes to is its
//! [`Fate`]; what becomes of a call that starts one is a [`Play`].

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

mod answer;
pub(crate) mod generator;
mod task;

pub use task::Fate;
use task::Task;

/// The generator's container in the definition.
const CONTAINER: &str = "generator";

/// What becomes of the next call that starts a task.
#[derive(Debug, Clone)]
pub enum Play {
    /// It is refused, with this status, code and text.
    Refuse(u16, &'static str, &'static str),
    /// It is answered with 200 and this failure, and no task is started.
    Nowhere(&'static str),
    /// The task is started, and the connection ends without an answer.
    LoseAnswer,
    /// The task is started, and no answer comes until [`Ecs::go_on`].
    Hold,
}

/// The double; it ends, with its tasks, when this is dropped.
#[derive(Debug)]
pub struct Ecs {
    address: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    go_on: Notify,
    generator: PathBuf,
    folder: TempDir,
}

#[derive(Debug, Default)]
struct State {
    plays: VecDeque<Play>,
    fates: VecDeque<Fate>,
    /// In the order of their starts.
    tasks: Vec<Task>,
    /// The first call with each token, and the number of its task.
    tokens: HashMap<String, (String, usize)>,
    /// All calls that were to start a task, as they came.
    asked: Vec<String>,
}

impl Ecs {
    /// Runs tasks with this program.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start(generator: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            go_on: Notify::new(),
            generator: generator.to_owned(),
            folder: tempfile::tempdir().expect("make a folder"),
        });
        let serving = tokio::spawn(answer::serve(listener, shared.clone()));
        Self {
            address,
            shared,
            serving,
        }
    }

    /// The settings of a worker that runs tasks here.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("ORCHESTRATOR_MODE", "ecs".to_owned()),
            ("AWS_ENDPOINT_URL_ECS", format!("http://{}", self.address)),
            ("ECS_CLUSTER", "leo".to_owned()),
            ("ECS_TASK_DEFINITION", "generator".to_owned()),
            ("ECS_SUBNETS", "subnet-1".to_owned()),
        ]
    }

    /// This becomes of the next calls that start a task; the others are answered.
    pub fn plays(&self, plays: impl IntoIterator<Item = Play>) {
        self.shared.state().plays.extend(plays);
    }

    /// This becomes of the next tasks; the others run.
    pub fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.shared.state().fates.extend(fates);
    }

    /// Calls that were held are answered, to nobody perhaps.
    pub fn go_on(&self) {
        self.shared.go_on.notify_waiters();
    }

    /// All calls so far that were to start a task, as they came.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.state().asked.clone()
    }

    /// Tasks so far.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.shared.state().tasks.len()
    }

    /// Whether a worker has asked for the end of the task with this number, from 0.
    #[must_use]
    pub fn was_stopped(&self, task: usize) -> bool {
        self.shared.state().tasks[task].was_stopped()
    }

    /// Whether the task with this number has ended.
    #[must_use]
    pub fn has_ended(&self, task: usize) -> bool {
        let task = &mut self.shared.state().tasks[task];
        task.look();
        task.has_ended()
    }

    /// ECS does not know the task with this number any more.
    pub fn forget(&self, task: usize) {
        self.shared.state().tasks[task].forget();
    }

    /// AWS takes the task with this number away: SIGTERM, and this code in its description.
    pub fn take_away(&self, task: usize, stop_code: &str, reason: &str) {
        self.shared.state().tasks[task].stop(stop_code, reason);
    }
}

impl Drop for Ecs {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    /// # Panics
    /// When another call has panicked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no call has panicked")
    }

    /// Starts the task that a call asks for, or finds the one that an earlier call has started.
    fn run(&self, body: &str) -> Result<Value, Refusal> {
        let wanted: Value = serde_json::from_str(body).expect("a call is JSON");
        let mut state = self.state();
        state.asked.push(body.to_owned());
        let token = wanted["clientToken"].as_str().unwrap_or_default();
        if let Some((first, number)) = state.tokens.get(token).cloned() {
            if first != body {
                let arn = state.tasks[number].arn().to_owned();
                return Err(Refusal {
                    status: 400,
                    code: "ConflictException",
                    text: "the token stands for other parameters",
                    more: json!({"resourceIds": [arn]}),
                });
            }
            return Ok(json!({"tasks": [state.tasks[number].described()], "failures": []}));
        }
        let number = state.tasks.len();
        let fate = state.fates.pop_front().unwrap_or(Fate::Runs);
        let task = Task::start(number, wanted.clone(), fate, self);
        let described = task.described();
        state.tasks.push(task);
        let first = (body.to_owned(), number);
        state.tokens.insert(token.to_owned(), first);
        Ok(json!({"tasks": [described], "failures": []}))
    }
}

/// An answer that is an error.
struct Refusal {
    status: u16,
    code: &'static str,
    text: &'static str,
    more: Value,
}
