//! One viewer.

use std::convert::Infallible;
use std::io;

use anyhow::{Context as _, bail};
use memchr::memmem;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::Shared;
use super::frames::{self, Kind};
use super::mark::Marks;
use super::script::Step;
use crate::clock;

/// The end of an HTTP head.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A connection and how far it has come.
struct Viewer<'a> {
    shared: &'a Shared,
    stream: TcpStream,
    /// The beginning of a frame whose end has not come.
    kept: Vec<u8>,
    /// The number that comes next.
    next: u64,
    ready: bool,
    answers: Vec<u8>,
    marks: Marks,
    latencies: Vec<u32>,
}

/// Views until the connection ends, which it should not.
pub(super) async fn view(shared: &Shared) -> anyhow::Result<Infallible> {
    let mut viewer = {
        let _one_of_few = shared.connecting.acquire().await?;
        let mut viewer = Viewer::connect(shared).await?;
        while !viewer.ready {
            viewer.turn().await?;
        }
        viewer
    };
    shared.board.one_ready();
    loop {
        viewer.turn().await?;
    }
}

impl<'a> Viewer<'a> {
    async fn connect(shared: &'a Shared) -> anyhow::Result<Self> {
        let address = shared.address;
        let mut stream = TcpStream::connect(address).await.context("connect")?;
        stream.set_nodelay(true)?;
        let path = shared.script.path();
        let mut hello = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        .into_bytes();
        stream.write_all(&hello).await?;
        hello.clear();
        let kept = upgraded(&stream, hello).await?;
        if let Some(greeting) = shared.script.greeting()? {
            stream.write_all(&frames::text(&greeting)).await?;
        }
        let mut viewer = Self {
            shared,
            stream,
            kept: Vec::new(),
            next: shared.first,
            ready: false,
            answers: Vec::new(),
            marks: Marks::default(),
            latencies: Vec::new(),
        };
        viewer.take(&kept)?;
        Ok(viewer)
    }

    /// Waits for bytes, takes all there are, and answers.
    async fn turn(&mut self) -> anyhow::Result<()> {
        if !self.answers.is_empty() {
            self.stream.write_all(&self.answers).await?;
            self.answers = Vec::new();
        }
        self.stream.readable().await?;
        // All viewers take turns on one thread, and nobody keeps the buffer while he waits.
        let mut buffer = self.shared.buffer.borrow_mut();
        match self.stream.try_read(&mut buffer) {
            Ok(0) => bail!("the server has closed the connection"),
            Ok(length) => self.take(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error).context("read"),
        }
    }

    /// Takes the frames of what has come.
    fn take(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let kept = std::mem::take(&mut self.kept);
        let joined;
        let mut bytes = if kept.is_empty() {
            bytes
        } else {
            joined = [&kept, bytes].concat();
            &joined
        };
        let (now, mut got, mut doubled) = (clock::nanos(), 0, 0);
        while let Some((kind, payload, rest)) = frames::first(bytes) {
            bytes = rest;
            match kind {
                Kind::Text => self.text(payload, now, &mut got, &mut doubled),
                Kind::Ping => self.answers.extend(frames::pong(payload)),
                Kind::Close => bail!("the server says: {}", String::from_utf8_lossy(payload)),
                Kind::Other => {}
            }
        }
        self.kept.extend_from_slice(bytes);
        if got + doubled > 0 {
            self.shared.board.note(now, got, doubled, &self.latencies);
            self.latencies.clear();
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8], now: u64, got: &mut u64, doubled: &mut u64) {
        match self.shared.script.step(text) {
            Step::Ready => self.ready = true,
            Step::Answer(answer) => self.answers.extend(frames::text(answer)),
            Step::Look => {}
        }
        for mark in self.marks.of(text) {
            if mark.number < self.next {
                *doubled += 1;
                continue;
            }
            // What was left out is missing in the count at the end.
            self.next = mark.number + 1;
            *got += 1;
            if let Some(written) = mark.written {
                let micros = now.saturating_sub(written) / 1000;
                self.latencies
                    .push(u32::try_from(micros).unwrap_or(u32::MAX));
            }
        }
    }
}

/// Reads the answer to the handshake; what has come behind it.
async fn upgraded(stream: &TcpStream, mut answer: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    loop {
        stream.readable().await?;
        match stream.try_read_buf(&mut answer) {
            Ok(0) => bail!("the server has closed the connection"),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error).context("read"),
        }
        if let Some(end) = memmem::find(&answer, END_OF_HEAD) {
            if !answer.starts_with(b"HTTP/1.1 101 ") {
                bail!("no WebSocket: {}", String::from_utf8_lossy(&answer));
            }
            return Ok(answer.split_off(end + END_OF_HEAD.len()));
        }
    }
}
