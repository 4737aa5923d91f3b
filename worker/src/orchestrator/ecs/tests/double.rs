//! An ECS of this process, which keeps the rules that a worker relies on and breaks down as told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;

use super::super::api::{
    Api, ApiError, Cluster, Container, DESCRIBE_AT_ONCE, Definition, Failure, Page, Placed, Task,
};
use super::super::errors;
use super::super::request::Request;

/// The name of the generator's container.
pub(super) const CONTAINER: &str = "generator";
/// Tasks on a page of a list.
const PAGE: usize = 2;

/// What becomes of the next call that starts a task.
pub(super) enum Play {
    /// It is refused.
    Refuse(ApiError),
    /// It is answered, and no task is started.
    Nowhere(&'static str),
    /// A task is started, and the answer is lost.
    LoseAnswer,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) tasks: Vec<Task>,
    tokens: HashMap<String, (Request, String)>,
    pub(super) script: VecDeque<Play>,
    /// What becomes of the next calls that describe tasks.
    pub(super) blind: VecDeque<ApiError>,
    pub(super) run_calls: usize,
    /// How many tasks each call has described.
    pub(super) described: Vec<usize>,
    pub(super) listed: usize,
    pub(super) stopped: Vec<String>,
    pub(super) cluster: Option<Cluster>,
    pub(super) definition: Option<Definition>,
}

/// The double.
#[derive(Default)]
pub(super) struct Double(Mutex<State>);

impl Double {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// This happens next.
    pub(super) fn plays(&self, plays: impl IntoIterator<Item = Play>) {
        self.state().script.extend(plays);
    }

    /// Something happens to the only task.
    pub(super) fn happens(&self, change: impl FnOnce(&mut Task)) {
        let mut state = self.state();
        assert_eq!(state.tasks.len(), 1, "there is one task");
        change(&mut state.tasks[0]);
    }
}

impl State {
    fn start(&mut self, request: &Request) -> Result<String, ApiError> {
        if let Some((first, arn)) = self.tokens.get(&request.token) {
            let mut conflict = errors::of(Some("ConflictException"), "", Some(400));
            conflict.conflict.push(arn.clone());
            return match first == request {
                true => Ok(arn.clone()),
                false => Err(conflict),
            };
        }
        let arn = format!("arn:task/{}", self.tasks.len());
        let container = Container {
            name: CONTAINER.to_owned(),
            status: "PENDING".to_owned(),
            ..Container::default()
        };
        let tags = request.tags.iter();
        self.tasks.push(Task {
            arn: arn.clone(),
            status: "PROVISIONING".to_owned(),
            containers: vec![container],
            tags: tags
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            ..Task::default()
        });
        let entry = (request.clone(), arn.clone());
        self.tokens.insert(request.token.clone(), entry);
        Ok(arn)
    }
}

#[async_trait]
impl Api for Double {
    async fn run_task(&self, request: &Request) -> Result<Placed, ApiError> {
        let mut state = self.state();
        state.run_calls += 1;
        match state.script.pop_front() {
            Some(Play::Refuse(error)) => Err(error),
            Some(Play::Nowhere(reason)) => {
                let failure = Failure {
                    reason: reason.to_owned(),
                    detail: None,
                };
                Ok(Placed::Nowhere(vec![failure]))
            }
            Some(Play::LoseAnswer) => {
                state.start(request)?;
                Err(errors::no_answer("connection reset".to_owned()))
            }
            None => state.start(request).map(Placed::Task),
        }
    }

    async fn describe_tasks(&self, arns: &[String], tags: bool) -> Result<Vec<Task>, ApiError> {
        assert!(arns.len() <= DESCRIBE_AT_ONCE, "ECS takes no more");
        let mut state = self.state();
        if let Some(error) = state.blind.pop_front() {
            return Err(error);
        }
        state.described.push(arns.len());
        let found = state.tasks.iter().filter(|task| arns.contains(&task.arn));
        let found = found.map(|task| Task {
            tags: if tags { task.tags.clone() } else { Vec::new() },
            ..task.clone()
        });
        Ok(found.collect())
    }

    async fn list_tasks(&self, _started_by: &str, page: Option<String>) -> Result<Page, ApiError> {
        // Others ask meanwhile.
        tokio::task::yield_now().await;
        let mut state = self.state();
        state.listed += 1;
        let begin: usize = page.map_or(0, |page| page.parse().unwrap());
        let running = state.tasks.iter().filter(|task| task.status != "STOPPED");
        let arns: Vec<String> = running.map(|task| task.arn.clone()).collect();
        let tasks: Vec<String> = arns.iter().skip(begin).take(PAGE).cloned().collect();
        let next = (begin + PAGE < arns.len()).then(|| (begin + PAGE).to_string());
        Ok(Page { tasks, next })
    }

    async fn stop_task(&self, arn: &str, reason: &str) -> Result<(), ApiError> {
        let mut state = self.state();
        state.stopped.push(arn.to_owned());
        let unknown = "The referenced task was not found.";
        let unknown = errors::of(Some("InvalidParameterException"), unknown, Some(400));
        let task = state.tasks.iter_mut().find(|task| task.arn == arn);
        let task = task.ok_or(unknown)?;
        if task.status == "RUNNING" {
            task.containers[0].exit_code = Some(143);
        }
        task.status = "STOPPED".to_owned();
        task.stop_code = Some("UserInitiated".to_owned());
        task.stopped_reason = Some(reason.to_owned());
        Ok(())
    }

    async fn cluster(&self) -> Result<Option<Cluster>, ApiError> {
        Ok(self.state().cluster.clone())
    }

    async fn task_definition(&self) -> Result<Option<Definition>, ApiError> {
        Ok(self.state().definition.clone())
    }
}
