//! What a session's person and agent have said to each other, as its jobs tell it.
//!
//! People are shown all of it. A generator is told what has led to the version that it goes on
//! from: when somebody has gone back to an earlier version, what was asked for and done since is
//! not in the files, and a generator that heard of it would look for it.

use chrono::{DateTime, Utc};
use leo_protocol::runner::{Message, Role};
use leo_protocol::{JobId, SessionId};

use super::jobs::JobRecord;
use super::{Db, StoreError};

/// Jobs that a conversation reaches back to; bounds what is read at once.
const JOBS: i64 = 100;
/// What they say at most.
const MESSAGES: usize = 200;

/// A job as far as it matters here.
struct Said {
    id: JobId,
    /// It has completed and left a version.
    version: bool,
    /// The version that it began with, as the job that had made it (`None` inside: with nothing),
    /// where that is known.
    base: Option<Option<JobId>>,
    prompt: String,
    created_at: DateTime<Utc>,
    summary: Option<String>,
    ended_at: DateTime<Utc>,
}

impl Db {
    /// The prompts of a session and the agent's summaries, oldest first, of its latest 100 jobs and,
    /// where it is a fork with fewer, of those before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversation(&self, session: SessionId) -> Result<Vec<Message>, StoreError> {
        let jobs = self.said(session, None).await?;
        self.with_origin(session, jobs).await
    }

    /// What has been said before a job's own prompt, on the way to the version that it begins with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversation_before(&self, job: &JobRecord) -> Result<Vec<Message>, StoreError> {
        let begun = self.begun_with(job.id).await?;
        let mut jobs = self.said(job.session_id, Some(job.id)).await?;
        // A version whose maker is not known leads nowhere; then everything is told.
        let place = (begun.artifact.is_none() || begun.made_by.is_some()).then_some(begun.made_by);
        keep_the_line(&mut jobs, place);
        self.with_origin(job.session_id, jobs).await
    }

    /// The latest jobs, the youngest first; with `before` in the order in which they ran, those that
    /// ran before that one: a delayed job follows what was submitted after it.
    async fn said(
        &self,
        session: SessionId,
        before: Option<JobId>,
    ) -> Result<Vec<Said>, StoreError> {
        let rows = sqlx::query!(
            r#"select j.id, j.prompt, j.created_at, j.summary, coalesce(j.finished_at, j.created_at) as "ended_at!",
                      (j.status = 'completed' and j.artifact_id is not null) as "version!",
                      b.job_id is not null as "known!", b.of_job as "of_job?"
                 from jobs j left join job_bases b on b.job_id = j.id left join jobs own on own.id = $2
                where j.session_id = $1 and ($2::uuid is null or case
                        when j.id = own.id then false
                        when j.started_seq is null then j.queued_seq < own.queued_seq
                        else own.started_seq is null or j.started_seq < own.started_seq end)
                order by case when $2::uuid is null then j.queued_seq
                              else coalesce(j.started_seq, j.queued_seq) end desc
                limit $3"#,
            session.uuid(),
            before.map(JobId::uuid),
            JOBS,
        )
        .fetch_all(&self.pool)
        .await?;
        let said = rows.into_iter().map(|row| Said {
            id: row.id.into(),
            version: row.version,
            base: row.known.then(|| row.of_job.map(Into::into)),
            prompt: row.prompt,
            created_at: row.created_at,
            summary: row.summary,
            ended_at: row.ended_at,
        });
        Ok(said.collect())
    }

    async fn with_origin(
        &self,
        session: SessionId,
        jobs: Vec<Said>,
    ) -> Result<Vec<Message>, StoreError> {
        let mut messages = self.said_before_fork(session).await?;
        messages.extend(jobs.into_iter().rev().flat_map(Said::messages));
        let excess = messages.len().saturating_sub(MESSAGES);
        messages.drain(..excess);
        Ok(messages)
    }
}

impl Said {
    fn messages(self) -> impl Iterator<Item = Message> {
        let prompt = Message {
            role: Role::User,
            content: self.prompt,
            job_id: self.id,
            timestamp: self.created_at,
        };
        let summary = self.summary.map(|content| Message {
            role: Role::Assistant,
            content,
            job_id: self.id,
            timestamp: self.ended_at,
        });
        std::iter::once(prompt).chain(summary)
    }
}

/// Keeps, of the youngest first, the jobs on the way to the version at `place`, with what was tried
/// on that way and left no version. Where the way is not known any further, all before is kept.
fn keep_the_line(jobs: &mut Vec<Said>, mut place: Option<Option<JobId>>) {
    jobs.retain(|job| match place {
        None => true,
        Some(version) if version == Some(job.id) => {
            place = job.base;
            true
        }
        Some(_) if job.version => false,
        Some(version) => job.base.is_none_or(|base| base == version),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Jobs, oldest first, as (name, what it began with, whether it left a version).
    type Story<'a> = &'a [(&'a str, &'a str, bool)];

    /// Who is heard by a job that begins with the version of `base`.
    fn heard(story: Story<'_>, base: &str) -> Vec<String> {
        let ids: Vec<_> = story.iter().map(|_| JobId::generate()).collect();
        let id_of = |name: &str| {
            let place = story.iter().position(|(known, ..)| *known == name);
            place.map(|place| ids[place])
        };
        let said = story
            .iter()
            .zip(&ids)
            .map(|((name, base, version), id)| Said {
                id: *id,
                version: *version,
                base: (*base != "?").then(|| id_of(base)),
                prompt: (*name).to_owned(),
                created_at: Utc::now(),
                summary: None,
                ended_at: Utc::now(),
            });
        let mut said: Vec<_> = said.rev().collect();
        keep_the_line(&mut said, Some(id_of(base)));
        said.into_iter().rev().map(|said| said.prompt).collect()
    }

    #[test]
    fn without_going_back_all_is_heard() {
        let story: Story<'_> = &[
            ("failed", "", false),
            ("a", "", true),
            ("cancelled", "?", false),
            ("plan", "a", false),
            ("b", "a", true),
        ];
        assert_eq!(heard(story, "b"), ["failed", "a", "cancelled", "plan", "b"]);
    }

    #[test]
    fn what_was_left_behind_is_not_heard() {
        let story: Story<'_> = &[
            ("a", "", true),
            ("b", "a", true),
            ("failed on b", "b", false),
            ("c", "b", true),
            ("d", "a", true),
            ("failed on d", "d", false),
        ];
        assert_eq!(heard(story, "d"), ["a", "d", "failed on d"]);
        assert_eq!(heard(story, "a"), ["a"]);
        assert_eq!(heard(story, "c"), ["a", "b", "failed on b", "c"]);
    }

    #[test]
    fn a_part_that_was_restored_is_heard() {
        let story: Story<'_> = &[("a", "", true), ("part", "a", false), ("b", "a", true)];
        assert_eq!(heard(story, "part"), ["a", "part"]);
    }

    #[test]
    fn jobs_of_older_versions_of_leo_are_all_heard() {
        let story: Story<'_> = &[("a", "?", true), ("b", "?", true), ("c", "b", true)];
        assert_eq!(heard(story, "c"), ["a", "b", "c"]);
    }
}
