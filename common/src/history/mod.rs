//! A session's whole stream, wherever its parts are kept.
//!
//! The events of sessions that have been at rest for long leave Postgres for the artifact store,
//! see [`archive`]. [`History`] reads both as one stream: what it promises is what
//! [`Db::read`] promises, and readers need not know where something is. What comes out of an
//! archive is checked, and damage is an error, never a gap.

use bytes::Bytes;
use leo_protocol::SessionId;
use sha2::{Digest as _, Sha256};

use crate::artifacts::{ArtifactError, ArtifactStore};
use crate::store::archives::FoundBlock;
use crate::store::events::Batch;
use crate::store::{Db, StoreError};

pub mod archive;
mod ndjson;

pub use archive::{ArchiveError, Prepared};

/// Why a part of a stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The database failed.
    #[error("read the events")]
    Store(#[from] StoreError),
    /// The artifact store failed; the next try may work.
    #[error("read archived events from {first} on")]
    Unreachable {
        /// Where the part begins.
        first: u64,
        /// Why.
        #[source]
        source: ArtifactError,
    },
    /// The archive is gone or is not what was written.
    #[error("the archive `{location}` is damaged: its events {first} to {last} cannot be read")]
    Damaged {
        /// Which object of the artifact store.
        location: String,
        /// Where the damaged part begins.
        first: u64,
        /// Where it ends.
        last: u64,
    },
    /// There are later events, but not these.
    #[error("events from {0} on are not stored any more")]
    Missing(u64),
}

impl HistoryError {
    /// Whether the next try will end the same way.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Store(error) => error.is_refusal(),
            Self::Unreachable { .. } => false,
            Self::Damaged { .. } | Self::Missing(_) => true,
        }
    }
}

/// Reads and archives streams. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History {
    db: Db,
    artifacts: ArtifactStore,
}

impl History {
    /// The streams of this database, of which older parts are in this store.
    #[must_use]
    pub const fn new(db: Db, artifacts: ArtifactStore) -> Self {
        Self { db, artifacts }
    }

    /// The database.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// The batches after `cursor`, oldest first and contiguous: whole stored batches, so the first
    /// may begin before the cursor. At most `rows` of them, and no more once `bytes` are exceeded;
    /// at least one where there is one. It may end earlier, where an archive does.
    ///
    /// # Errors
    /// When the database or the artifact store fails, or the events behind `cursor` are damaged or
    /// missing.
    pub async fn read(
        &self,
        session: SessionId,
        cursor: u64,
        rows: u32,
        bytes: u64,
    ) -> Result<Vec<Batch>, HistoryError> {
        let next = cursor.saturating_add(1);
        // Events move from the database into archives and never back: what is in neither of them,
        // looked at in this order, is not there.
        let stored = self.db.read(session, cursor, rows, bytes).await?;
        if stored
            .first()
            .is_some_and(|first| first.place.first <= next)
        {
            return Ok(stored);
        }
        match self.db.archived_block(session, cursor).await? {
            Some(found) if found.block.first <= next => {
                let batches = self.block(session, &found).await?;
                Ok(page(batches, cursor, rows, bytes))
            }
            None if stored.is_empty() => Ok(Vec::new()),
            Some(_) | None => Err(HistoryError::Missing(next)),
        }
    }

    async fn block(
        &self,
        session: SessionId,
        found: &FoundBlock,
    ) -> Result<Vec<Batch>, HistoryError> {
        let block = &found.block;
        let damaged = || HistoryError::Damaged {
            location: found.location.clone(),
            first: block.first,
            last: block.last,
        };
        let range = block.offset..block.offset.saturating_add(block.length);
        let read = self.artifacts.read_range(&found.location, range).await;
        let bytes = read.map_err(|error| match error {
            ArtifactError::Corrupt(_) => damaged(),
            error @ (ArtifactError::Unusable(_)
            | ArtifactError::Bucket { .. }
            | ArtifactError::Store(_)
            | ArtifactError::File { .. }) => HistoryError::Unreachable {
                first: block.first,
                source: error,
            },
        })?;
        if found.format != ndjson::FORMAT || sha256(&bytes) != block.sha256 {
            return Err(damaged());
        }
        let batches = ndjson::decode(session, &bytes).ok_or_else(damaged)?;
        let whole = batches.first().map(|batch| batch.place.first) == Some(block.first)
            && batches.last().map(|batch| batch.last) == Some(block.last);
        if whole { Ok(batches) } else { Err(damaged()) }
    }
}

/// Those of a block's batches that were asked for.
fn page(batches: Vec<Batch>, cursor: u64, rows: u32, bytes: u64) -> Vec<Batch> {
    let mut before = 0;
    batches
        .into_iter()
        .skip_while(|batch| batch.last <= cursor)
        .take(usize::try_from(rows).unwrap_or(usize::MAX))
        .take_while(|batch| {
            let wanted = before < bytes;
            before += batch.body.len() as u64;
            wanted
        })
        .collect()
}

fn sha256(bytes: &Bytes) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
