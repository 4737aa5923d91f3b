//! A reader of server-sent events who has his TCP connection in his own hands: he reads as slowly as
//! he likes, and he can vanish.

use std::io;

use leo_protocol::SessionId;
use socket2::{SockFilter, SockRef};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use super::Client;

/// What the kernel may keep for a reader, in bytes, so that a stream is soon blocked. It takes twice
/// as much.
const RECEIVE_BUFFER: u32 = 4 << 10;
/// How far he reads ahead of himself, in bytes.
const READ_AHEAD: usize = 256;
/// A packet filter of one instruction: drop everything.
const DROP: [SockFilter; 1] = [SockFilter::new(0x06, 0, 0, 0)];

/// A reader.
#[derive(Debug)]
pub struct RawSse {
    stream: BufReader<TcpStream>,
    seq: u64,
}

impl RawSse {
    /// Asks for a session's events behind `after` and reads nothing of the answer.
    ///
    /// # Panics
    /// When the API does not take the connection.
    pub async fn open(client: &Client, session: SessionId, after: u64) -> Self {
        let address = client.base().trim_start_matches("http://");
        let mut stream = connect(address).await.expect("connect");
        // An answer to HTTP/1.0 is not in chunks.
        let request = format!(
            "GET /api/sessions/{session}/events?after={after} HTTP/1.0\r\n\
             host: {address}\r\naccept: text/event-stream\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("ask");
        Self {
            stream: BufReader::with_capacity(READ_AHEAD, stream),
            seq: after,
        }
    }

    /// From now on nothing reaches this machine, so that nothing is acknowledged; as if its network
    /// were gone. The reader must be kept, since his end would be said to the server.
    ///
    /// # Panics
    /// When the kernel refuses.
    pub fn vanish(&self) {
        vanish(self.stream.get_ref());
    }

    /// Reads a line; for one that is an event's data, what it says. `None` is the end.
    ///
    /// # Panics
    /// When the connection breaks, or an event is missing or comes twice.
    pub async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.expect("read a line");
        if let Some(id) = line.strip_prefix("id: ") {
            self.seq += 1;
            assert_eq!(id.trim_end(), self.seq.to_string());
        }
        (read > 0).then_some(line)
    }

    /// Reads until a line contains this.
    ///
    /// # Panics
    /// As [`Self::line`], and when the stream ends before.
    pub async fn until(&mut self, part: &str) {
        loop {
            let line = self.line().await.expect("the stream goes on");
            if line.contains(part) {
                return;
            }
        }
    }
}

/// See [`RawSse::vanish`].
pub(super) fn vanish(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    socket.attach_filter(&DROP).expect("drop all packets");
}

async fn connect(address: &str) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let address = address.parse().map_err(io::Error::other)?;
    socket.connect(address).await
}
