//! Moving events out of the database, and nothing else of their session.
//!
//! First the object is written, whole and durable, and read back; then one transaction names it and
//! removes the batches that are in it. Killed in between, the object is nobody's: the next round
//! writes the same bytes under the same name, or, when the stream has grown by then, leaves it
//! until the session is purged. A session that grows again is archived again, further on.

use std::time::Duration;

use bytes::Bytes;
use leo_protocol::SessionId;

use super::{History, HistoryError, ndjson, sha256};
use crate::artifacts::{ArtifactError, ArtifactStore, ObjectWriter};
use crate::store::StoreError;
use crate::store::archives::{Block, FoundBlock};
use crate::store::archiving::{Archiving, NewArchive, StoredBatch};

/// Batches of a block: as many as viewers ask for at once.
const BLOCK_ROWS: u32 = 256;
/// Bytes of a block's bodies, at least one batch.
const BLOCK_BYTES: u64 = 128 << 10;
/// Bytes after which an archive ends, so that no transaction is long; the rest of the session goes
/// into the next one.
const ARCHIVE_BYTES: u64 = 64 << 20;

/// Why a session could not be archived. It stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The database failed.
    #[error("read what is to be archived")]
    Store(#[from] StoreError),
    /// The artifact store failed.
    #[error("write events into the artifact store")]
    Artifact(#[from] ArtifactError),
    /// What was written cannot be read.
    #[error("read back what was archived")]
    ReadBack(#[source] HistoryError),
    /// A batch that would not come back as it is.
    #[error("archive event {0}: its batch does not have the form of one")]
    Unfit(u64),
}

/// An archive that is written and that nothing names. Dropped, it is as if it were not there.
#[derive(Debug)]
pub struct Prepared {
    moving: Archiving,
    archive: NewArchive,
}

impl Prepared {
    /// Names the archive and removes its batches, in one transaction. `false`, and nothing has
    /// changed, when something has happened in the session meanwhile.
    ///
    /// # Errors
    /// When the database fails, see [`Archiving::commit`].
    pub async fn commit(self) -> Result<bool, ArchiveError> {
        Ok(self.moving.commit(&self.archive).await?)
    }
}

/// An archive in the making.
struct Draft {
    writer: ObjectWriter,
    archive: NewArchive,
}

impl History {
    /// Archives what a session has in the database, if it has been at rest for `age`; whether
    /// anything was moved. To be called until it was not: one call moves a bounded part.
    ///
    /// # Errors
    /// When the database or the artifact store fails; nothing is lost, and doing it again is safe.
    pub async fn archive(&self, session: SessionId, age: Duration) -> Result<bool, ArchiveError> {
        match self.prepare_archive(session, age).await? {
            Some(prepared) => prepared.commit().await,
            None => Ok(false),
        }
    }

    /// The first half of [`Self::archive`]: writes the object. `None` when there is nothing to do,
    /// or somebody else is doing it.
    ///
    /// # Errors
    /// As [`Self::archive`].
    pub async fn prepare_archive(
        &self,
        session: SessionId,
        age: Duration,
    ) -> Result<Option<Prepared>, ArchiveError> {
        let begun = self.db.begin_archive(session, age, ARCHIVE_BYTES);
        let Some(mut moving) = begun.await? else {
            return Ok(None);
        };
        let archive = self.write(session, &mut moving).await?;
        self.read_back(session, &archive).await?;
        Ok(Some(Prepared { moving, archive }))
    }

    async fn write(
        &self,
        session: SessionId,
        moving: &mut Archiving,
    ) -> Result<NewArchive, ArchiveError> {
        let (first, last) = moving.range();
        let location = location(session, first, last);
        let mut draft = Draft {
            writer: self.artifacts.write(&location),
            archive: NewArchive {
                location,
                format: ndjson::FORMAT,
                bytes: 0,
                batches: 0,
                blocks: Vec::new(),
            },
        };
        draft.put(ndjson::opening(session, first).into()).await?;
        loop {
            let batches = moving.read(BLOCK_ROWS, BLOCK_BYTES).await?;
            let (Some(begin), Some(end)) = (batches.first(), batches.last()) else {
                break;
            };
            draft.add(begin.first, end.last, &batches).await?;
        }
        draft.writer.finish().await?;
        Ok(draft.archive)
    }

    /// Makes sure that readers will find what was written, before the only other copy goes.
    async fn read_back(
        &self,
        session: SessionId,
        archive: &NewArchive,
    ) -> Result<(), ArchiveError> {
        for block in &archive.blocks {
            let found = FoundBlock {
                location: archive.location.clone(),
                format: archive.format,
                block: block.clone(),
            };
            let read = self.block(session, &found).await;
            read.map_err(ArchiveError::ReadBack)?;
        }
        Ok(())
    }
}

impl Draft {
    /// Adds a block of batches that begins with event `first` and ends with `last`.
    async fn add(
        &mut self,
        first: u64,
        last: u64,
        batches: &[StoredBatch],
    ) -> Result<(), ArchiveError> {
        let mut bytes = Vec::new();
        for batch in batches {
            ndjson::encode(&mut bytes, batch).ok_or(ArchiveError::Unfit(batch.first))?;
        }
        let bytes = Bytes::from(bytes);
        self.archive.batches += batches.len() as u64;
        self.archive.blocks.push(Block {
            first,
            last,
            offset: self.archive.bytes,
            length: bytes.len() as u64,
            sha256: sha256(&bytes),
        });
        self.put(bytes).await
    }

    async fn put(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        self.archive.bytes += bytes.len() as u64;
        Ok(self.writer.write(bytes).await?)
    }
}

/// Where a range of a stream is archived. Whoever archives it writes the same bytes there, so that
/// two who do it at once, or one that comes late, do no harm. A later format has another suffix.
fn location(session: SessionId, first: u64, last: u64) -> String {
    format!(
        "{}/events-{first}-{last}.ndjson",
        ArtifactStore::folder(session)
    )
}
