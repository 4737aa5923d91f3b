//! The events of a session's stream.
//!
//! [`EventKind`] is what happened; its place in the stream (`seq`, session, job) is added by the
//! store and spliced in on the way out (see [`crate::batch`]). [`Event`] is one event as a client
//! receives it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Origin;
use crate::ids::JobId;
use crate::job::{AgentState, FailureReason};

mod parts;
mod placed;

pub use parts::{
    AgentRole, LogLine, LogStream, Phase, PlannedFile, ToolStatus, UsageCall, WorkerChange,
};
use parts::{is_false, lenient};
pub use placed::{Event, NotAnEvent};

/// What happened. The tag is the event's `type` on every wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum EventKind {
    /// A job was accepted.
    JobQueued {
        /// What the user asked for.
        prompt: String,
    },
    /// A worker claimed the job.
    GenerationStarted {
        /// The job's id, under the name that older clients know.
        request_id: JobId,
        /// Which container run of the job this is, from 1.
        attempt: u32,
    },
    /// A line of output.
    Log {
        /// The line.
        log: LogLine,
    },
    /// The agent entered a state.
    StateChange {
        /// The state entered.
        state: AgentState,
    },
    /// The agent designs a phase.
    PhaseDesigning {
        /// Which phase, from 1.
        phase_number: u32,
    },
    /// A phase is designed.
    PhaseDesigned {
        /// The design.
        phase: Phase,
    },
    /// The agent begins to write a file.
    FileStart {
        /// Relative to the app's folder.
        path: String,
    },
    /// A piece of a file's text.
    FileChunk {
        /// The file.
        path: String,
        /// The text to append.
        chunk: String,
    },
    /// A file is written.
    FileEnd {
        /// The file.
        path: String,
        /// Bytes.
        size: u64,
        /// Of the bytes, in lower-case hex.
        sha256: String,
        /// The whole text, up to 128 KiB.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// The model's answer ended inside this file: its text is what had come.
        #[serde(
            default,
            deserialize_with = "lenient",
            skip_serializing_if = "is_false"
        )]
        partial: bool,
    },
    /// The files of a phase are written.
    FilesWritten {
        /// How many.
        count: u64,
    },
    /// Dependencies are installed.
    DepsInstalled {},
    /// The app's server is up.
    ServerStarted {
        /// Where, if it can be reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// The agent has finished.
    GenerationComplete {
        /// The files of the app.
        files: Vec<String>,
        /// How many phases it took.
        phases: u32,
    },
    /// What the model thinks.
    Thought {
        /// The text.
        text: String,
        /// In which phase.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<u32>,
        /// In which iteration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        iteration: Option<u32>,
    },
    /// The model calls a tool.
    ToolUse {
        /// Of the call.
        id: String,
        /// Of the tool.
        name: String,
        /// The arguments.
        input: Value,
    },
    /// A tool has answered.
    ToolResult {
        /// Of the call.
        tool_use_id: String,
        /// How it went.
        status: ToolStatus,
        /// What it answered, perhaps cut short.
        #[serde(
            default,
            deserialize_with = "lenient",
            skip_serializing_if = "Option::is_none"
        )]
        output: Option<String>,
    },
    /// An agent session begins.
    SessionStart {
        /// From 1.
        iteration: u32,
        /// Which agent.
        agent: AgentRole,
    },
    /// How far the work is.
    Progress {
        /// Features that pass.
        passing: u64,
        /// Features in all.
        total: u64,
    },
    /// Something worth telling.
    Info {
        /// For people.
        message: String,
    },
    /// The generator reports an error (`error` in its own output).
    #[serde(alias = "error")]
    AgentError {
        /// For people.
        #[serde(alias = "error")]
        message: String,
        /// Why, where the job ends of it. Of a generator only those count for which
        /// [`FailureReason::is_for_runners`] holds.
        #[serde(
            default,
            deserialize_with = "lenient",
            skip_serializing_if = "Option::is_none"
        )]
        reason: Option<FailureReason>,
    },
    /// A command begins.
    SubprocessStart {
        /// The command's name.
        name: String,
    },
    /// A command has ended.
    SubprocessComplete {
        /// The command's name.
        name: String,
        /// Milliseconds.
        duration_ms: u64,
        /// As the system reports it.
        exit_code: i32,
    },
    /// The agent lives.
    Heartbeat {
        /// The present phase.
        #[serde(default)]
        phase: u32,
        /// The present iteration.
        #[serde(default)]
        iteration: u32,
        /// What it is doing, for people.
        #[serde(
            default,
            deserialize_with = "lenient",
            skip_serializing_if = "Option::is_none"
        )]
        doing: Option<String>,
    },
    /// What the model calls of the job have cost so far, in all its attempts.
    Usage {
        /// Tokens in.
        prompt_tokens: u64,
        /// Tokens out.
        completion_tokens: u64,
        /// US dollars, where the provider says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost_usd: Option<f64>,
        /// The call that has just ended, part of the above.
        #[serde(
            default,
            deserialize_with = "lenient",
            skip_serializing_if = "Option::is_none"
        )]
        call: Option<UsageCall>,
    },
    /// A point from which a later attempt can go on.
    Checkpoint {
        /// The last finished phase.
        phase: u32,
        /// The agent's own state.
        state: Value,
    },
    /// A step of the container's start.
    Launching {
        /// Which step.
        step: String,
        /// How long it took, in milliseconds.
        duration_ms: u64,
    },
    /// Another worker follows the job now.
    WorkerChanged {
        /// How it came to it.
        how: WorkerChange,
    },
    /// Output beyond the limit was dropped.
    OutputTruncated {
        /// Bytes.
        limit: u64,
    },
    /// The job ended well.
    Completed {
        /// The job's id.
        request_id: JobId,
        /// Where its zip can be fetched.
        download_url: String,
        /// Where it was pushed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        github_url: Option<String>,
        /// Where it can be seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview_url: Option<String>,
    },
    /// The job ended badly.
    Failed {
        /// The job's id.
        request_id: JobId,
        /// For programs.
        reason: FailureReason,
        /// For people.
        message: String,
    },
    /// The job was cancelled.
    Cancelled {
        /// The job's id.
        request_id: JobId,
    },
    /// A result was published after its job's end.
    ArtifactPublished {
        /// Whose result.
        job_id: JobId,
        /// Where it was pushed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        github_url: Option<String>,
        /// Why it could not be; beside an address, what there is to know of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A deploy hook was asked to deploy a result, after its job's end.
    DeployAnswered {
        /// Whose result.
        job_id: JobId,
        /// The hook's host.
        host: String,
        /// What it answered, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// What went wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// When it is asked again, where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_try_at: Option<DateTime<Utc>>,
    },
    /// The session itself changed.
    SessionChanged {
        /// The new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The job whose result is now the session's app.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        current_job: Option<JobId>,
        /// In the first event of a session that begins with a version of another one: which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forked_from: Option<Origin>,
    },
}

impl EventKind {
    /// Whether this is the last event of a job.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Completed { .. } | Self::Failed { .. } | Self::Cancelled { .. }
        )
    }

    /// Whether a generator may say this (the rows from `log` to `checkpoint` of the contract).
    #[must_use]
    pub const fn is_for_runners(&self) -> bool {
        match self {
            Self::Log { .. }
            | Self::StateChange { .. }
            | Self::PhaseDesigning { .. }
            | Self::PhaseDesigned { .. }
            | Self::FileStart { .. }
            | Self::FileChunk { .. }
            | Self::FileEnd { .. }
            | Self::FilesWritten { .. }
            | Self::DepsInstalled {}
            | Self::ServerStarted { .. }
            | Self::GenerationComplete { .. }
            | Self::Thought { .. }
            | Self::ToolUse { .. }
            | Self::ToolResult { .. }
            | Self::SessionStart { .. }
            | Self::Progress { .. }
            | Self::Info { .. }
            | Self::AgentError { .. }
            | Self::SubprocessStart { .. }
            | Self::SubprocessComplete { .. }
            | Self::Heartbeat { .. }
            | Self::Usage { .. }
            | Self::Checkpoint { .. } => true,
            Self::JobQueued { .. }
            | Self::GenerationStarted { .. }
            | Self::Launching { .. }
            | Self::WorkerChanged { .. }
            | Self::OutputTruncated { .. }
            | Self::Completed { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::ArtifactPublished { .. }
            | Self::DeployAnswered { .. }
            | Self::SessionChanged { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests;
