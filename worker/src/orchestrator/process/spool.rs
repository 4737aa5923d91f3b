//! The child's output, kept in a file so that it can be read again from any position.
//!
//! Each line, or piece of [`MAX_ENTRY`] bytes of a longer one, is an entry, as in a container's
//! log; an entry's position is its ordinal in the file. The file only grows, and readers go no
//! further than what was written in full, so they need no lock. On disk an entry is one byte for
//! its stream, four for its length (little-endian), and its bytes.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::orchestrator::{MAX_ENTRY, OrchestratorError, OutputEntry, OutputStream};

/// How much is read from the child at a time.
const READ: usize = 64 * 1024;

/// How long the output may stay open, and silent, after the child's end: a program that has left the
/// group may hold it for ever.
const SILENCE: Duration = Duration::from_secs(2);

/// The most that a pipe holds, and so the most that the child can have left in it. What such a
/// program says beyond that is not the child's.
const PIPE: usize = 1 << 20;

/// The bytes before each entry's own.
const HEADER: usize = 5;

/// One child's kept output.
#[derive(Debug)]
pub(super) struct Spool {
    path: PathBuf,
    limit: u64,
    file: Mutex<File>,
    written: watch::Sender<Written>,
}

/// How far readers may go.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    bytes: u64,
    closed: bool,
}

impl Spool {
    /// Makes the file. What would make it larger than `limit` is dropped.
    pub(super) async fn create(path: PathBuf, limit: u64) -> io::Result<Self> {
        let file = Mutex::new(File::create_new(&path).await?);
        Ok(Self {
            path,
            limit,
            file,
            written: watch::Sender::default(),
        })
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.written.send_modify(|written| written.closed = true);
    }

    /// Keeps whole entries, in one piece.
    async fn append(&self, encoded: &[u8]) -> io::Result<()> {
        let mut file = self.file.lock().await;
        let length = encoded.len() as u64;
        if self.written.borrow().bytes.saturating_add(length) > self.limit {
            return Ok(());
        }
        file.write_all(encoded).await?;
        file.flush().await?;
        self.written.send_modify(|written| written.bytes += length);
        Ok(())
    }

    /// See [`crate::orchestrator::Orchestrator::output`].
    pub(super) async fn follow(
        &self,
        after: u64,
    ) -> io::Result<BoxStream<'static, Result<OutputEntry, OrchestratorError>>> {
        let file = BufReader::with_capacity(READ, File::open(&self.path).await?);
        let written = self.written.subscribe();
        let reader = Reader {
            file,
            written,
            offset: 0,
            position: 0,
            after,
        };
        let entries = stream::try_unfold(reader, |mut reader| async move {
            match reader.next().await {
                Ok(entry) => Ok(entry.map(|entry| (entry, reader))),
                Err(error) => Err(super::failed("read the child's output", error)),
            }
        });
        Ok(entries.boxed())
    }
}

struct Reader {
    file: BufReader<File>,
    written: watch::Receiver<Written>,
    offset: u64,
    position: u64,
    after: u64,
}

impl Reader {
    async fn next(&mut self) -> io::Result<Option<OutputEntry>> {
        loop {
            let offset = self.offset;
            let more = |written: &Written| written.bytes > offset || written.closed;
            let written = self.written.wait_for(more).await.map(|written| *written);
            // Without a spool there is nothing more to come.
            let Ok(written) = written else {
                return Ok(None);
            };
            if written.bytes <= offset {
                return Ok(None);
            }
            let (stream, bytes) = self.read().await?;
            if self.position > self.after {
                return Ok(Some(OutputEntry {
                    position: self.position,
                    stream,
                    bytes,
                }));
            }
        }
    }

    async fn read(&mut self) -> io::Result<(OutputStream, Bytes)> {
        let mut header = [0; HEADER];
        self.file.read_exact(&mut header).await?;
        let [stream, length @ ..] = header;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        self.file.read_exact(&mut bytes).await?;
        self.offset += (HEADER + bytes.len()) as u64;
        self.position += 1;
        let stream = if stream == 0 {
            OutputStream::Stdout
        } else {
            OutputStream::Stderr
        };
        Ok((stream, bytes.into()))
    }
}

/// Keeps all that comes out of `pipe`, to its end; when there is `no_more` to come, what is left in
/// it, however long it takes to keep that.
pub(super) async fn copy(
    pipe: impl AsyncRead + Unpin,
    stream: OutputStream,
    spool: Arc<Spool>,
    no_more: CancellationToken,
) -> io::Result<()> {
    let mut tap = Tap {
        pipe,
        no_more,
        left: PIPE,
    };
    let mut buffer = vec![0; READ];
    let mut splitter = Splitter {
        stream,
        open: Vec::with_capacity(MAX_ENTRY),
    };
    let mut encoded = Vec::new();
    loop {
        let read = tap.read(&mut buffer).await?;
        if read == 0 {
            splitter.finish(&mut encoded);
            return spool.append(&encoded).await;
        }
        splitter.push(&buffer[..read], &mut encoded);
        spool.append(&encoded).await?;
        encoded.clear();
    }
}

/// The reading end of a pipe whose writing end may stay open.
struct Tap<P> {
    pipe: P,
    no_more: CancellationToken,
    /// How much may be read when there is no more to come.
    left: usize,
}

impl<P: AsyncRead + Unpin> Tap<P> {
    /// Reads; 0 at the end.
    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ended = self.no_more.is_cancelled();
        let silence = async {
            self.no_more.cancelled().await;
            sleep(SILENCE).await;
        };
        let read = tokio::select! {
            biased;
            read = self.pipe.read(buffer) => read?,
            () = silence => 0,
        };
        if ended {
            let read = read.min(self.left);
            self.left -= read;
            return Ok(read);
        }
        Ok(read)
    }
}

/// Cuts what was read into entries.
struct Splitter {
    stream: OutputStream,
    /// The entry that is not complete, shorter than [`MAX_ENTRY`].
    open: Vec<u8>,
}

impl Splitter {
    fn push(&mut self, mut read: &[u8], encoded: &mut Vec<u8>) {
        while !read.is_empty() {
            let room = read.len().min(MAX_ENTRY - self.open.len());
            let taken = memchr::memchr(b'\n', &read[..room]).map_or(room, |newline| newline + 1);
            let (piece, rest) = read.split_at(taken);
            self.open.extend_from_slice(piece);
            read = rest;
            if piece.ends_with(b"\n") || self.open.len() == MAX_ENTRY {
                self.finish(encoded);
            }
        }
    }

    /// Closes the open entry, if there is one.
    fn finish(&mut self, encoded: &mut Vec<u8>) {
        // An entry is at most MAX_ENTRY long, so its length always fits.
        let Ok(length) = u32::try_from(self.open.len()) else {
            return;
        };
        if length == 0 {
            return;
        }
        encoded.push(match self.stream {
            OutputStream::Stdout => 0,
            OutputStream::Stderr => 1,
        });
        encoded.extend_from_slice(&length.to_le_bytes());
        encoded.append(&mut self.open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn entries(spool: &Spool, after: u64) -> Vec<(u64, Vec<u8>)> {
        let entries = spool.follow(after).await.unwrap();
        entries
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.position, entry.bytes.to_vec()))
            .collect()
            .await
    }

    #[tokio::test]
    async fn cuts_lines_and_long_pieces_however_they_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(MAX_ENTRY + 5);
        let text = format!("one\n\n{long}\nlast");
        let expected = [
            (1, b"one\n".to_vec()),
            (2, b"\n".to_vec()),
            (3, vec![b'x'; MAX_ENTRY]),
            (4, b"xxxxx\n".to_vec()),
            (5, b"last".to_vec()),
        ];
        for chunk in [1, 7, MAX_ENTRY, text.len()] {
            let path = folder.path().join(format!("spool{chunk}"));
            let spool = Arc::new(Spool::create(path, u64::MAX).await.unwrap());
            let (mut writer, pipe) = tokio::io::duplex(chunk);
            let copying = tokio::spawn(copy(
                pipe,
                OutputStream::Stdout,
                Arc::clone(&spool),
                CancellationToken::new(),
            ));
            writer.write_all(text.as_bytes()).await.unwrap();
            drop(writer);
            copying.await.unwrap().unwrap();
            spool.close();
            assert_eq!(entries(&spool, 0).await, expected);
            assert_eq!(entries(&spool, 3).await, expected[3..]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pipe_that_stays_open_is_read_as_far_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::create(folder.path().join("spool"), u64::MAX).await;
        let spool = Arc::new(spool.unwrap());
        let no_more = CancellationToken::new();
        let (mut writer, pipe) = tokio::io::duplex(MAX_ENTRY);
        let copying = tokio::spawn(copy(
            pipe,
            OutputStream::Stdout,
            Arc::clone(&spool),
            no_more.clone(),
        ));
        no_more.cancel();
        // Whoever holds it open says things for longer than a silence, and goes on holding it.
        for _ in 0..3 {
            writer.write_all(b"late\n").await.unwrap();
            sleep(SILENCE / 2).await;
        }
        copying.await.unwrap().unwrap();
        spool.close();
        let late = b"late\n".to_vec();
        let expected = [(1, late.clone()), (2, late.clone()), (3, late)];
        assert_eq!(entries(&spool, 0).await, expected);
        assert!(writer.write_all(b"x").await.is_err(), "nobody reads it");
    }

    #[tokio::test]
    async fn a_pipe_that_is_filled_for_ever_is_left_alone_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::create(folder.path().join("spool"), u64::MAX).await;
        let spool = Arc::new(spool.unwrap());
        let no_more = CancellationToken::new();
        no_more.cancel();
        let copied = copy(
            tokio::io::repeat(b'x'),
            OutputStream::Stdout,
            Arc::clone(&spool),
            no_more,
        );
        copied.await.unwrap();
        assert_eq!(
            spool.written.borrow().bytes,
            (PIPE + PIPE / MAX_ENTRY * HEADER) as u64
        );
    }

    #[tokio::test]
    async fn what_exceeds_the_limit_is_dropped_and_the_rest_stays_readable() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::create(folder.path().join("spool"), 20)
            .await
            .unwrap();
        let mut splitter = Splitter {
            stream: OutputStream::Stderr,
            open: Vec::new(),
        };
        for line in ["first\n", "second is too long\n", "third\n"] {
            let mut encoded = Vec::new();
            splitter.push(line.as_bytes(), &mut encoded);
            spool.append(&encoded).await.unwrap();
        }
        spool.close();
        assert_eq!(entries(&spool, 0).await, [(1, b"first\n".to_vec())]);
    }
}
