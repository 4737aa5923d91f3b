//! A job's log over HTTP.

use serde::{Deserialize, Serialize};

/// `GET /api/jobs/{id}/log?search=`: which lines of a job's log hold what was searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LogHits {
    /// The first of them, in their order; as many as were asked for.
    pub hits: Vec<LogHit>,
    /// How many lines of the whole log hold it, listed or not.
    pub total: u64,
    /// How many lines were searched: all that the log has.
    pub lines: u64,
    /// What came up to this `seq` was searched.
    pub last_seq: u64,
    /// Whether there are more hits behind the last one listed.
    pub truncated: bool,
}

/// A line that holds what was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogHit {
    /// The number of the line: the how-manieth `log` event of the job it is, from 1 on. It never
    /// changes, and goes on through all attempts.
    pub line: u64,
    /// Where the line stands in the session's stream.
    pub seq: u64,
}
