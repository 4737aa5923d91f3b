//! The end of a job: asked for, and written.

use leo_protocol::http::JobError;
use leo_protocol::{ArtifactId, EventKind, JobId, JobStatus};
use serde_json::Value;

use crate::metrics;
use crate::store::sessions::{Fact, fact_body};
use crate::store::{Db, StoreError, from_db, retry_deadlock};

/// What became of a cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancelled {
    /// It was queued and has ended; the event is to be published.
    Ended(Fact),
    /// A worker holds it and will end it.
    Requested,
    /// It had ended before, or there is no such job.
    Final,
}

/// How a job ends.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Why it failed; decides between `failed` and the other two.
    pub error: Option<JobError>,
    /// It was cancelled.
    pub cancelled: bool,
    /// What the agent did.
    pub summary: Option<String>,
    /// What its model calls cost.
    pub usage: Option<Value>,
    /// What it has left behind.
    pub artifact: Option<ArtifactId>,
    /// Where that was pushed, if it was by then.
    pub github_url: Option<String>,
}

impl Outcome {
    pub(super) fn status(&self) -> JobStatus {
        match (&self.error, self.cancelled) {
            (_, true) => JobStatus::Cancelled,
            (Some(_), false) => JobStatus::Failed,
            (None, false) => JobStatus::Completed,
        }
    }

    /// Counts the end of a job.
    pub(super) fn count(&self) {
        metrics::ended(self.status(), self.error.as_ref().map(|error| error.reason));
    }

    pub(super) fn event(&self, job: JobId) -> EventKind {
        match (&self.error, self.cancelled) {
            (_, true) => EventKind::Cancelled { request_id: job },
            (Some(error), false) => EventKind::Failed {
                request_id: job,
                reason: error.reason,
                message: error.message.clone(),
            },
            (None, false) => EventKind::Completed {
                request_id: job,
                download_url: download_url(job),
                github_url: self.github_url.clone(),
                preview_url: None,
            },
        }
    }
}

/// Where a job's zip can be fetched, relative to the API.
#[must_use]
pub fn download_url(job: JobId) -> String {
    format!("/api/jobs/{job}/download")
}

impl Db {
    /// Asks for a job's end. The caller has made sure that it is the user's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel(&self, job: JobId) -> Result<Cancelled, StoreError> {
        let body = fact_body(&EventKind::Cancelled { request_id: job });
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select outcome as "outcome!", session_id, seq from leo_cancel($1, $2)"#,
                job.uuid(),
                &body
            )
            .fetch_one(&self.pool)
            .await?)
        })
        .await?;
        Ok(match (row.outcome.as_str(), row.session_id, row.seq) {
            ("cancelled", Some(session), Some(seq)) => {
                metrics::ended(JobStatus::Cancelled, None);
                Cancelled::Ended(Fact {
                    session: session.into(),
                    job: Some(job),
                    seq: from_db(seq),
                    body,
                })
            }
            ("requested", ..) => Cancelled::Requested,
            _ => Cancelled::Final,
        })
    }
}
