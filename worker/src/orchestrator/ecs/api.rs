//! The calls of ECS that are used, and what they answer.
//!
//! [`Api`] is the seam to the SDK: [`super::sdk`] makes the calls over HTTP, and a double in the
//! tests plays what AWS does on bad days. An implementation makes each call once; who calls tries
//! again, through [`super::retry`].

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::request::Request;

/// The most tasks that one call describes.
pub(super) const DESCRIBE_AT_ONCE: usize = 100;

/// ECS, for one cluster and one task definition.
#[async_trait]
pub(super) trait Api: Send + Sync + 'static {
    /// Starts one task, or finds the one that was started with the same token.
    async fn run_task(&self, request: &Request) -> Result<Placed, ApiError>;

    /// At most [`DESCRIBE_AT_ONCE`] tasks; those that ECS does not know are left out.
    async fn describe_tasks(&self, arns: &[String], tags: bool) -> Result<Vec<Task>, ApiError>;

    /// A page of the tasks that are to run and were started by `started_by`, and where the next one
    /// begins.
    async fn list_tasks(&self, started_by: &str, page: Option<String>) -> Result<Page, ApiError>;

    /// Sends SIGTERM, and SIGKILL after the container's `stopTimeout`.
    async fn stop_task(&self, arn: &str, reason: &str) -> Result<(), ApiError>;

    /// The configured cluster; `None` where there is none.
    async fn cluster(&self) -> Result<Option<Cluster>, ApiError>;

    /// The configured task definition; `None` where there is none.
    async fn task_definition(&self) -> Result<Option<Definition>, ApiError>;
}

/// What came of a call that starts a task: ECS answers 200 also where it starts none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Placed {
    /// The task, by ARN.
    Task(String),
    /// None, for these reasons.
    Nowhere(Vec<Failure>),
}

/// Why a task has no place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Failure {
    /// A code, as in `RESOURCE:MEMORY`, or a sentence.
    pub(super) reason: String,
    /// More of it.
    pub(super) detail: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// ARNs.
    pub(super) tasks: Vec<String>,
    /// What the next page is asked for with.
    pub(super) next: Option<String>,
}

/// A task as it is described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Task {
    /// Its name for ever.
    pub(super) arn: String,
    /// Where it stands, as in `PENDING`.
    pub(super) status: String,
    /// Why it stops or has stopped, as one of a few codes.
    pub(super) stop_code: Option<String>,
    /// The same in words.
    pub(super) stopped_reason: Option<String>,
    /// When it was accepted.
    pub(super) created_at: Option<DateTime<Utc>>,
    /// When it had its network.
    pub(super) connected_at: Option<DateTime<Utc>>,
    /// When the image began to come.
    pub(super) pull_started_at: Option<DateTime<Utc>>,
    /// When it had come.
    pub(super) pull_stopped_at: Option<DateTime<Utc>>,
    /// When it began to run.
    pub(super) started_at: Option<DateTime<Utc>>,
    /// Its containers, the generator's among them.
    pub(super) containers: Vec<Container>,
    /// Its tags, where they were asked for.
    pub(super) tags: Vec<(String, String)>,
}

/// A container of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Container {
    /// Its name in the task definition.
    pub(super) name: String,
    /// Where it stands.
    pub(super) status: String,
    /// How it ended, once it has.
    pub(super) exit_code: Option<i64>,
    /// Why it did not start, or was ended.
    pub(super) reason: Option<String>,
}

/// A cluster as it is described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Its name for ever.
    pub(super) arn: String,
    /// `ACTIVE`, or that it is not.
    pub(super) status: String,
    /// What it may take machines from.
    pub(super) capacity_providers: Vec<String>,
}

/// A task definition as it is described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Definition {
    /// Its name for ever, with the revision.
    pub(super) arn: String,
    /// Whether it may be used.
    pub(super) active: bool,
    /// Its containers.
    pub(super) containers: Vec<String>,
    /// Whether each task has an address of its own in the network.
    pub(super) awsvpc: bool,
    /// Whether Fargate takes it.
    pub(super) for_fargate: bool,
    /// The role that its containers have.
    pub(super) task_role: Option<String>,
}

/// Why ECS did not do as it was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct ApiError {
    /// Whether it may do so later.
    pub(super) kind: Kind,
    /// In its words, with the code.
    pub(super) message: String,
    /// The tasks that the token of a refused call stands for.
    pub(super) conflict: Vec<String>,
}

/// What an error means for whoever calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Too many calls: later.
    Throttled,
    /// No answer, or none of ECS itself: later.
    Away,
    /// Another call with the same token has asked for something else.
    Conflict,
    /// It is not there.
    NotFound,
    /// No.
    Refused,
}
