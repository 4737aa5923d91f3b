//! Files of containers that Leo cannot reach into: they fetch their inputs and upload their workspace.
//!
//! The inputs are laid out in the artifact store, where the api finds them for the container. What
//! comes back is an object there that the api has let the container upload. It is untrusted: its
//! size and hash are compared with what was announced, and it is unpacked with the same checks as a
//! workspace that is copied out. All of it stays until the job, or the attempt, is over, so that a
//! worker that takes the job over finds it.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_common::artifacts::{ArtifactError, ArtifactStore, Parcel, Upload};
use leo_common::error_chain::Chain;
use leo_protocol::runner::{APP_DIR, JOB_FILE, LEO_DIR};
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::io::{ReaderStream, StreamReader, SyncIoBridge};

use super::{Held, inputs};
use crate::config::WorkspaceTransfer;
use crate::orchestrator::{CollectError, CollectLimits, Collected, bundle};

/// All that an attempt leaves in the store beside its result.
const PARCELS: [Parcel; 3] = [Parcel::Job, Parcel::Files, Parcel::Upload];
/// How much of an archive is kept between its maker and the store.
const BUFFER: usize = 64 << 10;
/// How long the store may send nothing.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Whether the job's container gets and brings its files by itself.
pub(super) fn is_remote(held: &Held) -> bool {
    held.ctx.config.running.transfer() == WorkspaceTransfer::Fetch
}

fn location(held: &Held, parcel: Parcel) -> String {
    let claim = &held.claim;
    ArtifactStore::parcel(claim.session, claim.job, claim.attempt, parcel)
}

/// Lays the inputs in `folder` out for the container, and leaves an empty workspace there.
pub(super) async fn lay_out(held: &Held, folder: &Path) -> anyhow::Result<()> {
    let job = tokio::fs::read(folder.join(LEO_DIR).join(JOB_FILE))
        .await
        .context("read the job")?;
    let job = stream::iter([Ok(Bytes::from(job))]).boxed();
    store(held, Parcel::Job, job).await?;
    let from = folder.to_owned();
    let (writer, reader) = tokio::io::duplex(BUFFER);
    let packing = spawn_blocking(move || bundle::pack(SyncIoBridge::new(writer), &from).map(drop));
    // A stream that simply ended early would be taken for complete.
    let failure = stream::once(packing).filter_map(async |packed| match packed {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(Err(error)),
        Err(error) => Some(Err(io::Error::other(error))),
    });
    let files = ReaderStream::with_capacity(reader, BUFFER).chain(failure);
    store(held, Parcel::Files, files.boxed()).await?;
    inputs::remove_folder(folder).await?;
    for part in [APP_DIR, LEO_DIR] {
        tokio::fs::create_dir_all(folder.join(part)).await?;
    }
    Ok(())
}

async fn store(
    held: &Held,
    parcel: Parcel,
    mut bytes: BoxStream<'_, io::Result<Bytes>>,
) -> anyhow::Result<()> {
    let mut writer = held.ctx.artifacts.write(&location(held, parcel));
    while let Some(chunk) = bytes.try_next().await.context("pack the inputs")? {
        writer.write(chunk).await?;
    }
    Ok(writer.finish().await?)
}

/// Unpacks what the container has uploaded into the empty folder `into`. Of a `partial` run nothing
/// is expected.
pub(super) async fn collect(
    held: &Held,
    into: &Path,
    limits: CollectLimits,
    partial: bool,
) -> Result<Collected, CollectError> {
    let missing = || match partial {
        true => CollectError::Gone,
        false => CollectError::Rejected("the generator has not uploaded them".to_owned()),
    };
    let (job, attempt) = (held.claim.job, held.claim.attempt);
    let announced = held.ctx.db.announced_upload(job, attempt).await;
    let announced = announced.map_err(|error| CollectError::Failed(error.into()))?;
    let announced = announced.ok_or_else(missing)?;
    let found = held
        .ctx
        .artifacts
        .fetch(&location(held, Parcel::Upload))
        .await;
    let found = found.map_err(|error| CollectError::Failed(error.into()))?;
    let (size, bytes) = found.ok_or_else(missing)?;
    if size != announced.size {
        return Err(different());
    }
    unpack(bytes, into, limits, announced).await
}

async fn unpack(
    bytes: BoxStream<'static, Result<Bytes, ArtifactError>>,
    into: &Path,
    limits: CollectLimits,
    announced: Upload,
) -> Result<Collected, CollectError> {
    let bytes = Box::pin(with_idle_timeout(bytes));
    let reader = SyncIoBridge::new(StreamReader::new(bytes));
    let into = into.to_owned();
    let unpacked = spawn_blocking(move || {
        let mut reader = Hashed::new(reader);
        let unpacked = bundle::unpack(&mut reader, &into, limits);
        // Whatever the archive is worth: first of all it has to be the one announced.
        let hash = reader.finish().map_err(CollectError::Failed)?;
        if hash != announced.sha256 {
            return Err(different());
        }
        unpacked
    });
    unpacked
        .await
        .context("unpack the workspace")
        .map_err(CollectError::Failed)?
}

fn different() -> CollectError {
    CollectError::Rejected("what was uploaded is not what was announced".to_owned())
}

fn with_idle_timeout(
    bytes: BoxStream<'static, Result<Bytes, ArtifactError>>,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    stream::unfold(bytes, |mut bytes| async move {
        let item = match timeout(IDLE_TIMEOUT, bytes.next()).await {
            Ok(item) => item?.map_err(io::Error::other),
            Err(elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, elapsed)),
        };
        Some((item, bytes))
    })
}

/// Hashes what is read through it, and remembers whether the reading failed: whoever unpacks what
/// comes out cannot tell a store that is away from an archive that is broken.
struct Hashed<R> {
    from: R,
    hash: Sha256,
    failed: Option<String>,
}

impl<R: Read> Hashed<R> {
    fn new(from: R) -> Self {
        Self {
            from,
            hash: Sha256::new(),
            failed: None,
        }
    }

    /// Reads what is left, and gives the hash of all.
    fn finish(mut self) -> anyhow::Result<[u8; 32]> {
        if self.failed.is_none() {
            io::copy(&mut self, &mut io::sink()).map_err(|error| anyhow!(error))?;
        }
        if let Some(error) = self.failed {
            return Err(anyhow!(error).context("read the upload"));
        }
        Ok(self.hash.finalize().into())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self
            .from
            .read(buffer)
            .inspect_err(|error| self.failed = Some(error.to_string()))?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

/// Removes what an attempt that is over has left in the store beside its result. What stays behind
/// here goes with its session.
pub(super) async fn forget(held: &Held) {
    if !is_remote(held) {
        return;
    }
    for parcel in PARCELS {
        let location = location(held, parcel);
        if let Err(error) = held.ctx.artifacts.remove(&location).await {
            tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "a parcel stays behind");
        }
    }
}
