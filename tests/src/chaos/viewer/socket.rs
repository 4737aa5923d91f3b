//! A connection that may read slowly, like a modem.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// The kernel's buffer of a slow reader, in bytes: with a large one nobody would notice.
const SLOW_BUFFER: u32 = 8 << 10;
/// What a slow reader takes at once, in bytes.
const SIP: usize = 512;

/// A TCP connection with a limit on what is read from it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// The pause after each sip; none for a fast reader.
    pause: Option<Duration>,
    resting: Pin<Box<Sleep>>,
    hurry: Arc<AtomicBool>,
}

impl Socket {
    /// Connects. A slow reader takes `rate` bytes a second, until `hurry` is set.
    pub(super) async fn connect(
        address: SocketAddr,
        rate: Option<u32>,
        hurry: &Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if rate.is_some() {
            socket.set_recv_buffer_size(SLOW_BUFFER)?;
        }
        let connecting = timeout(PATIENCE, socket.connect(address));
        let stream = connecting.await.map_err(|_| io::ErrorKind::TimedOut)??;
        stream.set_nodelay(true)?;
        let sip = u32::try_from(SIP).unwrap_or(u32::MAX);
        let pause = rate.map(|rate| Duration::from_secs(1) * sip / rate);
        let (resting, hurry) = (Box::pin(sleep(Duration::ZERO)), Arc::clone(hurry));
        Ok(Self {
            stream,
            pause,
            resting,
            hurry,
        })
    }

    /// The server's address.
    pub(super) fn peer(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(pause) = this.pause.filter(|_| !this.hurry.load(Ordering::Relaxed)) else {
            return Pin::new(&mut this.stream).poll_read(context, buffer);
        };
        if this.resting.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let mut sip = [0; SIP];
        let mut sip = ReadBuf::new(&mut sip[..SIP.min(buffer.remaining())]);
        if Pin::new(&mut this.stream)
            .poll_read(context, &mut sip)?
            .is_pending()
        {
            return Poll::Pending;
        }
        buffer.put_slice(sip.filled());
        this.resting.as_mut().reset(Instant::now() + pause);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
