//! The frames of the REPL WebSocket, `/ws`.
//!
//! Events themselves are not here: they are spliced from stored bytes, see [`crate::batch`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::budget::Budget;
use crate::http::Job;
use crate::ids::{JobId, SessionId, UserId};
use crate::job::{AgentState, Mode};

/// The server restarts: come back, with jitter.
pub const CLOSE_RESTART: u16 = 1012;
/// Not, or no longer, authenticated.
pub const CLOSE_UNAUTHENTICATED: u16 = 4401;
/// Authenticated, but barred.
pub const CLOSE_FORBIDDEN: u16 = 4403;
/// Not there, or somebody else's.
pub const CLOSE_NOT_FOUND: u16 = 4404;
/// Too many messages.
pub const CLOSE_RATE_LIMITED: u16 = 4429;

/// What a client may send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ClientMessage {
    /// Says who is there.
    Authenticate {
        /// A bearer token.
        token: String,
    },
    /// Follows a session's stream.
    JoinSession {
        /// Which.
        session_id: SessionId,
        /// The last `seq` the client has; absent: the present head; 0: everything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
        /// Whether events come as `events` frames.
        #[serde(default)]
        batch: bool,
    },
    /// Ends the following.
    LeaveSession {
        /// Which.
        session_id: SessionId,
    },
    /// Submits a job.
    StartGeneration {
        /// In which session; absent: the one joined last, or a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_id: Option<SessionId>,
        /// What is asked for.
        prompt: String,
        /// What to do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<Mode>,
        /// The most phases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_iterations: Option<u32>,
        /// The model to use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// What the job may spend on model calls.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget: Option<Budget>,
        /// The same key gives the same job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idempotency_key: Option<String>,
    },
    /// Asks a job to stop.
    CancelGeneration {
        /// Which.
        job_id: JobId,
    },
    /// Asks for the state of a session.
    GetState {
        /// Which.
        session_id: SessionId,
    },
    /// Everything up to `seq` has arrived; from now on the server waits for acknowledgements.
    Ack {
        /// In which session.
        session_id: SessionId,
        /// The last `seq` received.
        seq: u64,
    },
    /// Asks for a `pong`.
    Ping {},
}

/// What the server sends beside events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ServerMessage {
    /// The first message.
    Connected {
        /// The server's time.
        timestamp: DateTime<Utc>,
    },
    /// The client is known now.
    Authenticated {
        /// Who.
        user_id: UserId,
        /// The account's address, if it has one.
        email: Option<String>,
    },
    /// The stream follows.
    SessionJoined {
        /// Which.
        session_id: SessionId,
        /// The head of the stream at this moment.
        last_seq: u64,
        /// The session's latest jobs, newest first.
        jobs: Vec<Job>,
    },
    /// The answer to `get_state`.
    State {
        /// Which session.
        session_id: SessionId,
        /// The head of the stream at this moment.
        last_seq: u64,
        /// The session's latest jobs, newest first.
        jobs: Vec<Job>,
        /// What the agent of the running (or last) job does.
        agent_state: AgentState,
        /// The files that the running (or last) job has finished, with their sizes in bytes.
        files: BTreeMap<String, u64>,
    },
    /// The client's cursor is beyond the stream: start again from 0.
    Reset {
        /// Which session.
        session_id: SessionId,
        /// The head of the stream.
        last_seq: u64,
    },
    /// The answer to `ping`.
    Pong {},
    /// Something did not work; the connection goes on unless a close follows.
    Error {
        /// For people.
        error: String,
        /// For programs; the same codes as in problem documents.
        code: String,
        /// The session it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_id: Option<SessionId>,
        /// The job it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job_id: Option<JobId>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_as_the_contract_writes_them() {
        let id = SessionId::generate();
        let join: ClientMessage =
            serde_json::from_str(&format!(r#"{{"type":"join_session","sessionId":"{id}"}}"#))
                .unwrap();
        assert_eq!(
            join,
            ClientMessage::JoinSession {
                session_id: id,
                after: None,
                batch: false
            }
        );
        let ping: ClientMessage = serde_json::from_str(r#"{"type":"ping"}"#).unwrap();
        assert_eq!(ping, ClientMessage::Ping {});
        assert_eq!(
            serde_json::to_string(&ServerMessage::Pong {}).unwrap(),
            r#"{"type":"pong"}"#
        );
    }
}
