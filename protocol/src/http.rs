//! Request and response bodies of the HTTP interface.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::budget::Budget;
use crate::ids::{ArtifactId, HostId, JobId, SessionId, UserId, WorkerId};
use crate::job::{FailureReason, JobStatus, Mode};
use crate::runner::Message;

/// The most phases a job may ask for.
pub const MAX_ITERATIONS_LIMIT: u32 = 1000;
/// The phases of a job that asks for none.
pub const MAX_ITERATIONS_DEFAULT: u32 = 10;

/// `POST /api/sessions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSession {
    /// A title; absent: the first prompt's beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// `PATCH /api/sessions/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSession {
    /// The new title.
    pub title: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Its title.
    pub title: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its last job was submitted or its title changed.
    pub updated_at: DateTime<Utc>,
    /// The head of its event stream; 0 when nothing has happened yet.
    pub last_seq: u64,
    /// The version that the next prompt goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_artifact: Option<ArtifactId>,
    /// The job that has made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_job: Option<JobId>,
    /// Where the session comes from, if it is a fork.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<Origin>,
    /// The job submitted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_job: Option<JobSummary>,
}

/// The version that a forked session began with. Both may be gone since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The session.
    pub session_id: SessionId,
    /// The job that had made it.
    pub job_id: JobId,
}

/// A job in a list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JobSummary {
    /// The job.
    pub id: JobId,
    /// Where it stands.
    pub status: JobStatus,
    /// What was asked for.
    pub prompt: String,
}

/// `POST /api/sessions/{id}/jobs` and `POST /api/jobs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmitJob {
    /// What is asked for.
    pub prompt: String,
    /// What to do; `autonomous` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// The most phases; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_iterations: Option<u32>,
    /// The model to use; the installation's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Higher goes first among the user's jobs, -100 to 100; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i16>,
    /// Not before this time, a year ahead at most; a time that has passed means at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<DateTime<Utc>>,
    /// What the job may spend on model calls; without a limit if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// Its session.
    pub session_id: SessionId,
    /// Where it stands.
    pub status: JobStatus,
    /// What was asked for.
    pub prompt: String,
    /// What to do.
    pub mode: Mode,
    /// The most phases.
    pub max_iterations: u32,
    /// The model asked for.
    pub model: Option<String>,
    /// Container runs so far.
    pub attempt: u32,
    /// The job that this one retries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<JobId>,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
    /// It was not to start before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<DateTime<Utc>>,
    /// When a worker first claimed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// Where its zip can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_url: Option<String>,
    /// Where it was pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub github_url: Option<String>,
    /// Where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// What its model calls may cost, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What its model calls cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Value>,
    /// Where it stands in the queue, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueuePlace>,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JobError {
    /// For programs.
    pub reason: FailureReason,
    /// For people.
    pub message: String,
}

/// Where a queued job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QueuePlace {
    /// From 1; `1000+` beyond a thousand.
    pub position: String,
    /// Why it does not run yet, in a sentence.
    pub reason: String,
}

/// A page of a list; `next_cursor` gives the following one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Opaque; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `GET /api/sessions/{id}/messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// Oldest first.
    pub messages: Vec<Message>,
}

/// `GET /api/auth/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// Who.
    pub user_id: UserId,
    /// The account's address, if it has one.
    pub email: Option<String>,
    /// Whether the account may see the fleet.
    pub operator: bool,
}

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// The server's time.
    pub timestamp: DateTime<Utc>,
}

/// `GET /health/ready`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// `ok`, `degraded` (still works, slower) or `unavailable`.
    pub status: String,
    /// `up` or `down`.
    pub postgres: String,
    /// `up` or `down`.
    pub redis: String,
}

/// `GET /api/fleet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Fleet {
    /// The registered workers, by name.
    pub workers: Vec<FleetWorker>,
    /// Running jobs that no registered worker holds: one of them will adopt or restart them.
    pub unheld: u64,
    /// What waits.
    pub queue: QueueDepth,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FleetWorker {
    /// The process.
    pub id: WorkerId,
    /// For people; several may have the same.
    pub name: String,
    /// Where its containers run.
    pub host: HostId,
    /// What runs them: `docker` or `process`.
    pub orchestrator: String,
    /// Of Leo.
    pub version: String,
    /// Jobs at once.
    pub capacity: u32,
    /// It finishes what it runs and claims nothing.
    pub draining: bool,
    /// When it registered.
    pub started_at: DateTime<Utc>,
    /// Seconds since its last sign of life, by the clock of Postgres. For people: whether a worker is
    /// dead is judged otherwise.
    pub silent_seconds: f64,
    /// What it holds, the oldest first.
    pub running: Vec<FleetJob>,
}

/// A job that a worker holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FleetJob {
    /// The job.
    pub job_id: JobId,
    /// Its session.
    pub session_id: SessionId,
    /// Which container run.
    pub attempt: u32,
    /// When that run began.
    pub since: DateTime<Utc>,
}

/// How many jobs there are in each state that is no end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QueueDepth {
    /// Can be claimed as soon as a worker and their user's limit allow.
    pub ready: u64,
    /// Behind another job of their session.
    pub waiting: u64,
    /// Before their `runAt`.
    pub delayed: u64,
    /// Running.
    pub generating: u64,
    /// For how long the oldest of the ready ones has been ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_wait_seconds: Option<f64>,
}

/// `POST` and `DELETE /api/fleet/{worker}/drain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Drained {
    /// The workers that have been told.
    pub workers: Vec<WorkerId>,
}
