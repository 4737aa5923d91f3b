//! What cannot be carried out, as the client is told.

use leo_protocol::repl::ServerMessage;
use leo_protocol::{JobId, SessionId};

use super::end::End;
use crate::error::ApiError;

/// An `error` message, and whether the connection ends with it.
#[derive(Debug)]
pub(super) struct Refusal {
    text: String,
    code: &'static str,
    session: Option<SessionId>,
    job: Option<JobId>,
    end: Option<End>,
}

impl Refusal {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code,
            session: None,
            job: None,
            end: None,
        }
    }

    /// Names the session that it is about.
    pub(super) fn in_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// Names the job that it is about.
    pub(super) fn about(mut self, job: JobId) -> Self {
        self.job = Some(job);
        self
    }

    /// Ends the connection.
    pub(super) fn ending(mut self, end: End) -> Self {
        self.end = Some(end);
        self
    }

    /// The message, and what follows it.
    pub(super) fn into_message(self) -> (ServerMessage, Option<End>) {
        let message = ServerMessage::Error {
            error: self.text,
            code: self.code.to_owned(),
            session_id: self.session,
            job_id: self.job,
        };
        (message, self.end)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        error.log();
        Self::new(error.code(), error.to_string())
    }
}

impl From<leo_common::history::HistoryError> for Refusal {
    fn from(error: leo_common::history::HistoryError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<leo_common::store::StoreError> for Refusal {
    fn from(error: leo_common::store::StoreError) -> Self {
        ApiError::from(error).into()
    }
}
