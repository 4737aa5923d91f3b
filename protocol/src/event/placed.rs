//! Events with their place in a stream.

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::EventKind;
use crate::ids::{JobId, SessionId};

/// One event of a stream, as a client receives it.
///
/// An event of a `type` that this version does not know keeps its fields and has no `kind`, so
/// that an old client can read a new server.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place in the session's stream, from 1, without gaps.
    pub seq: u64,
    /// The session.
    pub session_id: SessionId,
    /// The job, unless the event belongs to the session as a whole.
    pub job_id: Option<JobId>,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// What happened; `None` for a type of a newer version.
    pub kind: Option<EventKind>,
    /// All fields as received.
    pub raw: Map<String, Value>,
}

/// Why a JSON object is no event.
#[derive(Debug, thiserror::Error)]
#[error("no event of a session's stream: {0}")]
pub struct NotAnEvent(&'static str);

impl Event {
    /// Reads a single-event frame.
    ///
    /// # Errors
    /// When the object lacks `type`, `seq`, `sessionId` or `timestamp`.
    pub fn from_object(raw: Map<String, Value>) -> Result<Self, NotAnEvent> {
        fn field<T: serde::de::DeserializeOwned>(
            raw: &Map<String, Value>,
            name: &str,
        ) -> Option<T> {
            raw.get(name).and_then(|value| T::deserialize(value).ok())
        }
        let _: String = field(&raw, "type").ok_or(NotAnEvent("`type` is missing"))?;
        Ok(Self {
            seq: field(&raw, "seq").ok_or(NotAnEvent("`seq` is missing"))?,
            session_id: field(&raw, "sessionId").ok_or(NotAnEvent("`sessionId` is missing"))?,
            job_id: field(&raw, "jobId"),
            timestamp: field(&raw, "timestamp").ok_or(NotAnEvent("`timestamp` is missing"))?,
            kind: EventKind::deserialize(Value::Object(raw.clone())).ok(),
            raw,
        })
    }
}
