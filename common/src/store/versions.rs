//! Versions of an app: what jobs began with, going back to a version, and sessions that begin with
//! one of another session.
//!
//! A version is what a job has left behind. The session's current one is what the next job begins
//! with; a job that runs meanwhile keeps what it began with and becomes current when it completes.

use leo_protocol::http::Origin;
use leo_protocol::limits::Limits;
use leo_protocol::runner::Message;
use leo_protocol::{ArtifactId, EventKind, JobId, SessionId, UserId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::limits::{Withheld, bytes, count};
use super::sessions::{Fact, fact_body};
use super::{Db, StoreError, from_db, retry_deadlock};

/// What became of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restored {
    /// The version is current; its event is to be published.
    Done(Fact),
    /// It was current already.
    Same,
    /// The job has left nothing.
    NoFiles,
    /// The user has no such job.
    NoJob,
}

/// A request for a session that begins with a version.
#[derive(Debug, Clone)]
pub struct Fork<'a> {
    /// Whose.
    pub user: UserId,
    /// The job that has left the version.
    pub from: Origin,
    /// What is asked for as the title; it makes a request another one.
    pub asked_title: Option<&'a str>,
    /// The new session's title.
    pub title: &'a str,
    /// The same key gives the same session.
    pub idempotency_key: Option<&'a str>,
    /// The quotas of everybody for whom no operator has set others.
    pub quotas: Limits,
}

/// What the new session is made of; all of it is the caller's to choose.
#[derive(Debug, Clone)]
pub struct ForkedInto<'a> {
    /// The session.
    pub session: SessionId,
    /// The job in it that stands for the one that has left the version.
    pub job: JobId,
    /// Its artifact.
    pub artifact: ArtifactId,
    /// Where the copy of the pack is.
    pub location: &'a str,
    /// What had been said before the version.
    pub messages: &'a [Message],
}

/// What became of a [`Fork`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forked {
    /// It may be made, when the pack has been copied.
    May,
    /// The session is there.
    Made(SessionId),
    /// This key has been used for the same request: here is its session.
    Same(SessionId),
    /// This key has been used for another request.
    Conflict,
    /// The job has left nothing.
    NoFiles,
    /// The user has no such job.
    NoJob,
    /// The user is not given anything more.
    Withheld(Withheld),
}

/// What a job began with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Begun {
    /// The version; `None` where it began with nothing.
    pub artifact: Option<ArtifactId>,
    /// The job that had made it, where that is known.
    pub made_by: Option<JobId>,
}

impl Db {
    /// What a job began with; of one that has not begun, what it would begin with at this time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begun_with(&self, job: JobId) -> Result<Begun, StoreError> {
        let row = sqlx::query!("select base, made_by from leo_begun_with($1)", job.uuid())
            .fetch_one(&self.pool)
            .await?;
        Ok(Begun {
            artifact: row.base.map(Into::into),
            made_by: row.made_by.map(Into::into),
        })
    }

    /// Writes down what a job begins with, unless that is written already: the version that the job
    /// `with` has completed, or else what that one began with, whose work it then goes on with. With
    /// itself, the session's current version. What it began with.
    ///
    /// # Errors
    /// When the database fails; doing it again is safe.
    pub async fn begin_with(&self, job: JobId, with: JobId) -> Result<Begun, StoreError> {
        sqlx::query!(
            "insert into job_bases (job_id, artifact_id, of_job)
             select $1, case when done.version then done.artifact_id else b.base end,
                    case when done.version then done.id else b.made_by end
               from leo_begun_with($2) b,
                    (select id, artifact_id, status = 'completed' and artifact_id is not null as version
                       from jobs where id = $2) done
             on conflict do nothing",
            job.uuid(),
            with.uuid(),
        )
        .execute(&self.pool)
        .await?;
        self.begun_with(job).await
    }

    /// Makes what a job has left the session's current version, and says so in its stream.
    ///
    /// # Errors
    /// When the database fails; doing it again is safe.
    pub async fn restore(&self, user: UserId, job: JobId) -> Result<Restored, StoreError> {
        let body = fact_body(&EventKind::SessionChanged {
            title: None,
            current_job: Some(job),
            forked_from: None,
        });
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select outcome as "outcome!", session_id, seq from leo_restore($1, $2, $3)"#,
                user.uuid(),
                job.uuid(),
                &body,
            )
            .fetch_one(&self.pool)
            .await?)
        })
        .await?;
        Ok(match (row.outcome.as_str(), row.session_id, row.seq) {
            ("restored", Some(session), Some(seq)) => Restored::Done(Fact {
                session: session.into(),
                job: None,
                seq: from_db(seq),
                body,
            }),
            ("same", ..) => Restored::Same,
            ("no_files", ..) => Restored::NoFiles,
            ("no_job", ..) => Restored::NoJob,
            (other, ..) => return Err(unreadable(other)),
        })
    }

    /// Whether a fork may be made; nothing changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_fork(&self, fork: &Fork<'_>) -> Result<Forked, StoreError> {
        let nothing = ForkedInto {
            session: SessionId::generate(),
            job: JobId::generate(),
            artifact: ArtifactId::generate(),
            location: "",
            messages: &[],
        };
        self.leo_fork(true, fork, &nothing).await
    }

    /// Makes a session that begins with a version, whose pack has been copied for it.
    ///
    /// # Errors
    /// When the database fails; then nothing has happened, or, if the connection died, the same
    /// request with the same idempotency key finds out.
    pub async fn fork(&self, fork: &Fork<'_>, into: &ForkedInto<'_>) -> Result<Forked, StoreError> {
        self.leo_fork(false, fork, into).await
    }

    async fn leo_fork(
        &self,
        check: bool,
        fork: &Fork<'_>,
        into: &ForkedInto<'_>,
    ) -> Result<Forked, StoreError> {
        let body = fact_body(&EventKind::SessionChanged {
            title: Some(fork.title.to_owned()),
            current_job: Some(into.job),
            forked_from: Some(fork.from),
        });
        let messages = serde_json::to_value(into.messages)
            .map_err(|error| StoreError::Database(sqlx::Error::Encode(Box::new(error))))?;
        let row = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select outcome as "outcome!", session_id from
                   leo_fork($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"#,
                check,
                count(fork.quotas.quota_sessions),
                bytes(fork.quotas.quota_storage),
                fork.user.uuid(),
                fork.from.job_id.uuid(),
                into.session.uuid(),
                into.job.uuid(),
                into.artifact.uuid(),
                into.location,
                fork.title,
                fork.idempotency_key,
                request_hash(fork),
                &messages,
                &body,
            )
            .fetch_one(&self.pool)
            .await?)
        })
        .await?;
        Ok(match (row.outcome.as_str(), row.session_id) {
            ("may", _) => Forked::May,
            ("made", Some(session)) => Forked::Made(session.into()),
            ("same", Some(session)) => Forked::Same(session.into()),
            ("conflict", _) => Forked::Conflict,
            ("no_files", _) => Forked::NoFiles,
            ("no_job", _) => Forked::NoJob,
            (other, _) => Forked::Withheld(Withheld::of(other).ok_or_else(|| unreadable(other))?),
        })
    }

    /// What had been said before the version that a session began with, if it is a fork.
    pub(super) async fn said_before_fork(
        &self,
        session: SessionId,
    ) -> Result<Vec<Message>, StoreError> {
        let messages: Option<Value> = sqlx::query_scalar!(
            "select messages from forks where session_id = $1",
            session.uuid()
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(messages) = messages else {
            return Ok(Vec::new());
        };
        serde_json::from_value(messages).map_err(|_| StoreError::Unreadable {
            what: "messages of a fork",
            value: session.to_string(),
        })
    }
}

/// What makes two requests the same.
fn request_hash(fork: &Fork<'_>) -> Vec<u8> {
    let what = serde_json::json!({ "fork": fork.from.job_id, "title": fork.asked_title });
    Sha256::digest(what.to_string().as_bytes()).to_vec()
}

fn unreadable(outcome: &str) -> StoreError {
    StoreError::Unreadable {
        what: "outcome of a version",
        value: outcome.to_owned(),
    }
}
