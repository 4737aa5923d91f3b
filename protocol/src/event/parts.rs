//! What events are made of: lines, phases, and the small enums of their fields.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

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

/// One call of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageCall {
    /// Tokens in.
    pub prompt_tokens: u64,
    /// Tokens out.
    pub completion_tokens: u64,
    /// US dollars, where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// The model that answered, as the provider calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// From the request to the end of the answer, in milliseconds.
    pub duration_ms: u64,
    /// The provider did not say: the tokens are guessed from the length of the texts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub estimated: bool,
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}

/// Reads a field that somebody's generator may have used for something else before Leo knew it:
/// what does not fit is as if it were absent, so that the event stays an event.
pub(super) fn lenient<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: serde::de::DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(from)?;
    Ok(T::deserialize(value).unwrap_or_default())
}
