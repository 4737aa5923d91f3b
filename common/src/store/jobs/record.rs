//! Jobs as they are stored, and how they are found.

use chrono::{DateTime, Utc};
use leo_protocol::http::JobError;
use leo_protocol::{ArtifactId, Budget, FailureReason, JobId, JobStatus, Mode, SessionId, UserId};
use serde::Deserialize as _;
use serde_json::Value;
use uuid::Uuid;

use crate::store::{Db, StoreError, from_db, named, small};

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
    /// Not before this time.
    pub run_at: Option<DateTime<Utc>>,
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
    /// What its model calls may cost, if that is limited.
    pub budget: Option<Budget>,
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
    run_at: Option<DateTime<Utc>>,
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
    budget: Option<Value>,
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
            run_at: row.run_at,
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
            budget: row.budget.map(budget).transpose()?,
            usage: row.usage,
        })
    }
}

/// One with a limit of a later version is not read: a limit that is not known cannot be kept.
fn budget(stored: Value) -> Result<Budget, StoreError> {
    Budget::deserialize(&stored).map_err(|_| StoreError::Unreadable {
        what: "budget",
        value: stored.to_string(),
    })
}

/// A stored status as the outside sees it.
pub(crate) fn shown_status(stored: &str) -> Result<JobStatus, StoreError> {
    match stored {
        "waiting" | "ready" | "delayed" => Ok(JobStatus::Queued),
        other => named("status", other),
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

/// What is stored where this is shown, see [`shown_status`].
pub(crate) fn stored_statuses(status: JobStatus) -> Vec<String> {
    match status {
        JobStatus::Queued => ["waiting", "ready", "delayed"].map(str::to_owned).to_vec(),
        JobStatus::Generating | JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => {
            vec![status.as_str().to_owned()]
        }
    }
}

impl Db {
    /// One job of this user, unless its session is deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job(&self, user: UserId, id: JobId) -> Result<Option<JobRecord>, StoreError> {
        Ok(self.find_jobs(&[id], Some(user)).await?.pop())
    }

    /// One job, whoever owns it, also of a deleted session: for those who run it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn any_job(&self, id: JobId) -> Result<Option<JobRecord>, StoreError> {
        Ok(self.any_jobs(&[id]).await?.pop())
    }

    /// Those of these jobs that there are, in no order, as [`Self::any_job`] gives them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn any_jobs(&self, ids: &[JobId]) -> Result<Vec<JobRecord>, StoreError> {
        self.find_jobs(ids, None).await
    }

    async fn find_jobs(
        &self,
        ids: &[JobId],
        owner: Option<UserId>,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query_as!(
            JobRow,
            r#"select j.id, j.session_id, j.user_id, j.status, j.prompt, j.mode, j.max_iterations, j.model,
                      j.priority, j.run_at, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.budget, j.usage
                 from jobs j join sessions s on s.id = j.session_id
                where j.id = any($1) and ($2::uuid is null or (j.user_id = $2 and s.deleted_at is null))"#,
            &ids,
            owner.map(UserId::uuid),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(JobRecord::try_from).collect()
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
                      j.priority, j.run_at, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.budget, j.usage
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
                      j.priority, j.run_at, j.attempt, j.retry_of, j.cancel_requested_at, j.queued_seq, j.ended_seq, j.created_at,
                      j.started_at, j.finished_at, j.failure_reason, j.failure_message, j.summary,
                      j.artifact_id, j.github_url, j.preview_url, j.budget, j.usage
                 from jobs j where j.session_id = $1 order by j.queued_seq desc limit $2"#,
            session.uuid(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().rev().map(JobRecord::try_from).collect()
    }
}
