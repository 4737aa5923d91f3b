//! Accepting a job.

use leo_protocol::http::SubmitJob;
use leo_protocol::limits::Limits;
use leo_protocol::{Budget, EventKind, JobId, Mode, SessionId, UserId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::store::limits::{Withheld, bytes, count};
use crate::store::sessions::{Fact, fact_body};
use crate::store::{Db, StoreError, from_db, retry_deadlock};

/// Titles made from a prompt are cut to this many characters.
const TITLE_CHARS: usize = 80;

/// A request for a job.
#[derive(Debug, Clone)]
pub struct Submit<'a> {
    /// Whose.
    pub user: UserId,
    /// In which session; `None` makes one.
    pub session: Option<SessionId>,
    /// What is asked for; already validated.
    pub request: &'a SubmitJob,
    /// The job that this one retries.
    pub retry_of: Option<JobId>,
    /// The same key gives the same job.
    pub idempotency_key: Option<&'a str>,
    /// The quotas of everybody for whom no operator has set others.
    pub quotas: Limits,
}

/// What became of a [`Submit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// The job is in the queue; its first event is to be published.
    Accepted(Fact),
    /// This key has been used for the same request: here is its job.
    Same(JobId),
    /// This key has been used for another request.
    Conflict,
    /// The user has no such session.
    NoSession,
    /// The user is not given anything more.
    Withheld(Withheld),
}

impl Db {
    /// Accepts a job, in one transaction with its first event (and its session, where it is new).
    ///
    /// # Errors
    /// When the database fails; then nothing has happened, or, if the connection died, the same
    /// request with the same idempotency key finds out.
    pub async fn submit(&self, submit: &Submit<'_>) -> Result<Submitted, StoreError> {
        let job = JobId::generate();
        let session = submit.session.unwrap_or_else(SessionId::generate);
        let request = submit.request;
        let body = fact_body(&EventKind::JobQueued {
            prompt: request.prompt.clone(),
        });
        let max_iterations = request
            .max_iterations
            .unwrap_or(leo_protocol::http::MAX_ITERATIONS_DEFAULT);
        let budget = request.budget.map(budget_column).transpose()?;
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select outcome as "outcome!", job_id, session_id, seq from
                   leo_submit_with_budget($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"#,
                budget,
                count(submit.quotas.quota_sessions),
                count(submit.quotas.quota_jobs_per_day),
                bytes(submit.quotas.quota_storage),
                job.uuid(),
                submit.user.uuid(),
                session.uuid(),
                submit.session.is_none(),
                title_of(&request.prompt),
                request.prompt,
                request.mode.unwrap_or(Mode::Autonomous).as_str(),
                i32::try_from(max_iterations).unwrap_or(i32::MAX),
                request.model,
                request.priority.unwrap_or(0),
                submit.retry_of.map(JobId::uuid),
                submit.idempotency_key,
                request_hash(submit),
                &body,
                request.run_at,
            )
            .fetch_one(&self.pool)
            .await?)
        })
        .await?;
        Ok(match (row.outcome.as_str(), row.job_id, row.seq) {
            ("accepted", _, Some(seq)) => Submitted::Accepted(Fact {
                session,
                job: Some(job),
                seq: from_db(seq),
                body,
            }),
            ("same", Some(known), _) => Submitted::Same(known.into()),
            ("conflict", ..) => Submitted::Conflict,
            ("no_session", ..) => Submitted::NoSession,
            (other, ..) => {
                Submitted::Withheld(Withheld::of(other).ok_or_else(|| StoreError::Unreadable {
                    what: "outcome of a submit",
                    value: other.to_owned(),
                })?)
            }
        })
    }
}

fn budget_column(budget: Budget) -> Result<Value, StoreError> {
    serde_json::to_value(budget)
        .map_err(|error| StoreError::Database(sqlx::Error::Encode(Box::new(error))))
}

fn title_of(prompt: &str) -> String {
    let line = prompt
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    line.chars().take(TITLE_CHARS).collect()
}

/// What makes two requests the same: the target and everything asked for, without the key.
fn request_hash(submit: &Submit<'_>) -> Vec<u8> {
    let what = serde_json::json!({
        "session": submit.session, "retryOf": submit.retry_of, "request": submit.request,
    });
    Sha256::digest(what.to_string().as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_cut_short() {
        assert_eq!(title_of("\n  a todo list \nwith colours"), "a todo list");
        assert_eq!(title_of(&"ä".repeat(200)).chars().count(), TITLE_CHARS);
        assert_eq!(title_of("  \n "), "");
    }
}
