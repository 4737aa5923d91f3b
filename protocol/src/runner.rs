//! The runner contract: what a generator is given and what it may say.
//!
//! A generator finds its job in environment variables and in `.leo/job.json` beside the workspace
//! ([`JobInput`]), writes files into the workspace and prints lines. [`parse_line`] tells which of
//! them are events. The paths are those inside a container.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::budget::{Budget, Spent};
use crate::event::EventKind;
use crate::ids::{JobId, SessionId};
use crate::job::Mode;

/// The folder that a container's volume is mounted at; it holds [`APP_DIR`] and [`LEO_DIR`].
pub const WORKSPACE_ROOT: &str = "/workspace";
/// The app's folder below the root: what the user gets.
pub const APP_DIR: &str = "app";
/// The generator's own folder below the root: inputs and saved state, never shown to users.
pub const LEO_DIR: &str = ".leo";
/// The input's file name inside [`LEO_DIR`].
pub const JOB_FILE: &str = "job.json";
/// The prompt's file name inside [`LEO_DIR`], written where the prompt is too long for `PROMPT`.
pub const PROMPT_FILE: &str = "prompt.txt";
/// A prompt longer than this many bytes is given in a file and not in the environment.
pub const PROMPT_ENV_LIMIT: usize = 4096;
/// A longer line that is a JSON object is no event, in bytes.
pub const EVENT_LINE_LIMIT: usize = 1 << 20;
/// Longer log lines are split, in bytes.
pub const LOG_LINE_LIMIT: usize = 64 << 10;
/// `file_end` carries the whole text up to this size, in bytes.
pub const FILE_CONTENT_LIMIT: usize = 128 << 10;

/// `.leo/job.json`: everything a generator needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobInput {
    /// Grows when a field changes its meaning; this is version 1.
    pub version: u32,
    /// The job.
    pub job_id: JobId,
    /// Its session.
    pub session_id: SessionId,
    /// Which container run of the job this is, from 1.
    pub attempt: u32,
    /// What the user asks for now.
    pub prompt: String,
    /// What to do.
    pub mode: Mode,
    /// The most phases (or rounds) to go.
    pub max_iterations: u32,
    /// Earlier prompts of the session and what came of them, oldest first.
    pub conversation: Vec<Message>,
    /// The state of the last `checkpoint` to go on from, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Value>,
    /// The job's budget, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What earlier attempts of the job have used of it; `usage` events count on from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spent>,
}

/// The answer to `GET /api/runner/{jobId}/input`: what a container that has only its address is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunnerInput<J = JobInput> {
    /// What `.leo/job.json` holds.
    pub job: J,
    /// What would stand in the environment (`LLM_PROVIDER` and so on), by name.
    pub settings: std::collections::BTreeMap<String, String>,
}

/// What a container is about to upload: `tar.gz` of `app` and `.leo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadRequest {
    /// Bytes.
    pub size: u64,
    /// Of the bytes, in lower-case hex.
    pub sha256: String,
}

/// The request that uploads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadTicket {
    /// `PUT`.
    pub method: String,
    /// Where to; an address, or a reference that is relative to the address asked.
    pub url: String,
    /// The headers to send, beside `Content-Length`, and no others.
    pub headers: std::collections::BTreeMap<String, String>,
    /// Until when.
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

/// The close code that tells a runner that its attempt is over or that a newer connection has taken
/// its place: it does not come back.
pub const CLOSE_SUPERSEDED: u16 = 4409;

/// What the server says on a runner's WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunnerMessage {
    /// The first message on every connection: frames up to `n` are stored, go on behind it.
    Resume {
        /// The last stored frame; 0 where there is none.
        n: u64,
    },
    /// Frames up to `n` are stored.
    Ack {
        /// The last stored frame.
        n: u64,
    },
    /// Somebody has asked for the job's end.
    Cancel,
    /// Why the connection ends.
    Error {
        /// For people.
        error: String,
        /// For programs.
        code: String,
    },
}

/// One turn of a session's conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
    /// The job it belongs to.
    pub job_id: JobId,
    /// When it was said.
    pub timestamp: chrono::DateTime<chrono::Utc>,
}

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The agent.
    Assistant,
}

/// The event that a line of a generator's output is, if it is one.
///
/// A line is an event when it is a JSON object of at most [`EVENT_LINE_LIMIT`] bytes whose `type`
/// is one a runner may use and whose fields fit. Fields that are the server's to fill (`seq`,
/// ids, times) are dropped, and so is a `reason` that is not the generator's to give. All other lines
/// are for the log.
#[must_use]
pub fn parse_line(line: &str) -> Option<EventKind> {
    let trimmed = line.trim();
    if !trimmed.starts_with('{') || trimmed.len() > EVENT_LINE_LIMIT {
        return None;
    }
    let mut kind: EventKind = serde_json::from_str(trimmed).ok()?;
    if let EventKind::AgentError { reason, .. } = &mut kind {
        *reason = reason.filter(|reason| reason.is_for_runners());
    }
    kind.is_for_runners().then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::FailureReason;

    #[test]
    fn known_types_are_events() {
        assert_eq!(
            parse_line(r#"{"type":"files_written","count":3,"seq":99,"sessionId":"x"}"#),
            Some(EventKind::FilesWritten { count: 3 })
        );
        assert_eq!(
            parse_line(r#" {"type":"deps_installed"} "#),
            Some(EventKind::DepsInstalled {})
        );
        assert_eq!(
            parse_line(r#"{"type":"error","message":"no model"}"#),
            Some(EventKind::AgentError {
                message: "no model".into(),
                reason: None,
            })
        );
    }

    #[test]
    fn a_generator_gives_reasons_of_its_own_and_no_other() {
        for reason in FailureReason::ALL {
            let line = format!(r#"{{"type":"error","message":"m","reason":"{reason}"}}"#);
            let own = ["provider_error", "budget_exceeded"].contains(&reason.as_str());
            let expected = EventKind::AgentError {
                message: "m".into(),
                reason: own.then_some(*reason),
            };
            assert_eq!(parse_line(&line), Some(expected));
        }
    }

    #[test]
    fn a_job_file_without_the_optional_fields_is_read_and_written_without_them() {
        let text = r#"{"version":1,"jobId":"01890000-0000-7000-8000-000000000000",
            "sessionId":"01890000-0000-7000-8000-000000000001","attempt":1,"prompt":"p",
            "mode":"autonomous","maxIterations":10,"conversation":[]}"#;
        let bare: JobInput = serde_json::from_str(text).unwrap();
        assert_eq!((&bare.resume, bare.budget, bare.spent), (&None, None, None));
        let written: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&bare).unwrap(), written);

        let full = JobInput {
            mode: Mode::Features,
            budget: Some(Budget {
                tokens: Some(1000),
                usd: None,
            }),
            spent: Some(Spent {
                prompt_tokens: 1,
                completion_tokens: 2,
                cost_usd: Some(0.5),
            }),
            ..bare
        };
        let text = serde_json::to_string(&full).unwrap();
        assert!(text.contains(r#""budget":{"tokens":1000},"spent":{"promptTokens":1"#));
        assert_eq!(serde_json::from_str::<JobInput>(&text).unwrap(), full);
    }

    #[test]
    fn everything_else_is_a_log_line() {
        for line in [
            "hello",
            "{not json",
            r#"["type"]"#,
            r#"{"type":"completed","requestId":"01890000-0000-7000-8000-000000000000","downloadUrl":"x"}"#,
            r#"{"type":"job_queued","prompt":"x"}"#,
            r#"{"type":"files_written","count":"three"}"#,
            r#"{"type":"nonsense"}"#,
            r#"{"level":30,"msg":"a logger's line"}"#,
        ] {
            assert_eq!(parse_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_log_object_needs_no_more_than_its_line() {
        let Some(EventKind::Log { log }) = parse_line(r#"{"type":"log","log":{"line":"hi"}}"#)
        else {
            panic!("no log event");
        };
        assert_eq!(log.line, "hi");
    }
}
