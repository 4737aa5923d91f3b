//! The sockets of running containers: whose connection a runner's source is, and what came of it.
//!
//! A container may connect as often as it likes, to any replica; the source belongs to the newest
//! connection alone. Each one gets the next *generation*, which every append names, so what an older
//! connection still has on its way is refused by the store and by nobody's memory.

use bytes::Bytes;
use leo_protocol::{JobId, SessionId};
use uuid::Uuid;

use super::claims::db_small;
use super::{Db, StoreError, from_db, to_db};

/// A connection that holds a runner's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunnerHold {
    /// The job's stream.
    pub session: SessionId,
    /// The job.
    pub job: JobId,
    /// The container run.
    pub attempt: u32,
    /// Which connection of that run this is, from 1.
    pub generation: u64,
}

/// What became of a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerOpened {
    /// It holds the source.
    Open {
        /// Names the connection.
        hold: RunnerHold,
        /// The last frame that is stored.
        position: u64,
        /// Bytes stored from this attempt's socket.
        bytes: u64,
        /// `end` is stored: nothing more is taken.
        ended: bool,
    },
    /// Another standing than that of a connection.
    Refused(RunnerStanding),
    /// There is no such job.
    Unknown,
}

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerStanding {
    /// It holds the source.
    Live {
        /// Somebody has asked for the job's end.
        cancel: bool,
    },
    /// A newer connection of the same attempt holds it.
    Replaced,
    /// A newer attempt runs.
    Superseded,
    /// The job has ended.
    Ended,
}

/// What has come over the sockets of an attempt so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunnerState {
    /// Connections so far.
    pub generation: u64,
    /// The last frame that is stored.
    pub position: u64,
    /// Bytes stored.
    pub bytes: u64,
    /// The stream's last `seq` before the first connection.
    pub since: u64,
    /// A server holds a connection; stays set when that server is killed.
    pub open: bool,
    /// `end` is stored.
    pub ended: bool,
}

/// A stored batch of a runner's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerBatch {
    /// Its last event's `seq`.
    pub last: u64,
    /// The stored bytes.
    pub body: Bytes,
}

impl Db {
    /// Gives the source of an attempt to a new connection. A call whose answer is lost leaves a
    /// connection that nobody holds, and the next one takes over from it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_runner(&self, job: JobId, attempt: u32) -> Result<RunnerOpened, StoreError> {
        let row = sqlx::query!(
            r#"select outcome as "outcome!", session_id, generation, pos, bytes, ended
                 from leo_runner_open($1, $2)"#,
            job.uuid(),
            db_small(attempt),
        )
        .fetch_one(&self.hot)
        .await?;
        Ok(match (row.outcome.as_str(), row.session_id) {
            ("open", Some(session)) => RunnerOpened::Open {
                hold: RunnerHold {
                    session: session.into(),
                    job,
                    attempt,
                    generation: from_db(row.generation.unwrap_or_default()),
                },
                position: from_db(row.pos.unwrap_or_default()),
                bytes: from_db(row.bytes.unwrap_or_default()),
                ended: row.ended.unwrap_or_default(),
            },
            ("superseded", _) => RunnerOpened::Refused(RunnerStanding::Superseded),
            ("ended", _) => RunnerOpened::Refused(RunnerStanding::Ended),
            ("unknown", _) => RunnerOpened::Unknown,
            (other, _) => {
                return Err(StoreError::Unreadable {
                    what: "outcome",
                    value: other.to_owned(),
                });
            }
        })
    }

    /// Stores that the runner has said everything, with `end` as frame `number`: from here on
    /// nothing of this attempt's socket is taken. The number is that of the last frame or the next
    /// one. `false` when the connection does not hold the source, or the source stands elsewhere.
    /// May be called again after a lost answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_runner(&self, hold: &RunnerHold, number: u64) -> Result<bool, StoreError> {
        let ended = sqlx::query!(
            "update session_heads set runner_ended = true, runner_open = false, positions[2] = $5::bigint
              where session_id = $1 and front_job = $2 and attempt = $3 and generations[2] = $4
                and positions[2] in ($5::bigint, $5::bigint - 1)",
            hold.session.uuid(),
            hold.job.uuid(),
            db_small(hold.attempt),
            to_db(hold.generation),
            to_db(number),
        )
        .execute(&self.pool)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Stores that the connection is over and all that came over it is stored. Of a connection that
    /// does not hold the source any more this changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_runner(&self, hold: &RunnerHold) -> Result<(), StoreError> {
        sqlx::query!(
            "update session_heads set runner_open = false
              where session_id = $1 and front_job = $2 and attempt = $3 and generations[2] = $4",
            hold.session.uuid(),
            hold.job.uuid(),
            db_small(hold.attempt),
            to_db(hold.generation),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How many connections stand, in one query, in the order given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runners(&self, holds: &[RunnerHold]) -> Result<Vec<RunnerStanding>, StoreError> {
        let sessions: Vec<Uuid> = holds.iter().map(|hold| hold.session.uuid()).collect();
        let jobs: Vec<Uuid> = holds.iter().map(|hold| hold.job.uuid()).collect();
        let attempts: Vec<i32> = holds.iter().map(|hold| db_small(hold.attempt)).collect();
        let generations: Vec<i64> = holds.iter().map(|hold| to_db(hold.generation)).collect();
        let rows = sqlx::query!(
            r#"select (h.front_job = i.job_id) is true as "front!", (h.attempt = i.attempt) is true as "present!",
                      (h.generations[2] = i.generation) is true as "newest!",
                      (j.cancel_requested_at is not null) is true as "cancel!"
                 from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bigint[])
                   with ordinality i(session_id, job_id, attempt, generation, ord)
                 left join session_heads h on h.session_id = i.session_id
                 left join jobs j on j.id = i.job_id
                order by i.ord"#,
            &sessions,
            &jobs,
            &attempts,
            &generations,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| match (row.front, row.present, row.newest) {
                (false, ..) => RunnerStanding::Ended,
                (true, false, _) => RunnerStanding::Superseded,
                (true, true, false) => RunnerStanding::Replaced,
                (true, true, true) => RunnerStanding::Live { cancel: row.cancel },
            })
            .collect())
    }

    /// What has come over the sockets of an attempt; `None` when it is not the present one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runner_state(
        &self,
        session: SessionId,
        job: JobId,
        attempt: u32,
    ) -> Result<Option<RunnerState>, StoreError> {
        let row = sqlx::query!(
            r#"select generations[2] as "generation!", positions[2] as "position!", runner_bytes, runner_since,
                      runner_open, runner_ended
                 from session_heads where session_id = $1 and front_job = $2 and attempt = $3"#,
            session.uuid(),
            job.uuid(),
            db_small(attempt),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| match row.generation {
            // What the columns hold is of an earlier attempt.
            0 => RunnerState::default(),
            generation => RunnerState {
                generation: from_db(generation),
                position: from_db(row.position),
                bytes: from_db(row.runner_bytes),
                since: from_db(row.runner_since),
                open: row.runner_open,
                ended: row.runner_ended,
            },
        }))
    }

    /// Stored batches of a job's runner source behind `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runner_batches(
        &self,
        session: SessionId,
        job: JobId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RunnerBatch>, StoreError> {
        let rows = sqlx::query!(
            "select last_seq, body from event_batches
              where session_id = $1 and last_seq > $2 and job_id = $3 and source = 2
              order by last_seq limit $4",
            session.uuid(),
            to_db(after),
            job.uuid(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| RunnerBatch {
                last: from_db(row.last_seq),
                body: row.body.into(),
            })
            .collect())
    }
}
