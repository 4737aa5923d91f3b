//! The transaction that moves a range of a stream out of `event_batches`.
//!
//! It reads what is to go, waits while that is written elsewhere, and then, under the lock of the
//! stream, names the new place and removes the rows, if nothing has happened meanwhile.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use leo_protocol::{JobId, SessionId};
use sqlx::PgTransaction;

use super::archives::{Block, interval};
use super::{Db, StoreError, from_db, to_db};

/// A batch with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBatch {
    /// The first event's `seq`.
    pub first: u64,
    /// The last one's.
    pub last: u64,
    /// The job, unless the events belong to the session as a whole.
    pub job: Option<JobId>,
    /// As in the table: a [`super::events::Source`], or 0.
    pub source: i16,
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// The stored bytes.
    pub body: Bytes,
}

/// An object that holds events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArchive {
    /// Where it is, relative to the artifact store.
    pub location: String,
    /// How the events are written down.
    pub format: i16,
    /// Its size.
    pub bytes: u64,
    /// How many batches are in it.
    pub batches: u64,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// A session whose events are being moved; nobody else moves or purges it meanwhile. Dropped, it
/// leaves everything as it was.
#[derive(Debug)]
pub struct Archiving {
    tx: PgTransaction<'static>,
    session: SessionId,
    head: u64,
    first: u64,
    last: u64,
    read: u64,
}

impl Db {
    /// Begins to move a session's oldest batches, up to the one with which their bodies exceed
    /// `bytes`. `None` when somebody else does, or the session is not (or no longer) due, see
    /// [`Self::due_for_archive`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_archive(
        &self,
        session: SessionId,
        age: Duration,
        bytes: u64,
    ) -> Result<Option<Archiving>, StoreError> {
        let Some(mut tx) = self.begin_alone(session).await? else {
            return Ok(None);
        };
        let row = sqlx::query!(
            r#"select h.last_seq as head, part.first_seq as "first?", part.last_seq as "last?"
                 from session_heads h,
                      (select min(first_seq) as first_seq, max(last_seq) as last_seq from (
                         select first_seq, last_seq, coalesce(sum(octet_length(body)) over (order by last_seq
                                  rows between unbounded preceding and 1 preceding), 0) as before
                           from event_batches where session_id = $1) sized
                        where before < $3) part
                where h.session_id = $1 and leo_at_rest($1, $2)"#,
            session.uuid(),
            interval(age),
            to_db(bytes),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let found = row.and_then(|row| Some((row.head, row.first?, row.last?)));
        Ok(found.map(|(head, first, last)| Archiving {
            tx,
            session,
            head: from_db(head),
            first: from_db(first),
            last: from_db(last),
            read: from_db(first).saturating_sub(1),
        }))
    }
}

impl Archiving {
    /// The `seq` of the first event that is moved, and of the last one.
    #[must_use]
    pub const fn range(&self) -> (u64, u64) {
        (self.first, self.last)
    }

    /// The next batches, oldest first, none when all are read; bounded as [`Db::read`] is.
    ///
    /// # Errors
    /// When the database fails; then this is of no use any more.
    pub async fn read(&mut self, rows: u32, bytes: u64) -> Result<Vec<StoredBatch>, StoreError> {
        let rows = sqlx::query!(
            r#"select first_seq, last_seq, job_id, source, at, body from (
                 select first_seq, last_seq, job_id, source, at, body,
                        coalesce(sum(octet_length(body)) over (order by last_seq
                          rows between unbounded preceding and 1 preceding), 0) as before
                   from (select * from event_batches
                          where session_id = $1 and last_seq > $2 and last_seq <= $3
                          order by last_seq limit $4) page) sized
               where before < $5 order by last_seq"#,
            self.session.uuid(),
            to_db(self.read),
            to_db(self.last),
            i64::from(rows),
            to_db(bytes),
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let batches: Vec<_> = rows
            .into_iter()
            .map(|row| StoredBatch {
                first: from_db(row.first_seq),
                last: from_db(row.last_seq),
                job: row.job_id.map(Into::into),
                source: row.source,
                at: row.at,
                body: row.body.into(),
            })
            .collect();
        self.read = batches.last().map_or(self.read, |batch| batch.last);
        Ok(batches)
    }

    /// Names the archive, which holds all of the range, and removes the batches. `false`, and
    /// nothing has changed, when something has happened in the session meanwhile.
    ///
    /// # Errors
    /// When the database fails. If the connection died in the commit, it may have been carried out;
    /// the events are in one place or in the other.
    pub async fn commit(mut self, archive: &NewArchive) -> Result<bool, StoreError> {
        if !self.stands_still().await? {
            return Ok(false);
        }
        let (first, last) = self.range();
        sqlx::query!(
            "insert into event_archives (session_id, last_seq, first_seq, format, location, bytes)
             values ($1, $2, $3, $4, $5, $6)",
            self.session.uuid(),
            to_db(last),
            to_db(first),
            archive.format,
            archive.location,
            to_db(archive.bytes),
        )
        .execute(&mut *self.tx)
        .await?;
        self.insert_blocks(&archive.blocks, last).await?;
        let removed = sqlx::query!(
            "delete from event_batches where session_id = $1 and first_seq >= $2 and last_seq <= $3",
            self.session.uuid(),
            to_db(first),
            to_db(last),
        )
        .execute(&mut *self.tx)
        .await?;
        if removed.rows_affected() != archive.batches {
            return Ok(false);
        }
        self.tx.commit().await?;
        Ok(true)
    }

    /// Locks the stream; whether nothing was added since it was found at rest. A job that has begun
    /// meanwhile has added an event.
    async fn stands_still(&mut self) -> Result<bool, StoreError> {
        let head = sqlx::query_scalar!(
            "select last_seq from session_heads where session_id = $1 for no key update",
            self.session.uuid()
        )
        .fetch_optional(&mut *self.tx)
        .await?;
        if head.map(from_db) != Some(self.head) {
            return Ok(false);
        }
        let rests =
            sqlx::query_scalar!("select leo_at_rest($1, interval '0')", self.session.uuid())
                .fetch_one(&mut *self.tx)
                .await?;
        Ok(rests == Some(true))
    }

    async fn insert_blocks(&mut self, blocks: &[Block], archive: u64) -> Result<(), StoreError> {
        let column = |of: fn(&Block) -> u64| -> Vec<i64> {
            blocks.iter().map(|block| to_db(of(block))).collect()
        };
        let hashes: Vec<&[u8]> = blocks.iter().map(|block| &block.sha256[..]).collect();
        sqlx::query!(
            "insert into event_blocks (session_id, archive, first_seq, last_seq, byte_offset, byte_length, sha256)
             select $1, $2, * from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[])",
            self.session.uuid(),
            to_db(archive),
            &column(|block| block.first),
            &column(|block| block.last),
            &column(|block| block.offset),
            &column(|block| block.length),
            &hashes as &[&[u8]],
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
