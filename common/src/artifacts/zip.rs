//! Apps as zips: written in a thread, handed out in chunks, or kept beside their pack.
//!
//! The same artifact gives the same bytes: files in the order of the manifest, all with one time,
//! names in UTF-8, executables with their bit. A zip that cannot be finished is cut off, never
//! closed as if it were whole. How many are made at once is the caller's to bound.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::zip::write::{SimpleFileOptions, StreamWriter};
use ::zip::{CompressionMethod, DateTime, ZipWriter};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::store::store_io;
use super::{ArtifactError, ArtifactStore, Manifest, PackedFile};
use crate::error_chain::Chain;

/// Raised whenever the same artifact gives other bytes than before: it is in the tags by which
/// clients know a zip that they have, and in the names of zips that are kept.
pub const ZIP_VERSION: u32 = 1;
/// Names of zips are at most this long, in bytes, without their ending.
const MAX_SLUG: usize = 60;
/// The ending of packs.
const PACK: &str = ".pack";
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

impl ArtifactStore {
    /// The app of a pack as a zip, its files at the top; the last item is an error when it could not
    /// be finished. `kept` lives as long as the thread that writes: a permit, for example.
    pub fn zipped<K: Send + 'static>(
        &self,
        location: &str,
        manifest: Manifest,
        kept: K,
    ) -> impl Stream<Item = io::Result<Bytes>> + use<K> {
        let (chunks, bytes) = mpsc::channel(QUEUE);
        let writer = Writer {
            runtime: Handle::current(),
            store: self.clone(),
            location: location.to_owned(),
            manifest,
        };
        tokio::task::spawn_blocking(move || {
            writer.run(chunks);
            drop(kept);
        });
        futures_util::stream::unfold(bytes, |mut bytes| async {
            bytes.recv().await.map(|chunk| (chunk, bytes))
        })
    }

    /// Where the zip of a pack is kept, if it is: beside the pack, so that it goes with its session.
    #[must_use]
    pub fn zip_location(pack: &str) -> String {
        let name = pack.strip_suffix(PACK).unwrap_or(pack);
        format!("{name}.v{ZIP_VERSION}.zip")
    }

    /// Keeps the zip of a pack and says where. One that is there is not written again; two that
    /// are written at once have the same bytes.
    ///
    /// # Errors
    /// When the pack cannot be read or the store fails; then no zip appears.
    pub async fn keep_zip(
        &self,
        location: &str,
        manifest: &Manifest,
    ) -> Result<String, ArtifactError> {
        let kept = Self::zip_location(location);
        match self.store.head(&Path::from(kept.as_str())).await {
            Ok(_) => return Ok(kept),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let mut writer = self.write(&kept);
        let mut bytes = std::pin::pin!(self.zipped(location, manifest.clone(), ()));
        while let Some(chunk) = bytes.next().await {
            let written = match chunk {
                Ok(chunk) => writer.write(chunk).await,
                Err(error) => Err(error.downcast().unwrap_or_else(store_io)),
            };
            if let Err(error) = written {
                writer.abort().await;
                return Err(error);
            }
        }
        writer.finish().await?;
        Ok(kept)
    }
}

/// What a zip is called: the title as lower-case ASCII letters, digits and dashes, and whether the
/// app in it is not complete.
#[must_use]
pub fn zip_name(title: &str, partial: bool) -> String {
    let ending = if partial { "-partial" } else { "" };
    format!("{}{ending}.zip", slug(title))
}

/// A title as a part of a file's name: lower-case ASCII letters, digits and dashes, `app` where
/// nothing is left of it.
#[must_use]
pub fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut slug = words.join("-");
    slug.truncate(MAX_SLUG);
    match slug.trim_end_matches('-') {
        "" => "app".to_owned(),
        slug => slug.to_owned(),
    }
}

struct Writer {
    runtime: Handle,
    store: ArtifactStore,
    location: String,
    manifest: Manifest,
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
            tracing::warn!(pack = self.location, error = %Chain(&error), "a zip was cut off");
            // Told to a client that is still there; one that is not hears nothing anyway.
            let telling = chunks.send_timeout(Err(error), PATIENCE);
            let _ = self.runtime.block_on(telling);
        }
    }

    fn write(&self, out: Chunks, cut: &AtomicBool) -> io::Result<()> {
        let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(CHUNK, out));
        for (path, file) in self.manifest.app_files() {
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
        let reading = self.store.read(&self.location, file);
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::config::Aws;

    /// The hash of the zip below. Raise [`ZIP_VERSION`] with it, or clients keep what they have.
    const KNOWN: &str = "3fe4247c61a5444bcc7a4d7f8e959f457ba84a99d5b483a9381efdaccf0bb6d0";

    #[test]
    fn a_title_becomes_a_name() {
        assert_eq!(
            zip_name("A todo list, with \"colours\"!", false),
            "a-todo-list-with-colours.zip"
        );
        assert_eq!(zip_name("../..\r\nX", true), "x-partial.zip");
        assert_eq!(slug("日本"), "app");
        assert_eq!(slug(&"ab ".repeat(100)).len(), 59);
    }

    async fn packed(folder: &std::path::Path) -> (ArtifactStore, Manifest) {
        use std::os::unix::fs::PermissionsExt as _;
        let app = folder.join("in/app");
        std::fs::create_dir_all(app.join("été")).unwrap();
        std::fs::write(app.join("été/日本.txt"), "hello ".repeat(1000)).unwrap();
        std::fs::write(app.join("run.sh"), "#!/bin/sh\n").unwrap();
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(app.join("run.sh"), executable).unwrap();
        let url = format!("file://{}", folder.join("store").display());
        let store = ArtifactStore::open(&url, &Aws::default()).unwrap();
        let manifest = store.put_folder("a/b.pack", &folder.join("in")).await;
        (store, manifest.unwrap())
    }

    async fn whole(store: &ArtifactStore, manifest: &Manifest) -> Vec<u8> {
        let stream = store.zipped("a/b.pack", manifest.clone(), ());
        let chunks: Vec<_> = stream.map(Result::unwrap).collect().await;
        chunks.concat()
    }

    #[tokio::test]
    async fn the_same_artifact_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest) = packed(folder.path()).await;
        let bytes = whole(&store, &manifest).await;
        assert_eq!(crate::hex::hex(&Sha256::digest(&bytes)), KNOWN);
        let mut zip = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(zip.file_names().collect::<Vec<_>>().len(), 2);
        let text = zip.by_name("été/日本.txt").unwrap();
        assert_eq!(text.unix_mode().unwrap() & 0o777, PLAIN);
        drop(text);
        let run = zip.by_name("run.sh").unwrap();
        assert_eq!(run.unix_mode().unwrap() & 0o777, EXECUTABLE);
    }

    #[tokio::test]
    async fn a_zip_is_kept_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest) = packed(folder.path()).await;
        let kept = store.keep_zip("a/b.pack", &manifest).await.unwrap();
        assert_eq!(kept, "a/b.v1.zip");
        let path = folder.path().join("store").join(&kept);
        assert_eq!(
            std::fs::read(&path).unwrap(),
            whole(&store, &manifest).await
        );
        std::fs::write(&path, "there already").unwrap();
        store.keep_zip("a/b.pack", &manifest).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"there already");
        std::fs::remove_file(&path).unwrap();
        let pack = folder.path().join("store/a/b.pack");
        let mut bytes = std::fs::read(&pack).unwrap();
        bytes[0] ^= 1;
        std::fs::write(&pack, bytes).unwrap();
        let refused = store.keep_zip("a/b.pack", &manifest).await;
        assert!(matches!(refused, Err(ArtifactError::Corrupt(_))));
        assert!(!path.exists());
    }
}
