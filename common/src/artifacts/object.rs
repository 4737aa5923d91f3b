//! Objects that are no packs: written as a stream, read in ranges.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::SessionId;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore as _, ObjectStoreExt as _};
use tokio::io::AsyncWriteExt as _;

use super::store::store_io;
use super::{ArtifactError, ArtifactStore};
use crate::error_chain::Chain;

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

    /// Makes a copy of an object that lasts when the other is removed.
    ///
    /// # Errors
    /// [`ArtifactError::Corrupt`] when there is nothing to copy, others when the store fails; the
    /// copy is then not there, or whole.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), ArtifactError> {
        let paths = (Path::from(from), Path::from(to));
        match self.store.copy(&paths.0, &paths.1).await {
            Ok(()) => return Ok(()),
            Err(object_store::Error::NotFound { .. }) => {
                return Err(ArtifactError::Corrupt(from.to_owned()));
            }
            // Buckets copy nothing above 5 GiB by themselves, some file systems nothing at all.
            Err(error) => tracing::debug!(error = %Chain(&error), "a copy passes through"),
        }
        let Some((_, mut bytes)) = self.fetch(from).await? else {
            return Err(ArtifactError::Corrupt(from.to_owned()));
        };
        let mut writer = self.write(to);
        while let Some(chunk) = bytes.next().await {
            let written = match chunk {
                Ok(chunk) => writer.write(chunk).await,
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                writer.abort().await;
                return Err(error);
            }
        }
        writer.finish().await
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
