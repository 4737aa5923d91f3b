//! Parts of files, whose bytes are checked as those of whole files are.
//!
//! Larger files have hashes of their blocks: then only the blocks that hold the part are read, and
//! a block passes on when it is known to be right. A file without is read to its end, and what it
//! gives before the end may turn out to be wrong there. Neither takes more memory than a block.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ArtifactError, ArtifactStore, PackedFile};
use crate::hex::hex;

/// The blocks of files that are packed here, in bytes. Files of one block have no list of them.
const BLOCK: u64 = 1 << 20;

/// The blocks of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    /// Bytes of each but the last.
    pub size: u64,
    /// Of their bytes, in lower-case hex.
    pub sha256: Vec<String>,
}

/// Bytes of a file as they come.
type Chunks = BoxStream<'static, Result<Bytes, ArtifactError>>;

impl ArtifactStore {
    /// Some bytes of a file; `range` lies within it. The last item is an error when they are not
    /// those that were stored.
    ///
    /// # Errors
    /// When the store cannot find the pack.
    pub async fn read_part(
        &self,
        location: &str,
        file: &PackedFile,
        range: Range<u64>,
    ) -> Result<Chunks, ArtifactError> {
        let fits = |blocks: &&Blocks| {
            blocks.size > 0 && blocks.sha256.len() as u64 == file.size.div_ceil(blocks.size)
        };
        match file.blocks.as_ref().filter(fits) {
            Some(blocks) => self.read_blocks(location, file, blocks, range).await,
            None => {
                let whole = self.read(location, file).await?;
                Ok(cut_out(whole, 0, range))
            }
        }
    }

    async fn read_blocks(
        &self,
        location: &str,
        file: &PackedFile,
        blocks: &Blocks,
        range: Range<u64>,
    ) -> Result<Chunks, ArtifactError> {
        let first = range.start / blocks.size;
        let begin = first * blocks.size;
        let end = (range.end.div_ceil(blocks.size) * blocks.size).min(file.size);
        let options = GetOptions {
            range: Some((file.offset + begin..file.offset + end).into()),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&Path::from(location), options).await?;
        let reader = BlockReader {
            source: found.into_stream().map_err(ArtifactError::from).boxed(),
            held: BytesMut::new(),
            place: begin,
            end,
            block: first,
            file: file.clone(),
        };
        let checked = futures_util::stream::try_unfold(reader, |mut reader| async {
            let next = reader.next().await?;
            Ok(next.map(|block| (block, reader)))
        });
        Ok(cut_out(checked.boxed(), begin, range))
    }
}

/// Reads block by block.
struct BlockReader {
    source: Chunks,
    held: BytesMut,
    /// Where `held` begins in the file.
    place: u64,
    /// Where the last wanted block ends.
    end: u64,
    block: u64,
    file: PackedFile,
}

impl BlockReader {
    async fn next(&mut self) -> Result<Option<Bytes>, ArtifactError> {
        if self.place >= self.end {
            return Ok(None);
        }
        let (size, wanted) = self.present()?;
        let length =
            usize::try_from(size.min(self.end - self.place)).map_err(|_| self.corrupt())?;
        while self.held.len() < length {
            let chunk = self.source.try_next().await?;
            self.held
                .extend_from_slice(&chunk.ok_or_else(|| self.corrupt())?);
        }
        let block = self.held.split_to(length).freeze();
        if hex(&Sha256::digest(&block)) != wanted {
            return Err(self.corrupt());
        }
        self.place += block.len() as u64;
        self.block += 1;
        Ok(Some(block))
    }

    /// The size of a block, and the hash of this one.
    fn present(&self) -> Result<(u64, String), ArtifactError> {
        let place = usize::try_from(self.block).unwrap_or(usize::MAX);
        let blocks = self.file.blocks.as_ref();
        let found =
            blocks.and_then(|blocks| Some((blocks.size, blocks.sha256.get(place)?.clone())));
        found.ok_or_else(|| self.corrupt())
    }

    fn corrupt(&self) -> ArtifactError {
        ArtifactError::Corrupt(self.file.path.clone())
    }
}

/// Of bytes that begin at `place`, those in the range. It ends where they end, so that what is
/// found out there is passed on.
fn cut_out(bytes: Chunks, place: u64, range: Range<u64>) -> Chunks {
    let cut = bytes.scan(place, move |place, chunk| {
        let chunk = chunk.map(|chunk| {
            let begin = *place;
            *place += chunk.len() as u64;
            let within = |at: u64| at.clamp(begin, *place) - begin;
            let (from, to) = (within(range.start), within(range.end));
            // Both are no larger than the chunk's length.
            chunk.slice(usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0))
        });
        std::future::ready(Some(chunk))
    });
    cut.try_filter(|chunk| std::future::ready(!chunk.is_empty()))
        .boxed()
}

/// Hashes the blocks of a file that is being packed.
pub(super) struct BlockHasher {
    hash: Sha256,
    filled: u64,
    done: Vec<String>,
}

impl BlockHasher {
    pub(super) fn new() -> Self {
        Self {
            hash: Sha256::new(),
            filled: 0,
            done: Vec::new(),
        }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = usize::try_from(BLOCK - self.filled).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(bytes.len().min(room));
            self.hash.update(now);
            self.filled += now.len() as u64;
            bytes = later;
            if self.filled == BLOCK {
                self.close();
            }
        }
    }

    /// The blocks of a file that has more than one.
    pub(super) fn finish(mut self) -> Option<Blocks> {
        if self.filled > 0 {
            self.close();
        }
        (self.done.len() > 1).then_some(Blocks {
            size: BLOCK,
            sha256: self.done,
        })
    }

    fn close(&mut self) {
        self.done.push(hex(&self.hash.finalize_reset()));
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifacts::Manifest;
    use crate::config::Aws;

    const SIZE: u64 = 3 * BLOCK + 17;

    fn byte(place: u64) -> u8 {
        u8::try_from(place * 31 / 7 % 251).unwrap()
    }

    async fn packed(folder: &std::path::Path) -> (ArtifactStore, Manifest) {
        let source = folder.join("in");
        std::fs::create_dir_all(&source).unwrap();
        std::fs::write(source.join("a"), "before").unwrap();
        let bytes: Vec<u8> = (0..SIZE).map(byte).collect();
        std::fs::write(source.join("b"), bytes).unwrap();
        let url = format!("file://{}", folder.join("store").display());
        let store = ArtifactStore::open(&url, &Aws::default()).unwrap();
        let manifest = store.put_folder("p.pack", &source).await.unwrap();
        (store, manifest)
    }

    async fn part(
        store: &ArtifactStore,
        file: &PackedFile,
        range: Range<u64>,
    ) -> Result<Vec<u8>, ArtifactError> {
        let chunks = store.read_part("p.pack", file, range).await?;
        let chunks: Vec<Bytes> = chunks.try_collect().await?;
        Ok(chunks.concat())
    }

    #[tokio::test]
    async fn a_part_is_the_same_with_blocks_and_without() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest) = packed(folder.path()).await;
        assert!(manifest.files[0].blocks.is_none());
        let with = manifest.files[1].clone();
        assert_eq!(with.blocks.as_ref().unwrap().sha256.len(), 4);
        let without = PackedFile {
            blocks: None,
            ..with.clone()
        };
        for range in [
            0..1,
            0..SIZE,
            BLOCK - 1..BLOCK + 1,
            BLOCK..2 * BLOCK,
            SIZE - 1..SIZE,
            5..3 * BLOCK,
        ] {
            let wanted: Vec<u8> = range.clone().map(byte).collect();
            assert_eq!(part(&store, &with, range.clone()).await.unwrap(), wanted);
            assert_eq!(part(&store, &without, range).await.unwrap(), wanted);
        }
        let small = part(&store, &manifest.files[0], 2..4).await.unwrap();
        assert_eq!(small, b"fo");
    }

    #[tokio::test]
    async fn a_changed_byte_is_noticed_in_its_block() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest) = packed(folder.path()).await;
        let pack = folder.path().join("store/p.pack");
        let mut bytes = std::fs::read(&pack).unwrap();
        bytes[6 + 10] ^= 1;
        std::fs::write(&pack, bytes).unwrap();
        let file = &manifest.files[1];
        let wrong = part(&store, file, 20..30).await;
        assert!(matches!(wrong, Err(ArtifactError::Corrupt(_))));
        assert!(part(&store, file, BLOCK..BLOCK + 10).await.is_ok());
        let without = PackedFile {
            blocks: None,
            ..file.clone()
        };
        let wrong = part(&store, &without, BLOCK..BLOCK + 10).await;
        assert!(matches!(wrong, Err(ArtifactError::Corrupt(_))));
    }

    #[test]
    fn files_of_older_versions_are_read() {
        let text = r#"{"path":"a","offset":0,"size":1,"sha256":"x"}"#;
        let file: PackedFile = serde_json::from_str(text).unwrap();
        assert_eq!((&file.blocks, file.executable), (&None, false));
        assert_eq!(serde_json::to_string(&file).unwrap(), text);
    }
}
