//! Jobs: submitted, read, cancelled, finished.
//!
//! The rules of the queue stand in the functions `leo_submit`, `leo_cancel` and `leo_finish` of
//! `migrations/`; here they get their arguments and their answers a shape. Claiming is in
//! [`super::claims`].

use chrono::{DateTime, Utc};
use leo_protocol::http::{JobError, QueuePlace, SubmitJob};
use leo_protocol::{
    ArtifactId, EventKind, FailureReason, JobId, JobStatus, Mode, SessionId, UserId,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::sessions::{Fact, fact_body};
use super::{Db, StoreError, from_db, named, retry_deadlock, small};

/// Titles made from a prompt are cut to this many characters.
const TITLE_CHARS: usize = 80;
/// Positions are counted up to here and shown as "1000+" beyond.
const POSITION_LIMIT: i64 = 1000;

/// A job as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRecord {
    /// The job.
    pub id: JobId,
    /// Its session.
    pub session_id: SessionId,
    /// Its owner.
    pub user_id: UserId,
    /// Where it stands, as the outside sees it.
    pub status: JobStatus,
    /// What was asked for.
    pub prompt: String,
    /// What to do.
    pub mode: Mode,
    /// The most phases.
    pub max_iterations: u32,
    /// The model asked for.
    pub model: Option<String>,
    /// Higher goes first among the user's jobs.
    pub priority: i16,
    /// Container runs so far.
    pub attempt: u32,
    /// The job that this one retries.
    pub retry_of: Option<JobId>,
    /// When somebody asked for its end.
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// Its first event's place.
    pub queued_seq: u64,
    /// Its last event's place, once it has ended.
    pub ended_seq: Option<u64>,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
    /// When it was first claimed.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error: Option<JobError>,
    /// What the agent did, in a sentence or two.
    pub summary: Option<String>,
    /// What it has left behind.
    pub artifact_id: Option<ArtifactId>,
    /// Where it was pushed.
    pub github_url: Option<String>,
    /// Where it can be seen.
    pub preview_url: Option<String>,
    /// What its model calls cost.
    pub usage: Option<Value>,
}

struct JobRow {
    id: Uuid,
    session_id: Uuid,
    user_id: Uuid,
    status: String,
    prompt: String,
    mode: String,
    max_iterations: i32,
    model: Option<String>,
    priority: i16,
    attempt: i32,
    retry_of: Option<Uuid>,
    cancel_requested_at: Option<DateTime<Utc>>,
    queued_seq: i64,
    ended_seq: Option<i64>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    failure_reason: Option<String>,
    failure_message: Option<String>,
    summary: Option<String>,
    artifact_id: Option<Uuid>,
    github_url: Option<String>,
    preview_url: Option<String>,
    usage: Option<Value>,
}

impl TryFrom<JobRow> for JobRecord {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        let reason: Option<FailureReason> = row
            .failure_reason
            .as_deref()
            .map(|reason| named("failure reason", reason))
            .transpose()?;
        Ok(Self {
            id: row.id.into(),
            session_id: row.session_id.into(),
            user_id: row.user_id.into(),
            status: shown_status(&row.status)?,
            prompt: row.prompt,
            mode: named("mode", &row.mode)?,
            max_iterations: small(row.max_iterations),
            model: row.model,
            priority: row.priority,
            attempt: small(row.attempt),
            retry_of: row.retry_of.map(Into::into),
            cancel_requested_at: row.cancel_requested_at,
            queued_seq: from_db(row.queued_seq),
            ended_seq: row.ended_seq.map(from_db),
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            error: reason.map(|reason| JobError {
                reason,
                message: row.failure_message.unwrap_or_default(),
            }),
            summary: row.summary,
            artifact_id: row.artifact_id.map(Into::into),
            github_url: row.github_url,
            preview_url: row.preview_url,
            usage: row.usage,
        })
    }
}

/// A stored status as the outside sees it.
pub(crate) fn shown_status(stored: &str) -> Result<JobStatus, StoreError> {
    match stored {
        "waiting" | "ready" | "delayed" => Ok(JobStatus::Queued),
        other => named("status", other),
    }
}

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
}

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
}

impl Outcome {
    fn status(&self) -> JobStatus {
        match (&self.error, self.cancelled) {
            (_, true) => JobStatus::Cancelled,
            (Some(_), false) => JobStatus::Failed,
            (None, false) => JobStatus::Completed,
        }
    }

    fn event(&self, job: JobId) -> EventKind {
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
                github_url: None,
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
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select outcome as "outcome!", job_id, session_id, seq from
                   leo_submit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"#,
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
                return Err(StoreError::Unreadable {
                    what: "outcome of a submit",
                    value: other.to_owned(),
                });
            }
        })
    }

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
            ("cancelled", Some(session), Some(seq)) => Cancelled::Ended(Fact {
                session: session.into(),
                job: Some(job),
                seq: from_db(seq),
                body,
            }),
            ("requested", ..) => Cancelled::Requested,
            _ => Cancelled::Final,
        })
    }

    /// Ends a held job: the terminal status and the last event, in one transaction, which also
    /// makes the session's next job claimable. `None` when the job is not held under `epoch` any
    /// more; then nothing has changed.
    ///
    /// # Errors
    /// When the database fails; asking again is safe, and `None` then may mean that the first call
    /// had been carried out.
    pub async fn finish(
        &self,
        job: JobId,
        epoch: u32,
        outcome: &Outcome,
    ) -> Result<Option<Fact>, StoreError> {
        let body = fact_body(&outcome.event(job));
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select done as "done!", session_id, seq from leo_finish($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
                job.uuid(),
                i32::try_from(epoch).unwrap_or(i32::MAX),
                outcome.status().as_str(),
                outcome.error.as_ref().map(|error| error.reason.as_str()),
                outcome.error.as_ref().map(|error| error.message.as_str()),
                outcome.summary,
                outcome.usage,
                outcome.artifact.map(ArtifactId::uuid),
                &body,
            )
            .fetch_one(&self.hot)
            .await?)
        })
        .await?;
        Ok(match (row.done, row.session_id, row.seq) {
            (true, Some(session), Some(seq)) => Some(Fact {
                session: session.into(),
                job: Some(job),
                seq: from_db(seq),
                body,
            }),
            _ => None,
        })
    }

    /// One job of this user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job(&self, user: UserId, id: JobId) -> Result<Option<JobRecord>, StoreError> {
        let job = self.any_job(id).await?;
        Ok(job.filter(|job| job.user_id == user))
    }

    /// One job, whoever owns it, unless its session is deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn any_job(&self, id: JobId) -> Result<Option<JobRecord>, StoreError> {
        let row = sqlx::query_as!(
            JobRow,
            r#"select j.id, j.session_id, j.user_id, j.status, j.prompt, j.mode, j.max_iterations, j.model,
                      j.priority, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.usage
                 from jobs j join sessions s on s.id = j.session_id
                where j.id = $1 and s.deleted_at is null"#,
            id.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(JobRecord::try_from).transpose()
    }

    /// Up to `limit` jobs of this user, the youngest first, older than `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(
        &self,
        user: UserId,
        filter: &JobFilter,
        limit: i64,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let statuses = filter.status.map(stored_statuses);
        let rows = sqlx::query_as!(
            JobRow,
            r#"select j.id, j.session_id, j.user_id, j.status, j.prompt, j.mode, j.max_iterations, j.model,
                      j.priority, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.usage
                 from jobs j join sessions s on s.id = j.session_id
                where j.user_id = $1 and s.deleted_at is null
                  and ($2::uuid is null or j.session_id = $2)
                  and ($3::text[] is null or j.status = any($3))
                  and ($4::uuid is null or j.id < $4)
                order by j.id desc limit $5"#,
            user.uuid(),
            filter.session.map(SessionId::uuid),
            statuses.as_deref(),
            filter.before.map(JobId::uuid),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(JobRecord::try_from).collect()
    }

    /// The jobs of a session in its order, the latest `limit` of them, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs_of_session(
        &self,
        session: SessionId,
        limit: i64,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let rows = sqlx::query_as!(
            JobRow,
            r#"select j.id, j.session_id, j.user_id, j.status, j.prompt, j.mode, j.max_iterations, j.model,
                      j.priority, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.usage
                 from jobs j where j.session_id = $1 order by j.queued_seq desc limit $2"#,
            session.uuid(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().rev().map(JobRecord::try_from).collect()
    }

    /// Where a queued job stands and why it does not run yet; `None` once it runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_place(&self, job: JobId) -> Result<Option<QueuePlace>, StoreError> {
        let row = sqlx::query!(
            r#"select j.status, u.running, u.max_running,
                      (select count(*) from (select 1 from jobs o where j.status = 'waiting'
                          and o.session_id = j.session_id and o.queued_seq < j.queued_seq
                          and o.status in ('waiting', 'ready', 'generating') limit $2) before) as "in_session!",
                      (select count(*) from (select 1 from jobs o where j.status = 'ready'
                          and o.user_id = j.user_id and o.status = 'ready'
                          and (o.priority > j.priority or (o.priority = j.priority and o.id < j.id))
                          limit $2) before) as "of_user!",
                      exists(select 1 from workers w where not w.draining) as "workers!"
                 from jobs j join users u on u.id = j.user_id
                where j.id = $1 and j.status in ('waiting', 'ready', 'delayed')"#,
            job.uuid(),
            POSITION_LIMIT,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| {
            let before = row.in_session + row.of_user;
            let reason = match row.status.as_str() {
                "waiting" => "an earlier job of this session has not ended yet".to_owned(),
                "delayed" => "its start time has not come yet".to_owned(),
                _ if row.running >= row.max_running => {
                    format!(
                        "{} of your jobs are running, which is your limit",
                        row.running
                    )
                }
                _ if !row.workers => "no worker is running".to_owned(),
                _ => "waiting for a free worker".to_owned(),
            };
            let position = if before >= POSITION_LIMIT {
                "1000+".to_owned()
            } else {
                (before + 1).to_string()
            };
            QueuePlace { position, reason }
        }))
    }
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobFilter {
    /// Of this session only.
    pub session: Option<SessionId>,
    /// In this status only.
    pub status: Option<JobStatus>,
    /// Older than this one only.
    pub before: Option<JobId>,
}

fn stored_statuses(status: JobStatus) -> Vec<String> {
    match status {
        JobStatus::Queued => ["waiting", "ready", "delayed"].map(str::to_owned).to_vec(),
        JobStatus::Generating | JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => {
            vec![status.as_str().to_owned()]
        }
    }
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
