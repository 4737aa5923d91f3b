//! Archived events: which sessions are due, and where a range of a stream lies.
//!
//! A range of a stream stands in `event_batches` or in one archive, never in both;
//! [`super::archiving`] moves it. What an archive looks like is [`crate::history`]'s business.

use std::time::Duration;

use leo_protocol::SessionId;
use sqlx::PgTransaction;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{Db, StoreError, from_db, to_db};

/// Sessions looked at in one statement.
const SCAN: i64 = 500;
/// The longest time that is asked for, a thousand years: Postgres refuses to go back much further.
const LONGEST: Duration = Duration::from_secs(1000 * 365 * 24 * 3600);

/// A part of the sessions that have events in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Those that are to be archived.
    pub due: Vec<SessionId>,
    /// Where to go on; `None` at the end.
    pub next: Option<SessionId>,
}

/// A piece of an archive that is read at once: some whole batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The first event's `seq`.
    pub first: u64,
    /// The last one's.
    pub last: u64,
    /// Where its bytes begin in the object.
    pub offset: u64,
    /// How many there are.
    pub length: u64,
    /// Of the bytes.
    pub sha256: [u8; 32],
}

/// A block, and the object that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBlock {
    /// Where the object is, relative to the artifact store.
    pub location: String,
    /// How the events are written down.
    pub format: i16,
    /// The block.
    pub block: Block,
}

impl Db {
    /// Looks through the sessions behind `after` for those that are at rest and whose last event is
    /// older than `age`, by the database's clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_for_archive(
        &self,
        after: Option<SessionId>,
        age: Duration,
    ) -> Result<Scanned, StoreError> {
        // A walk from session to session, one probe of the primary key each: what it costs depends
        // neither on how many events there are nor on how many sessions are archived.
        let rows = sqlx::query!(
            r#"with recursive walk(id) as (
                 (select session_id from event_batches where session_id > $1 order by session_id limit 1)
                 union all
                 select (select b.session_id from event_batches b where b.session_id > w.id
                          order by b.session_id limit 1)
                   from walk w where w.id is not null
               )
               select id as "id!", coalesce(leo_at_rest(id, $2), false) as "due!"
                 from (select id from walk where id is not null limit $3) page order by id"#,
            after.map_or(Uuid::nil(), SessionId::uuid),
            interval(age),
            SCAN,
        )
        .fetch_all(&self.pool)
        .await?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == SCAN);
        let next = rows.last().map(|row| row.id.into());
        let due = rows.into_iter().filter(|row| row.due);
        Ok(Scanned {
            due: due.map(|row| row.id.into()).collect(),
            next: next.filter(|_| full),
        })
    }

    /// A transaction in which nobody else archives or purges the session; `None` when somebody
    /// does.
    pub(super) async fn begin_alone(
        &self,
        session: SessionId,
    ) -> Result<Option<PgTransaction<'static>>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let alone = sqlx::query_scalar!(
            r#"select pg_try_advisory_xact_lock(hashtextextended('leo.session.' || $1::uuid, 0)) as "alone!""#,
            session.uuid()
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(alone.then_some(tx))
    }

    /// The archived block that holds what follows `cursor`, or the first one behind it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archived_block(
        &self,
        session: SessionId,
        cursor: u64,
    ) -> Result<Option<FoundBlock>, StoreError> {
        let row = sqlx::query!(
            "select b.first_seq, b.last_seq, b.byte_offset, b.byte_length, b.sha256, a.location, a.format
               from event_blocks b
               join event_archives a on a.session_id = b.session_id and a.last_seq = b.archive
              where b.session_id = $1 and b.last_seq > $2 order by b.last_seq limit 1",
            session.uuid(),
            to_db(cursor),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let unreadable = |_| StoreError::Unreadable {
                what: "hash of archived events",
                value: format!("{session} {}", row.last_seq),
            };
            Ok(FoundBlock {
                location: row.location,
                format: row.format,
                block: Block {
                    first: from_db(row.first_seq),
                    last: from_db(row.last_seq),
                    offset: from_db(row.byte_offset),
                    length: from_db(row.byte_length),
                    sha256: row.sha256.as_slice().try_into().map_err(unreadable)?,
                },
            })
        })
        .transpose()
    }
}

/// A length of time as Postgres counts it.
pub(super) fn interval(time: Duration) -> PgInterval {
    let time = time.min(LONGEST);
    PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(time.as_micros()).unwrap_or(i64::MAX),
    }
}
