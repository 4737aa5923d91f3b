//! Packs in an object store.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::{ArtifactId, JobId, SessionId};
use object_store::buffered::BufWriter;
use object_store::{ObjectStore, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::part::BlockHasher;
use super::place::Bucket;
use super::{FORMAT, Manifest, PackedFile};
use crate::hex::hex;

/// How much is read and written at a time, in bytes.
const CHUNK: usize = 64 << 10;

/// Why an artifact could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The place named in `ARTIFACT_STORE` cannot be used.
    #[error(
        "use the artifact store `{0}`: expected file:///an/absolute/folder or s3://bucket/prefix"
    )]
    Unusable(String),
    /// The bucket named there cannot be used.
    #[error("use the bucket `{name}`: {why}")]
    Bucket {
        /// Which.
        name: String,
        /// Why not, in one line.
        why: String,
    },
    /// The store failed.
    #[error("reach the artifact store")]
    Store(#[from] object_store::Error),
    /// A file on this machine could not be read or written.
    #[error("read or write {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The bytes kept are not those that were stored.
    #[error("the kept bytes of `{0}` have changed")]
    Corrupt(String),
}

impl ArtifactError {
    /// Whether the pack is not there, as after its session has gone.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Store(object_store::Error::NotFound { .. }))
    }
}

/// Where packs are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ArtifactStore {
    pub(super) store: Arc<dyn ObjectStore>,
    /// The same once more, where it is a bucket.
    pub(super) bucket: Option<Bucket>,
    /// Where it is, if it is a folder.
    pub(super) folder: Option<Arc<Path>>,
}

impl ArtifactStore {
    /// Where the pack of an artifact is kept.
    #[must_use]
    pub fn location(session: SessionId, job: JobId, artifact: ArtifactId) -> String {
        format!("{}/{job}/{artifact}.pack", Self::folder(session))
    }

    /// Packs a folder, which must hold regular files and folders only. The pack appears under
    /// `location` when it is complete and durable, and not at all if anything fails.
    ///
    /// # Errors
    /// When a file cannot be read or the store fails.
    pub async fn put_folder(
        &self,
        location: &str,
        folder: &Path,
    ) -> Result<Manifest, ArtifactError> {
        let mut writer =
            BufWriter::new(self.store.clone(), object_store::path::Path::from(location));
        match pack(&mut writer, folder).await {
            Ok(manifest) => {
                let Err(error) = writer.shutdown().await else {
                    return Ok(manifest);
                };
                let _ = writer.abort().await;
                Err(store_io(error))
            }
            Err(error) => {
                // Nothing has appeared yet; this only frees what the store has buffered.
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    /// The bytes of one file. The last item is an error when they are not those that were stored.
    ///
    /// # Errors
    /// [`ArtifactError::Corrupt`] when the pack is not there or too short, others when the store fails.
    pub async fn read(
        &self,
        location: &str,
        file: &PackedFile,
    ) -> Result<BoxStream<'static, Result<Bytes, ArtifactError>>, ArtifactError> {
        if file.size == 0 {
            return Ok(futures_util::stream::empty().boxed());
        }
        let range = file.offset..file.offset + file.size;
        let options = object_store::GetOptions {
            range: Some(range.into()),
            ..Default::default()
        };
        let place = object_store::path::Path::from(location);
        let end = file.offset.saturating_add(file.size);
        let found = match self.store.get_opts(&place, options).await {
            Ok(found) if found.meta.size < end => {
                return Err(ArtifactError::Corrupt(location.to_owned()));
            }
            Ok(found) => found.into_stream().map_err(ArtifactError::from).boxed(),
            Err(error) => return Err(self.blame(location, end, error).await),
        };
        Ok(checked(found, file.clone()).boxed())
    }

    /// Removes a pack; one that is gone is fine.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove(&self, location: &str) -> Result<(), ArtifactError> {
        match self
            .store
            .delete(&object_store::path::Path::from(location))
            .await
        {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

async fn pack(writer: &mut BufWriter, folder: &Path) -> Result<Manifest, ArtifactError> {
    let mut manifest = Manifest {
        format: FORMAT,
        files: Vec::new(),
    };
    let mut offset = 0;
    let folder = folder.to_owned();
    let files = tokio::task::spawn_blocking(move || files_below(&folder)).await;
    for (relative, path) in files.map_err(|error| store_io(error.into()))?? {
        let file = append_file(writer, relative, &path, offset).await?;
        offset += file.size;
        manifest.files.push(file);
    }
    Ok(manifest)
}

async fn append_file(
    writer: &mut BufWriter,
    relative: String,
    path: &Path,
    offset: u64,
) -> Result<PackedFile, ArtifactError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |source| ArtifactError::File {
        path: path.to_owned(),
        source,
    };
    let mut file = tokio::fs::File::open(path).await.map_err(failed)?;
    let executable = file.metadata().await.map_err(failed)?.permissions().mode() & 0o111 != 0;
    let mut hash = Sha256::new();
    let mut blocks = BlockHasher::new();
    let mut size = 0;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = file.read(&mut buffer).await.map_err(failed)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        blocks.update(&buffer[..read]);
        size += read as u64;
        writer.write_all(&buffer[..read]).await.map_err(store_io)?;
    }
    Ok(PackedFile {
        path: relative,
        offset,
        size,
        sha256: hex(&hash.finalize()),
        executable,
        blocks: blocks.finish(),
    })
}

/// The files below a folder, sorted by path, with their paths relative to it.
fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, ArtifactError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let failed = |source| ArtifactError::File {
            path: current.clone(),
            source,
        };
        for entry in std::fs::read_dir(&current).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                let relative = path.strip_prefix(folder).ok().and_then(Path::to_str);
                // Whoever fills such a folder leaves out what has no name for a manifest.
                let relative = relative.ok_or_else(|| failed(ErrorKind::InvalidData.into()))?;
                found.push((relative.to_owned(), path.clone()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Passes bytes on and compares their hash at the end.
fn checked(
    bytes: BoxStream<'static, Result<Bytes, ArtifactError>>,
    file: PackedFile,
) -> impl futures_util::Stream<Item = Result<Bytes, ArtifactError>> {
    let state = Some((bytes, Sha256::new(), file));
    futures_util::stream::unfold(state, |state| async move {
        let (mut bytes, mut hash, file) = state?;
        match bytes.next().await {
            Some(Ok(chunk)) => {
                hash.update(&chunk);
                Some((Ok(chunk), Some((bytes, hash, file))))
            }
            Some(Err(error)) => Some((Err(error), None)),
            None if hex(&hash.finalize()) == file.sha256 => None,
            None => Some((Err(ArtifactError::Corrupt(file.path)), None)),
        }
    })
}

pub(super) fn store_io(error: std::io::Error) -> ArtifactError {
    ArtifactError::Store(object_store::Error::Generic {
        store: "artifact store",
        source: Box::new(error),
    })
}
