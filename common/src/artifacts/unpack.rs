//! A pack is found, and becomes files again.
//!
//! Packs are read from front to back in one request, however many files there are. Whatever the
//! manifest says, only plain files below the folder are made, each anew: no path leads out of it, and
//! none has more rights than to be read and, where it is marked so, to be run.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use object_store::{Error, GetOptions, ObjectStore as _, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{ArtifactError, ArtifactStore, Manifest, PackedFile};
use crate::hex::hex;

/// The mode of files that can be run.
const EXECUTABLE: u32 = 0o755;
/// The mode of all others.
const PLAIN: u32 = 0o644;

impl ArtifactStore {
    /// Unpacks an artifact into a folder in which none of its files is, with the paths of its manifest.
    ///
    /// # Errors
    /// [`ArtifactError::Corrupt`] where bytes have changed or are gone or the manifest is none that
    /// Leo has made, others when the store fails or the folder cannot be written.
    pub async fn unpack(
        &self,
        location: &str,
        manifest: &Manifest,
        into: &Path,
    ) -> Result<(), ArtifactError> {
        let mut files: Vec<_> = manifest.files.iter().collect();
        files.sort_by_key(|file| file.offset);
        let mut pack = self.open_pack(location, &files).await?;
        let mut folder = PathBuf::new();
        for file in files {
            let path = target(into, &file.path)?;
            let parent = path.parent().unwrap_or(into);
            if parent != folder {
                let made = tokio::fs::create_dir_all(parent).await;
                made.map_err(|error| failed(&path, error))?;
                parent.clone_into(&mut folder);
            }
            write(&mut pack, file, &path).await?;
        }
        Ok(())
    }

    /// Asks whether a pack is there in its full length.
    ///
    /// # Errors
    /// [`ArtifactError::Corrupt`] where it is not, others when the store fails.
    pub async fn find_pack(
        &self,
        location: &str,
        manifest: &Manifest,
    ) -> Result<(), ArtifactError> {
        match self.store.head(&location.into()).await {
            Ok(found) if found.size == manifest.bytes() => Ok(()),
            Ok(_) | Err(Error::NotFound { .. }) => Err(ArtifactError::Corrupt(location.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes from the first of these files to the last, which are in the order of the pack.
    async fn open_pack(
        &self,
        location: &str,
        files: &[&PackedFile],
    ) -> Result<Pack, ArtifactError> {
        let start = files.first().map_or(0, |file| file.offset);
        let end = files
            .last()
            .map_or(0, |file| file.offset.saturating_add(file.size));
        let bytes: BoxStream<'static, _> = if start >= end {
            Box::pin(futures_util::stream::empty())
        } else {
            let options = GetOptions {
                range: Some((start..end).into()),
                ..GetOptions::default()
            };
            match self.store.get_opts(&location.into(), options).await {
                Ok(found) => Box::pin(found.into_stream().map_err(ArtifactError::from)),
                Err(error) => return Err(self.blame(location, end, error).await),
            }
        };
        Ok(Pack {
            bytes,
            chunk: Bytes::new(),
            at: start,
        })
    }
}

/// Where a file goes: below the folder, whatever its path says.
fn target(into: &Path, path: &str) -> Result<PathBuf, ArtifactError> {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
    if path.split('/').all(plain) {
        Ok(into.join(path))
    } else {
        Err(ArtifactError::Corrupt(path.to_owned()))
    }
}

async fn write(pack: &mut Pack, file: &PackedFile, path: &Path) -> Result<(), ArtifactError> {
    let corrupt = || ArtifactError::Corrupt(file.path.clone());
    if !pack.skip_to(file.offset).await? {
        return Err(corrupt());
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.mode(if file.executable { EXECUTABLE } else { PLAIN });
    let made = options.write(true).create_new(true).open(path).await;
    let mut out = made.map_err(|error| failed(path, error))?;
    let mut hash = Sha256::new();
    let mut left = file.size;
    while left > 0 {
        let bytes = pack.take(left).await?.ok_or_else(corrupt)?;
        left -= bytes.len() as u64;
        hash.update(&bytes);
        let written = out.write_all(&bytes).await;
        written.map_err(|error| failed(path, error))?;
    }
    out.flush().await.map_err(|error| failed(path, error))?;
    if hex(&hash.finalize()) == file.sha256 {
        Ok(())
    } else {
        Err(corrupt())
    }
}

fn failed(path: &Path, source: std::io::Error) -> ArtifactError {
    ArtifactError::File {
        path: path.to_owned(),
        source,
    }
}

/// A pack that is being read.
struct Pack {
    bytes: BoxStream<'static, Result<Bytes, ArtifactError>>,
    /// What has come and was not taken.
    chunk: Bytes,
    /// Where that begins.
    at: u64,
}

impl Pack {
    /// Some of the next bytes, at most so many; `None` at the end.
    async fn take(&mut self, most: u64) -> Result<Option<Bytes>, ArtifactError> {
        while self.chunk.is_empty() {
            match self.bytes.try_next().await? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(None),
            }
        }
        let length = usize::try_from(most).unwrap_or(usize::MAX);
        let taken = self.chunk.split_to(length.min(self.chunk.len()));
        self.at += taken.len() as u64;
        Ok(Some(taken))
    }

    /// Leaves out what comes before a place; whether that was possible.
    async fn skip_to(&mut self, place: u64) -> Result<bool, ArtifactError> {
        while self.at < place {
            if self.take(place - self.at).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(self.at == place)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::FORMAT;
    use super::*;
    use crate::config::Aws;

    fn store(root: &Path) -> ArtifactStore {
        let url = url::Url::from_directory_path(root).unwrap();
        ArtifactStore::open(url.as_str(), &Aws::default()).unwrap()
    }

    fn packed(path: &str, executable: bool) -> Manifest {
        let file = PackedFile {
            path: path.to_owned(),
            offset: 0,
            size: 5,
            sha256: hex(&Sha256::digest(b"hello")),
            executable,
            blocks: None,
        };
        Manifest {
            format: FORMAT,
            files: vec![file],
        }
    }

    #[tokio::test]
    async fn no_manifest_leads_out_of_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let store = store(root.path());
        let mut pack = store.write("a.pack");
        pack.write(Bytes::from_static(b"hello")).await.unwrap();
        pack.finish().await.unwrap();
        let outside = root.path().join("outside");
        let absolute = outside.to_str().unwrap();
        for path in [
            "../outside",
            "app/../../outside",
            absolute,
            "",
            "app//x",
            "app/.",
        ] {
            let into = root.path().join("into");
            std::fs::create_dir(&into).unwrap();
            let unpacked = store.unpack("a.pack", &packed(path, false), &into).await;
            assert!(matches!(unpacked, Err(ArtifactError::Corrupt(_))), "{path}");
            assert!(!outside.exists(), "{path}");
            std::fs::remove_dir(&into).unwrap();
        }
        let into = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&outside, into.path().join("link")).unwrap();
        let manifest = packed("link", false);
        let unpacked = store.unpack("a.pack", &manifest, into.path());
        assert!(unpacked.await.is_err() && !outside.exists());
        for (path, executable, mode) in [("run", true, 0o755), ("read", false, 0o644)] {
            let manifest = packed(path, executable);
            store
                .unpack("a.pack", &manifest, into.path())
                .await
                .unwrap();
            let made = std::fs::metadata(into.path().join(path)).unwrap();
            assert_eq!(made.permissions().mode() & 0o7777, mode);
        }
    }

    #[tokio::test]
    async fn parts_of_a_pack_are_unpacked() {
        let root = tempfile::tempdir().unwrap();
        let store = store(root.path());
        let from = tempfile::tempdir().unwrap();
        for (name, content) in [("a", "first"), ("b", ""), ("c", "third"), ("d", "last")] {
            std::fs::write(from.path().join(name), content).unwrap();
        }
        let mut manifest = store.put_folder("a.pack", from.path()).await.unwrap();
        manifest.files.remove(2);
        manifest.files.remove(0);
        let into = tempfile::tempdir().unwrap();
        store
            .unpack("a.pack", &manifest, into.path())
            .await
            .unwrap();
        let read = |name| std::fs::read_to_string(into.path().join(name)).unwrap();
        assert_eq!((read("b").as_str(), read("d").as_str()), ("", "last"));
        assert_eq!(std::fs::read_dir(into.path()).unwrap().count(), 2);
        let gone = store
            .unpack("b.pack", &manifest, &into.path().join("x"))
            .await;
        assert!(matches!(gone, Err(ArtifactError::Corrupt(_))), "{gone:?}");
    }
}
