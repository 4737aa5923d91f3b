//! Pushes, which are effects of jobs: asked for, waited for, and their results.
//!
//! The first push of a job is written by the transaction that records its artifact, and the job's
//! end waits for it for some time. Who gives up waiting marks the row as late, in one statement;
//! who records a result decides by that mark, under the row's lock, whether to tell it as an event.
//! So each result is told exactly once: by the job's end or by an event after it.

use leo_protocol::{ArtifactId, EffectId, EventKind, JobId, SessionId, WorkerId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::store::claims::db_small;
use crate::store::jobs::shown_status;
use crate::store::outbox::{Effect, Pool};
use crate::store::sessions::{Fact, fact_body};
use crate::store::{Db, StoreError, from_db, retry_deadlock};

/// The push that a job's own end waits for.
pub const FIRST: &str = "push";

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Where it can be seen.
    pub url: Option<String>,
    /// What went wrong, or what there is to know.
    pub error: Option<String>,
}

/// Where the first push of a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstPush {
    /// There is none.
    None,
    /// It is not over.
    Pending,
    /// It is.
    Over(Published),
}

/// What became of recording a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It stands there; an event is to be published where nobody waits for it.
    Done(Option<Fact>),
    /// It is to be told after the job's end, which has not come.
    Early,
    /// The worker's claim does not hold any more: nothing has changed.
    Lost,
}

impl Published {
    fn of(result: Option<&Value>) -> Self {
        let text = |name| Some(result?.get(name)?.as_str()?.to_owned());
        Self {
            url: text("url"),
            error: text("error"),
        }
    }

    fn result(&self) -> Value {
        json!({ "url": self.url, "error": self.error })
    }
}

/// Writes the first push of a job, of this artifact; in the transaction that records it. One of an
/// earlier attempt of the job begins again.
pub(crate) async fn add_first(
    tx: &mut PgConnection,
    job: JobId,
    session: SessionId,
    artifact: ArtifactId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into outbox (id, pool, job_id, kind, lane, payload) values ($1, $2, $3, $4, $5, $6)
         on conflict (job_id, kind) do update set payload = excluded.payload, status = 'pending', late = false,
           claimed_by = null, next_at = now(), result = null, finished_at = null
          where outbox.payload <> excluded.payload",
        EffectId::generate().uuid(),
        Pool::Push.as_str(),
        job.uuid(),
        FIRST,
        session.uuid(),
        json!({ "artifact": artifact }),
    )
    .execute(tx)
    .await?;
    Ok(())
}

impl Db {
    /// Where the first push of a job stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_push(&self, job: JobId) -> Result<FirstPush, StoreError> {
        let row = sqlx::query!(
            "select status, result from outbox where job_id = $1 and kind = $2",
            job.uuid(),
            FIRST,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(match row {
            None => FirstPush::None,
            Some(row) if row.status == "pending" => FirstPush::Pending,
            Some(row) => FirstPush::Over(Published::of(row.result.as_ref())),
        })
    }

    /// Gives up waiting for the first push of a job: its result will be an event. `false` when it
    /// is over already.
    ///
    /// # Errors
    /// When the database fails; asking again is safe.
    pub async fn leave_push(&self, job: JobId) -> Result<bool, StoreError> {
        let left = sqlx::query!(
            "update outbox set late = true where job_id = $1 and kind = $2 and status = 'pending'",
            job.uuid(),
            FIRST,
        )
        .execute(&self.pool)
        .await?;
        Ok(left.rows_affected() > 0)
    }

    /// Asks for another push of an ended job, whose result will be an event; `None` when one is
    /// under way already. The caller has made sure that the job is the user's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_push(
        &self,
        job: JobId,
        session: SessionId,
        artifact: ArtifactId,
    ) -> Result<Option<EffectId>, StoreError> {
        let id = EffectId::generate();
        let mut tx = self.pool.begin().await?;
        // Whoever asks at the same time sees this one.
        sqlx::query!(
            "select id from jobs where id = $1 for no key update",
            job.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?;
        let asked = sqlx::query!(
            "insert into outbox (id, pool, job_id, kind, lane, payload, late)
             select $1, $2, $3, $4, $5, $6, true
              where not exists (select from outbox where job_id = $3 and status = 'pending'
                                   and (kind = $7 or kind like $7 || ':%'))",
            id.uuid(),
            Pool::Push.as_str(),
            job.uuid(),
            format!("{FIRST}:{id}"),
            session.uuid(),
            json!({ "artifact": artifact }),
            FIRST,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok((asked.rows_affected() > 0).then_some(id))
    }

    /// Records what came of a push: with the effect, with the job, and as an event of the session
    /// where nobody waits for it, in one transaction. `done` is false where nothing was pushed.
    ///
    /// # Errors
    /// When the database fails; the same may be said again, and is lost where it was heard.
    pub async fn record_push(
        &self,
        worker: WorkerId,
        effect: &Effect,
        session: SessionId,
        done: bool,
        published: &Published,
    ) -> Result<Recorded, StoreError> {
        retry_deadlock(|| self.try_record_push(worker, effect, session, done, published)).await
    }

    async fn try_record_push(
        &self,
        worker: WorkerId,
        effect: &Effect,
        session: SessionId,
        done: bool,
        published: &Published,
    ) -> Result<Recorded, StoreError> {
        let mut tx = self.pool.begin().await?;
        let status = sqlx::query_scalar!(
            "select status from jobs where id = $1 for no key update",
            effect.job.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(status) = status else {
            return Ok(Recorded::Lost);
        };
        let late = sqlx::query_scalar!(
            "select late from outbox
              where id = $1 and claimed_by = $2 and tries = $3 and status = 'pending' for update",
            effect.id.uuid(),
            worker.uuid(),
            db_small(effect.tries),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(late) = late else {
            return Ok(Recorded::Lost);
        };
        if late && !shown_status(&status)?.is_terminal() {
            return Ok(Recorded::Early);
        }
        sqlx::query!(
            "with ended as (update outbox set status = $3, result = $4, claimed_by = null, finished_at = clock_timestamp()
                             where id = $2)
             update jobs set github_url = coalesce($5, github_url) where id = $1",
            effect.job.uuid(),
            effect.id.uuid(),
            if done { "done" } else { "failed" },
            published.result(),
            published.url,
        )
        .execute(&mut *tx)
        .await?;
        let fact = match late {
            true => Some(tell(&mut tx, session, effect.job, published).await?),
            false => None,
        };
        tx.commit().await?;
        Ok(Recorded::Done(fact))
    }
}

/// Appends the event that tells of a result.
async fn tell(
    tx: &mut PgConnection,
    session: SessionId,
    job: JobId,
    published: &Published,
) -> Result<Fact, StoreError> {
    let body = fact_body(&EventKind::ArtifactPublished {
        job_id: job,
        github_url: published.url.clone(),
        error: published.error.clone(),
    });
    let seq = sqlx::query_scalar!(
        r#"select leo_append_fact($1, null, $2) as "seq!""#,
        session.uuid(),
        &body
    )
    .fetch_one(tx)
    .await?;
    Ok(Fact {
        session,
        job: None,
        seq: from_db(seq),
        body,
    })
}
