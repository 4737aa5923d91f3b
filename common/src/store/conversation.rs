//! What a session's person and agent have said to each other, as its jobs tell it.

use leo_protocol::SessionId;
use leo_protocol::runner::{Message, Role};

use super::{Db, StoreError, to_db};

/// Jobs that a conversation reaches back to; bounds what is read at once.
const JOBS: i64 = 100;

impl Db {
    /// The prompts of a session and the agent's summaries, oldest first, of its latest 100 jobs;
    /// with `before` of those submitted before the job whose first event has that `seq`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversation(
        &self,
        session: SessionId,
        before: Option<u64>,
    ) -> Result<Vec<Message>, StoreError> {
        let rows = sqlx::query!(
            "select id, prompt, created_at, summary, coalesce(finished_at, created_at) as \"ended_at!\"
               from jobs where session_id = $1 and ($2::bigint is null or queued_seq < $2)
              order by queued_seq desc limit $3",
            session.uuid(),
            before.map(to_db),
            JOBS,
        )
        .fetch_all(&self.pool)
        .await?;
        let said = rows.into_iter().rev().flat_map(|row| {
            let prompt = Message {
                role: Role::User,
                content: row.prompt,
                job_id: row.id.into(),
                timestamp: row.created_at,
            };
            let summary = row.summary.map(|content| Message {
                role: Role::Assistant,
                content,
                job_id: row.id.into(),
                timestamp: row.ended_at,
            });
            std::iter::once(prompt).chain(summary)
        });
        Ok(said.collect())
    }
}
