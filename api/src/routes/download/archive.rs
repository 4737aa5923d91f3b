//! Writes a zip in a thread, and hands it out in chunks.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use leo_common::artifacts::{ArtifactStore, PackedFile};
use leo_common::error_chain::Chain;
use leo_common::store::artifacts::ArtifactRecord;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Chunks that wait for the client.
const QUEUE: usize = 4;
/// The size of a chunk, in bytes.
const CHUNK: usize = 64 << 10;
/// A client that takes no chunk for this long is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Larger files need the large form of the format, in bytes.
const LARGE: u64 = u32::MAX as u64;
/// Rights of files, as unix has them.
const PLAIN: u32 = 0o644;
const EXECUTABLE: u32 = 0o755;

type Zip = ZipWriter<StreamWriter<BufWriter<Chunks>>>;

/// The bytes of the zip; the last item is an error when it could not be finished.
pub(super) fn zipped(
    store: ArtifactStore,
    artifact: ArtifactRecord,
    permit: OwnedSemaphorePermit,
) -> impl Stream<Item = io::Result<Bytes>> {
    let (chunks, bytes) = mpsc::channel(QUEUE);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let writer = Writer {
            runtime,
            store,
            artifact,
        };
        writer.run(chunks);
        drop(permit);
    });
    futures_util::stream::unfold(bytes, |mut bytes| async {
        bytes.recv().await.map(|chunk| (chunk, bytes))
    })
}

struct Writer {
    runtime: Handle,
    store: ArtifactStore,
    artifact: ArtifactRecord,
}

impl Writer {
    fn run(&self, chunks: mpsc::Sender<io::Result<Bytes>>) {
        let cut = Arc::new(AtomicBool::new(false));
        let out = Chunks {
            runtime: self.runtime.clone(),
            sender: chunks.clone(),
            cut: Arc::clone(&cut),
        };
        if let Err(error) = self.write(out, &cut) {
            tracing::warn!(job = %self.artifact.job, error = %Chain(&error), "a download was cut off");
            // Told to a client that is still there; one that is not hears nothing anyway.
            let telling = chunks.send_timeout(Err(error), PATIENCE);
            let _ = self.runtime.block_on(telling);
        }
    }

    fn write(&self, out: Chunks, cut: &AtomicBool) -> io::Result<()> {
        let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(CHUNK, out));
        for (path, file) in self.artifact.manifest.app_files() {
            self.add(&mut zip, path, file).inspect_err(|_| {
                // When it is dropped the writer finishes the zip, as if it were whole; what it
                // writes from here on goes nowhere.
                cut.store(true, Ordering::Relaxed);
            })?;
        }
        let stream = zip.finish().map_err(io::Error::other)?;
        stream.into_inner().flush()
    }

    fn add(&self, zip: &mut Zip, path: &str, file: &PackedFile) -> io::Result<()> {
        zip.start_file(path, options(file))
            .map_err(io::Error::other)?;
        let reading = self.store.read(&self.artifact.location, file);
        let mut bytes = self.runtime.block_on(reading).map_err(io::Error::other)?;
        while let Some(chunk) = self.runtime.block_on(bytes.next()) {
            zip.write_all(&chunk.map_err(io::Error::other)?)?;
        }
        Ok(())
    }
}

fn options(file: &PackedFile) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(if file.executable { EXECUTABLE } else { PLAIN })
        .large_file(file.size > LARGE)
}

/// Where the zip is written to: the client, who may be slow or gone.
struct Chunks {
    runtime: Handle,
    sender: mpsc::Sender<io::Result<Bytes>>,
    cut: Arc<AtomicBool>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cut.load(Ordering::Relaxed) {
            return Ok(bytes.len());
        }
        let chunk = Bytes::copy_from_slice(bytes);
        let sending = self.sender.send_timeout(Ok(chunk), PATIENCE);
        if self.runtime.block_on(sending).is_err() {
            self.cut.store(true, Ordering::Relaxed);
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
