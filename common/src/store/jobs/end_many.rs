//! The ends of held jobs, one or many in one statement.

use std::slice;

use leo_protocol::{ArtifactId, JobId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::end::Outcome;
use crate::store::claims::db_small;
use crate::store::sessions::{Fact, fact_body};
use crate::store::{Db, StoreError, from_db, retry_deadlock};

/// A held job that has come to its end.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The job.
    pub job: JobId,
    /// Under which epoch it is held.
    pub epoch: u32,
    /// How it ends.
    pub outcome: Outcome,
}

/// What became of an [`Ending`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The job has ended.
    Done {
        /// Its last event, to be published.
        fact: Fact,
        /// Its user has jobs that wait to be claimed.
        more: bool,
    },
    /// The job is not held under that epoch any more; nothing has changed.
    Refused,
    /// Somebody else has this user's lock, and nothing has changed: wait with
    /// [`Db::finish_waiting`].
    Busy(UserId),
}

impl Db {
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
        let outcome = outcome.clone();
        let ending = Ending {
            job,
            epoch,
            outcome,
        };
        let ended = self.finish_waiting(slice::from_ref(&ending)).await?;
        Ok(ended.into_iter().find_map(|ended| match ended {
            Ended::Done { fact, .. } => Some(fact),
            Ended::Refused | Ended::Busy(_) => None,
        }))
    }

    /// Ends held jobs as [`Db::finish`] does, each of them or not, in one transaction; what became
    /// of each, in the order given. It waits for nobody who holds a user.
    ///
    /// # Errors
    /// When the database fails, or refuses what one of them says; asking again is safe, and
    /// [`Ended::Refused`] then may mean that the first call had been carried out.
    pub async fn finish_many(&self, endings: &[Ending]) -> Result<Vec<Ended>, StoreError> {
        self.end_jobs(endings, false).await
    }

    /// As [`Db::finish_many`], for jobs of one user: it waits for who holds him, and none is busy.
    ///
    /// # Errors
    /// As [`Db::finish_many`].
    pub async fn finish_waiting(&self, endings: &[Ending]) -> Result<Vec<Ended>, StoreError> {
        self.end_jobs(endings, true).await
    }

    async fn end_jobs(&self, endings: &[Ending], wait: bool) -> Result<Vec<Ended>, StoreError> {
        let column = Columns::of(endings);
        let rows = retry_deadlock(|| async {
            Ok(sqlx::query!(
                r#"select job_id as "job_id!", busy as "busy!", user_id as "user_id!", session_id, seq,
                          more as "more!"
                     from leo_end_jobs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"#,
                &column.jobs,
                &column.epochs,
                &column.statuses as &[&str],
                &column.reasons as &[Option<&str>],
                &column.messages as &[Option<&str>],
                &column.summaries as &[Option<&str>],
                &column.usages as &[Option<&Value>],
                &column.artifacts as &[Option<Uuid>],
                &column.bodies,
                wait,
            )
            .fetch_all(&self.hot)
            .await?)
        })
        .await?;
        let bodies = column.bodies;
        let judged = endings.iter().zip(bodies).map(|(ending, body)| {
            let row = rows.iter().find(|row| row.job_id == ending.job.uuid());
            let Some(row) = row else {
                return Ended::Refused;
            };
            match (row.busy, row.session_id, row.seq) {
                (false, Some(session), Some(seq)) => {
                    ending.outcome.count();
                    let (session, job) = (session.into(), Some(ending.job));
                    let seq = from_db(seq);
                    let fact = Fact {
                        session,
                        job,
                        seq,
                        body,
                    };
                    let more = row.more;
                    Ended::Done { fact, more }
                }
                (true, ..) => Ended::Busy(row.user_id.into()),
                _ => Ended::Refused,
            }
        });
        Ok(judged.collect())
    }
}

/// The endings as the arrays that the statement takes.
struct Columns<'a> {
    jobs: Vec<Uuid>,
    epochs: Vec<i32>,
    statuses: Vec<&'static str>,
    reasons: Vec<Option<&'static str>>,
    messages: Vec<Option<&'a str>>,
    summaries: Vec<Option<&'a str>>,
    usages: Vec<Option<&'a Value>>,
    artifacts: Vec<Option<Uuid>>,
    bodies: Vec<Vec<u8>>,
}

impl<'a> Columns<'a> {
    fn of(endings: &'a [Ending]) -> Self {
        let outcomes = || endings.iter().map(|ending| &ending.outcome);
        let errors = || outcomes().map(|outcome| outcome.error.as_ref());
        Self {
            jobs: endings.iter().map(|ending| ending.job.uuid()).collect(),
            epochs: endings
                .iter()
                .map(|ending| db_small(ending.epoch))
                .collect(),
            statuses: outcomes()
                .map(|outcome| outcome.status().as_str())
                .collect(),
            reasons: errors()
                .map(|error| error.map(|error| error.reason.as_str()))
                .collect(),
            messages: errors()
                .map(|error| error.map(|error| error.message.as_str()))
                .collect(),
            summaries: outcomes()
                .map(|outcome| outcome.summary.as_deref())
                .collect(),
            usages: outcomes().map(|outcome| outcome.usage.as_ref()).collect(),
            artifacts: outcomes()
                .map(|outcome| outcome.artifact.map(ArtifactId::uuid))
                .collect(),
            bodies: endings
                .iter()
                .map(|ending| fact_body(&ending.outcome.event(ending.job)))
                .collect(),
        }
    }
}
