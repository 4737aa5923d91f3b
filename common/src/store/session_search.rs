//! Searching a user's sessions.
//!
//! All of them are looked at, the latest first, until a page is full: they are some hundreds, found
//! by their user's index, and so is the last job of each.

use leo_protocol::http::Session;
use leo_protocol::{JobStatus, UserId};
use uuid::Uuid;

use super::jobs::stored_statuses;
use super::sessions::{SessionCursor, SessionRow};
use super::{Db, StoreError};

/// Which sessions to list; without anything all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SessionFilter<'a> {
    /// Whose title or last prompt has this in it, in upper or lower case.
    pub search: Option<&'a str>,
    /// Whose last job is in this status.
    pub status: Option<JobStatus>,
}

impl Db {
    /// Up to `limit` sessions of this user that are wanted, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sessions(
        &self,
        user: UserId,
        filter: SessionFilter<'_>,
        after: Option<SessionCursor>,
        limit: i64,
    ) -> Result<Vec<Session>, StoreError> {
        // A list without a filter needs no collation: what has no ICU has a dashboard too.
        if filter.search.is_none() && filter.status.is_none() {
            return self.sessions(user, after, limit).await;
        }
        let statuses = filter.status.map(stored_statuses);
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
                  and ($5::text[] is null or j.status = any($5))
                  and ($6::text is null
                       or strpos(lower(s.title collate "und-x-icu"), lower($6 collate "und-x-icu")) > 0
                       or strpos(lower(j.prompt collate "und-x-icu"), lower($6 collate "und-x-icu")) > 0)
                order by s.updated_at desc, s.id limit $4"#,
            user.uuid(),
            after.map(|cursor| cursor.updated_at),
            after.map_or(Uuid::nil(), |cursor| cursor.id.uuid()),
            limit,
            statuses.as_deref(),
            filter.search,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(SessionRow::into_session).collect()
    }
}
