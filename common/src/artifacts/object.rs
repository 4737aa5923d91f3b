//! Objects that are no packs: written as a stream, read in ranges.

use std::ops::Range;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use leo_protocol::SessionId;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore as _, ObjectStoreExt as _};
use tokio::io::AsyncWriteExt as _;

use super::store::store_io;
use super::{ArtifactError, ArtifactStore};

/// Parts of one object on their way to the store at once; each takes 10 MiB of memory at most.
const PARTS_IN_FLIGHT: usize = 2;

/// An object in the making. It appears whole and durable with [`Self::finish`], in the place of one
/// of the same name, or not at all.
#[derive(Debug)]
pub struct ObjectWriter(BufWriter);

impl ObjectWriter {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// When the store fails; the object will not appear.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), ArtifactError> {
        Ok(self.0.put(bytes).await?)
    }

    /// Makes the object appear.
    ///
    /// # Errors
    /// When the store fails; then the object may have appeared or not.
    pub async fn finish(mut self) -> Result<(), ArtifactError> {
        self.0.shutdown().await.map_err(store_io)
    }

    /// Gives it up, so that the store frees what it has buffered.
    pub async fn abort(mut self) {
        // Nothing has appeared; what a failure leaves behind is the store's to clean up.
        let _ = self.0.abort().await;
    }
}

impl ArtifactStore {
    /// The folder of everything that is kept of a session.
    #[must_use]
    pub fn folder(session: SessionId) -> String {
        format!("sessions/{session}")
    }

    /// Begins an object.
    #[must_use]
    pub fn write(&self, location: &str) -> ObjectWriter {
        let writer = BufWriter::new(self.store.clone(), Path::from(location));
        ObjectWriter(writer.with_max_concurrency(PARTS_IN_FLIGHT))
    }

    /// Some bytes of an object, which the caller bounds and checks.
    ///
    /// # Errors
    /// [`ArtifactError::Corrupt`] when the object is not there or too short, others when the store
    /// fails.
    pub async fn read_range(
        &self,
        location: &str,
        range: Range<u64>,
    ) -> Result<Bytes, ArtifactError> {
        let options = GetOptions {
            range: Some(range.clone().into()),
            ..GetOptions::default()
        };
        let wanted = range.end - range.start;
        let read = async {
            let found = self.store.get_opts(&Path::from(location), options).await?;
            found.bytes().await
        };
        match read.await {
            Ok(bytes) if bytes.len() as u64 == wanted => Ok(bytes),
            Ok(_) => Err(ArtifactError::Corrupt(location.to_owned())),
            Err(error) => Err(self.blame(location, range.end, error).await),
        }
    }

    /// Whether it is the object's fault that a read up to `end` has failed, or the store's.
    pub(super) async fn blame(
        &self,
        location: &str,
        end: u64,
        error: object_store::Error,
    ) -> ArtifactError {
        match self.store.head(&Path::from(location)).await {
            Ok(found) if found.size < end => ArtifactError::Corrupt(location.to_owned()),
            Err(object_store::Error::NotFound { .. }) => {
                ArtifactError::Corrupt(location.to_owned())
            }
            Ok(_) | Err(_) => error.into(),
        }
    }

    /// Removes all objects below a folder; how many there were. Those that somebody else removes
    /// meanwhile are fine.
    ///
    /// # Errors
    /// When the store fails; some may be removed by then.
    pub async fn remove_below(&self, folder: &str) -> Result<u64, ArtifactError> {
        let mut objects = self.store.list(Some(&Path::from(folder)));
        let mut removed = 0;
        while let Some(object) = objects.try_next().await? {
            self.remove(object.location.as_ref()).await?;
            removed += 1;
        }
        Ok(removed)
    }
}
