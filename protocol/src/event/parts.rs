//! What events are made of: lines, phases, and the small enums of their fields.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

use crate::batch::timestamp;

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Without its line end; ANSI sequences are kept.
    pub line: String,
    /// When it was printed.
    #[serde(default = "Utc::now", serialize_with = "milliseconds")]
    pub timestamp: DateTime<Utc>,
    /// Where it was printed.
    #[serde(default)]
    pub stream: LogStream,
    /// How serious it is, if the generator says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// As every other timestamp of an event.
fn milliseconds<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&timestamp(*at))
}

/// Where a log line was printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    /// The container's standard output.
    Stdout,
    /// The container's standard error.
    Stderr,
    /// A frame of the runner's socket.
    #[default]
    Runner,
    /// Leo itself.
    System,
}

/// The design of a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    /// A short name.
    pub name: String,
    /// What the phase does.
    pub description: String,
    /// What it will write.
    pub files: Vec<PlannedFile>,
    /// Whether the app is complete after it.
    pub is_last_phase: bool,
}

/// A file that a phase will write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Relative to the app's folder.
    pub path: String,
    /// What it is for.
    pub purpose: String,
}

/// How a tool call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    /// It worked.
    Success,
    /// It failed.
    Error,
    /// It was not allowed.
    Blocked,
}

/// Which agent a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentRole {
    /// Sets the project up.
    Initializer,
    /// Writes the code.
    Coding,
}

/// How a worker came to a job that another had held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerChange {
    /// The container ran on; the new worker follows it.
    Adopted,
    /// The container was lost; a new attempt runs.
    Restarted,
}
