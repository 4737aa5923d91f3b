//! Sessions: made, listed, renamed, deleted.
//!
//! Every query asks for id and owner together, so that somebody else's session is no different
//! from one that does not exist.

use chrono::{DateTime, Utc};
use leo_protocol::http::{JobSummary, Origin, Session};
use leo_protocol::limits::Limits;
use leo_protocol::{EventKind, JobId, SessionId, UserId};
use uuid::Uuid;

use super::jobs::shown_status;
use super::limits::{Withheld, count};
use super::{Db, StoreError, from_db};

/// The place after which a page of sessions goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCursor {
    /// `updatedAt` of the last row of the page before.
    pub updated_at: DateTime<Utc>,
    /// Its id.
    pub id: SessionId,
}

pub(super) struct SessionRow {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) current_artifact: Option<Uuid>,
    pub(super) current_job: Option<Uuid>,
    pub(super) from_session: Option<Uuid>,
    pub(super) from_job: Option<Uuid>,
    pub(super) last_seq: i64,
    pub(super) job_id: Option<Uuid>,
    pub(super) job_status: Option<String>,
    pub(super) job_prompt: Option<String>,
}

impl SessionRow {
    pub(super) fn into_session(self) -> Result<Session, StoreError> {
        let last_job = match (self.job_id, self.job_status, self.job_prompt) {
            (Some(id), Some(status), Some(prompt)) => Some(JobSummary {
                id: id.into(),
                status: shown_status(&status)?,
                prompt,
            }),
            _ => None,
        };
        Ok(Session {
            id: self.id.into(),
            title: self.title,
            created_at: self.created_at,
            updated_at: self.updated_at,
            last_seq: from_db(self.last_seq),
            current_artifact: self.current_artifact.map(Into::into),
            current_job: self.current_job.map(Into::into),
            forked_from: self
                .from_session
                .zip(self.from_job)
                .map(|(session, job)| Origin {
                    session_id: session.into(),
                    job_id: job.into(),
                }),
            last_job,
        })
    }
}

impl Db {
    /// Makes an empty session, within `quotas` or what an operator has set for the user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_session(
        &self,
        user: UserId,
        title: &str,
        quotas: Limits,
    ) -> Result<Result<SessionId, Withheld>, StoreError> {
        let id = SessionId::generate();
        let outcome = sqlx::query_scalar!(
            r#"select outcome as "outcome!" from leo_create_session($1, $2, $3, $4)"#,
            count(quotas.quota_sessions),
            id.uuid(),
            user.uuid(),
            title,
        )
        .fetch_one(&self.pool)
        .await?;
        if outcome == "made" {
            return Ok(Ok(id));
        }
        let withheld = Withheld::of(&outcome).ok_or(StoreError::Unreadable {
            what: "outcome of a new session",
            value: outcome,
        });
        withheld.map(Err)
    }

    /// One session of this user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(
        &self,
        user: UserId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query_as!(
            SessionRow,
            r#"select s.id, s.title, s.created_at, s.updated_at, s.current_artifact, h.last_seq,
                      a.job_id as "current_job?", f.from_session as "from_session?", f.from_job as "from_job?",
                      j.id as "job_id?", j.status as "job_status?", j.prompt as "job_prompt?"
                 from sessions s join session_heads h on h.session_id = s.id
                 left join artifacts a on a.id = s.current_artifact
                 left join forks f on f.session_id = s.id
                 left join lateral (select id, status, prompt from jobs where session_id = s.id
                                     order by queued_seq desc limit 1) j on true
                where s.id = $1 and s.user_id = $2 and s.deleted_at is null"#,
            id.uuid(),
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(SessionRow::into_session).transpose()
    }

    /// Up to `limit` sessions of this user, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(
        &self,
        user: UserId,
        after: Option<SessionCursor>,
        limit: i64,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query_as!(
            SessionRow,
            r#"select s.id, s.title, s.created_at, s.updated_at, s.current_artifact, h.last_seq,
                      a.job_id as "current_job?", f.from_session as "from_session?", f.from_job as "from_job?",
                      j.id as "job_id?", j.status as "job_status?", j.prompt as "job_prompt?"
                 from sessions s join session_heads h on h.session_id = s.id
                 left join artifacts a on a.id = s.current_artifact
                 left join forks f on f.session_id = s.id
                 left join lateral (select id, status, prompt from jobs where session_id = s.id
                                     order by queued_seq desc limit 1) j on true
                where s.user_id = $1 and s.deleted_at is null
                  and ($2::timestamptz is null or s.updated_at < $2 or (s.updated_at = $2 and s.id > $3))
                order by s.updated_at desc, s.id limit $4"#,
            user.uuid(),
            after.map(|cursor| cursor.updated_at),
            after.map_or(Uuid::nil(), |cursor| cursor.id.uuid()),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(SessionRow::into_session).collect()
    }

    /// Renames a session and says so in its stream; the place of that event, or `None` where there
    /// is no such session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_session(
        &self,
        user: UserId,
        id: SessionId,
        title: &str,
    ) -> Result<Option<Fact>, StoreError> {
        let body = fact_body(&EventKind::SessionChanged {
            title: Some(title.to_owned()),
            current_job: None,
            forked_from: None,
        });
        let mut tx = self.pool.begin().await?;
        let renamed = sqlx::query!(
            "update sessions set title = $3, updated_at = now()
              where id = $1 and user_id = $2 and deleted_at is null",
            id.uuid(),
            user.uuid(),
            title,
        )
        .execute(&mut *tx)
        .await?;
        if renamed.rows_affected() == 0 {
            return Ok(None);
        }
        let seq = sqlx::query_scalar!(
            r#"select leo_append_fact($1, null, $2) as "seq!""#,
            id.uuid(),
            &body
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(Fact {
            session: id,
            job: None,
            seq: from_db(seq),
            body,
        }))
    }

    /// Marks a session as deleted, so that nobody sees it and no job enters it any more, and gives
    /// its unfinished jobs, which the caller cancels. `None` where there is no such session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(
        &self,
        user: UserId,
        id: SessionId,
    ) -> Result<Option<Vec<JobId>>, StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "select id from users where id = $1 for no key update",
            user.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?;
        let deleted = sqlx::query!(
            "update sessions set deleted_at = now() where id = $1 and user_id = $2 and deleted_at is null",
            id.uuid(),
            user.uuid(),
        )
        .execute(&mut *tx)
        .await?;
        if deleted.rows_affected() == 0 {
            return Ok(None);
        }
        tx.commit().await?;
        self.unfinished_jobs(id).await.map(Some)
    }

    /// The jobs of a session that have not ended, the youngest first: cancelled in this order none
    /// is promoted only to be cancelled next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_jobs(&self, id: SessionId) -> Result<Vec<JobId>, StoreError> {
        let rows = sqlx::query_scalar!(
            "select id from jobs where session_id = $1
                and status in ('waiting', 'ready', 'delayed', 'generating') order by queued_seq desc",
            id.uuid(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// An event without a source, stored together with the change it tells of; to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The stream.
    pub session: SessionId,
    /// The job, unless the event belongs to the session as a whole.
    pub job: Option<JobId>,
    /// Its place.
    pub seq: u64,
    /// The stored bytes.
    pub body: Vec<u8>,
}

/// The body of a fact that happens now.
pub(crate) fn fact_body(kind: &EventKind) -> Vec<u8> {
    leo_protocol::batch::body_of(Utc::now(), kind)
}
