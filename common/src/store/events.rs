//! The event log: append and read.
//!
//! [`Db::append`] stores batches of many jobs in one statement that locks the sessions' heads,
//! checks the fence and the position of each batch's source, takes the next places and inserts the
//! bodies. It is idempotent by position: a batch whose fate is unknown (the connection died in the
//! commit) is simply appended again, and answered [`Appended::Duplicate`] if it had been stored.
//!
//! Readers ask by cursor. Nothing is ever changed once it is stored.

use bytes::Bytes;
use leo_protocol::batch::Place;
use leo_protocol::{JobId, SessionId};
use uuid::Uuid;

use super::claims::db_small;
use super::{Db, StoreError, from_db, to_db};

/// Where a batch's events come from. The numbers are places in the arrays of `session_heads`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The container's output, followed by a worker; positions are entries of its stored log.
    Stdout = 1,
    /// The container's own socket; positions are frame numbers.
    Runner = 2,
    /// The worker itself; positions are a counter of its own.
    Worker = 3,
}

/// A batch to be stored.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// The stream.
    pub session: SessionId,
    /// The job.
    pub job: JobId,
    /// Where the events come from.
    pub source: Source,
    /// The holder's epoch; for [`Source::Runner`] the attempt.
    pub fence: u32,
    /// Of [`Source::Runner`] the connection, see [`super::runners`]; of others 0.
    pub generation: u64,
    /// The position of the source before this batch.
    pub from: u64,
    /// Its position with this batch.
    pub to: u64,
    /// How many events `body` holds; 0 moves the position alone.
    pub count: u32,
    /// The encoded events, see [`leo_protocol::batch`].
    pub body: Bytes,
}

/// What became of a [`NewBatch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// Stored, beginning at this `seq`.
    Stored {
        /// The first event's place.
        first: u64,
    },
    /// It had been stored before.
    Duplicate {
        /// Its place, where it was this source's last batch.
        first: Option<u64>,
    },
    /// The source stands elsewhere: go on from there.
    Gap {
        /// The stored position.
        position: u64,
    },
    /// The job is not held under that epoch (or attempt, or connection) any more; nothing of it is
    /// taken.
    Fenced,
    /// Somebody else has the stream's lock: try again.
    Busy,
}

/// Stored events, consecutive and of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Where they stand.
    pub place: Place,
    /// The last event's `seq`.
    pub last: u64,
    /// The stored bytes.
    pub body: Bytes,
}

impl Db {
    /// Stores batches, at most one per session and call, and tells of each what became of it, in
    /// the order given.
    ///
    /// # Errors
    /// When the database fails; then each batch may or may not be stored, and the same call tells.
    pub async fn append(&self, batches: &[NewBatch]) -> Result<Vec<Appended>, StoreError> {
        let column = Columns::of(batches);
        let rows = sqlx::query!(
            r#"
with i as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::integer[], $5::bigint[], $6::bigint[],
                       $7::integer[], $8::bytea[], $9::bigint[])
    with ordinality t(session_id, job_id, source, fence, pos_from, pos_to, cnt, body, generation, ord)
), k as materialized (
  select i.ord, h.last_seq + 1 as first, h.positions[i.source] as pos, h.firsts[i.source] as last_first,
         (h.front_job = i.job_id
          and case when i.source = 2
                then h.attempt = i.fence and h.generations[2] = i.generation and not h.runner_ended
                else h.epoch = i.fence end) is true as live
    from i join session_heads h on h.session_id = i.session_id
   order by h.session_id for no key update of h skip locked
), u as (
  update session_heads h
     set last_seq = k.first + i.cnt - 1, positions[i.source] = i.pos_to,
         firsts[i.source] = case when i.cnt > 0 then k.first else h.firsts[i.source] end,
         runner_bytes = h.runner_bytes + case when i.source = 2 then octet_length(i.body) else 0 end
    from k join i using (ord)
   where k.live and k.pos = i.pos_from and h.session_id = i.session_id
), e as (
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  select i.session_id, k.first + i.cnt - 1, k.first, i.job_id, i.source, i.body
    from k join i using (ord) where k.live and k.pos = i.pos_from and i.cnt > 0
)
select i.ord as "ord!", k.live as "live?", k.pos as "pos?", k.first as "first?", k.last_first as "last_first?",
       exists (select 1 from session_heads h where h.session_id = i.session_id) as "exists!"
  from i left join k using (ord) order by i.ord"#,
            &column.sessions,
            &column.jobs,
            &column.sources,
            &column.fences,
            &column.froms,
            &column.tos,
            &column.counts,
            &column.bodies as &[&[u8]],
            &column.generations,
        )
        .fetch_all(&self.hot)
        .await?;
        Ok(batches
            .iter()
            .zip(rows)
            .map(|(batch, row)| match (row.live, row.pos, row.first) {
                (Some(true), Some(position), Some(first)) => judge(
                    batch,
                    from_db(position),
                    from_db(first),
                    row.last_first.map(from_db),
                ),
                (Some(false), ..) => Appended::Fenced,
                _ if row.exists => Appended::Busy,
                _ => Appended::Fenced,
            })
            .collect())
    }

    /// The head of a stream: its last `seq`; `None` where there is no such session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn head(&self, session: SessionId) -> Result<Option<u64>, StoreError> {
        let head = sqlx::query_scalar!(
            "select last_seq from session_heads where session_id = $1",
            session.uuid()
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(head.map(from_db))
    }

    /// The heads of many streams in one query.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heads(&self, sessions: &[SessionId]) -> Result<Vec<(SessionId, u64)>, StoreError> {
        let ids: Vec<Uuid> = sessions.iter().map(|session| session.uuid()).collect();
        let rows = sqlx::query!(
            "select session_id, last_seq from session_heads where session_id = any($1)",
            &ids
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.session_id.into(), from_db(row.last_seq)))
            .collect())
    }

    /// The batches after `cursor`, oldest first: whole stored batches, so the first may begin
    /// before the cursor. At most `rows` of them, and no more once `bytes` are exceeded; at least
    /// one where there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(
        &self,
        session: SessionId,
        cursor: u64,
        rows: u32,
        bytes: u64,
    ) -> Result<Vec<Batch>, StoreError> {
        let rows = sqlx::query!(
            r#"select first_seq, last_seq, job_id, body from (
                 select first_seq, last_seq, job_id, body,
                        coalesce(sum(octet_length(body)) over (order by last_seq
                          rows between unbounded preceding and 1 preceding), 0) as before
                   from (select * from event_batches where session_id = $1 and last_seq > $2
                          order by last_seq limit $3) page) sized
               where before < $4 order by last_seq"#,
            session.uuid(),
            to_db(cursor),
            i64::from(rows),
            to_db(bytes),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Batch {
                place: Place {
                    session_id: session,
                    job_id: row.job_id.map(Into::into),
                    first: from_db(row.first_seq),
                },
                last: from_db(row.last_seq),
                body: row.body.into(),
            })
            .collect())
    }

    /// Where a source of the attempt stands: how far its output is stored. `None` when the job is
    /// not held under `epoch` any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(
        &self,
        session: SessionId,
        job: JobId,
        epoch: u32,
        source: Source,
    ) -> Result<Option<u64>, StoreError> {
        let position = sqlx::query_scalar!(
            r#"select positions[$4::integer] as "position!" from session_heads
                where session_id = $1 and front_job = $2 and epoch = $3"#,
            session.uuid(),
            job.uuid(),
            db_small(epoch),
            source as i32,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(position.map(from_db))
    }
}

fn judge(batch: &NewBatch, position: u64, first: u64, last_first: Option<u64>) -> Appended {
    if position == batch.from && batch.to > batch.from {
        Appended::Stored { first }
    } else if position >= batch.to {
        Appended::Duplicate {
            first: last_first.filter(|_| position == batch.to && batch.count > 0),
        }
    } else {
        Appended::Gap { position }
    }
}

/// The batches as the arrays that the statement takes.
struct Columns<'a> {
    sessions: Vec<Uuid>,
    jobs: Vec<Uuid>,
    sources: Vec<i16>,
    fences: Vec<i32>,
    froms: Vec<i64>,
    tos: Vec<i64>,
    counts: Vec<i32>,
    bodies: Vec<&'a [u8]>,
    generations: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(batches: &'a [NewBatch]) -> Self {
        Self {
            sessions: batches.iter().map(|batch| batch.session.uuid()).collect(),
            jobs: batches.iter().map(|batch| batch.job.uuid()).collect(),
            sources: batches.iter().map(|batch| batch.source as i16).collect(),
            fences: batches.iter().map(|batch| db_small(batch.fence)).collect(),
            froms: batches.iter().map(|batch| to_db(batch.from)).collect(),
            tos: batches.iter().map(|batch| to_db(batch.to)).collect(),
            counts: batches.iter().map(|batch| db_small(batch.count)).collect(),
            bodies: batches.iter().map(|batch| batch.body.as_ref()).collect(),
            generations: batches
                .iter()
                .map(|batch| to_db(batch.generation))
                .collect(),
        }
    }
}
