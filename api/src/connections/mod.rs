//! Accepted connections: what they are set to, and how it is found out that a peer is gone.
//!
//! Promise: a connection that is quiet and whose peer's machine or network is gone ends within half
//! a minute, by keepalive. Where something is on its way, the kernel tries for about a quarter of an
//! hour. The REPL WebSocket, which is told by its own pings, does not wait for that, and neither do
//! event streams, which have their connection watched, see [`watch`]. `TCP_USER_TIMEOUT` would
//! shorten it for all, but it also ends connections to readers who live and are slow: the window of
//! one that reads a line a second stays shut for minutes, and the kernel takes that for the same.

use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

#[cfg_attr(not(target_os = "linux"), path = "kernel_elsewhere.rs")]
mod kernel;
mod socket;
mod watch;

use socket::Socket;

/// A connection that has been quiet for so long is asked whether it lives.
const QUIET: Duration = Duration::from_secs(15);
/// How often it is asked.
const ASKING: Duration = Duration::from_secs(5);
/// Questions without an answer after which it is dead.
const QUESTIONS: u32 = 3;

/// Accepts connections and prepares them.
#[derive(Debug)]
pub(crate) struct Listener(pub(crate) TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        prepare(&stream);
        (Socket::new(stream), address)
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    address: SocketAddr,
    stream: Weak<TcpStream>,
}

impl Peer {
    /// Its address, which is that of the proxy where there is one.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the connection when its peer is gone, as long as the handle is held.
    pub(crate) fn watch(&self) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(watch::watch(self.stream.clone())))
    }

    /// A peer without a connection.
    #[cfg(test)]
    pub(crate) const fn at(address: SocketAddr) -> Self {
        Self {
            address,
            stream: Weak::new(),
        }
    }
}

impl Connected<IncomingStream<'_, Listener>> for Peer {
    fn connect_info(incoming: IncomingStream<'_, Listener>) -> Self {
        Self {
            address: *incoming.remote_addr(),
            stream: Arc::downgrade(incoming.io().stream()),
        }
    }
}

/// Sets what a connection needs. What the system refuses costs latency or time, and the connection
/// is served all the same.
fn prepare(stream: &TcpStream) {
    // Events are small and must not wait for each other.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    let keepalive = TcpKeepalive::new().with_time(QUIET);
    let keepalive = keepalive.with_interval(ASKING).with_retries(QUESTIONS);
    if let Err(error) = SockRef::from(stream).set_tcp_keepalive(&keepalive) {
        tracing::debug!(%error, "a connection is not asked whether it lives");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_kernel_asks_and_gives_up_within_half_a_minute() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut listener = Listener(listener);
        let accept = axum::serve::Listener::accept(&mut listener);
        let (_client, (accepted, _)) = tokio::join!(TcpStream::connect(address), accept);
        let accepted = accepted.stream();
        assert!(accepted.nodelay().unwrap());
        let socket = SockRef::from(&**accepted);
        assert!(socket.keepalive().unwrap());
        let asked =
            socket.tcp_keepalive_interval().unwrap() * socket.tcp_keepalive_retries().unwrap();
        assert!(socket.tcp_keepalive_time().unwrap() + asked <= Duration::from_secs(30));
    }
}
