//! What accepted connections are set to.
//!
//! Promise: a connection that is quiet and whose peer's machine or network is gone ends within half
//! a minute. Where something is on its way, the kernel tries for about a quarter of an hour; the
//! REPL WebSocket, which is told by its own pings, does not wait for that. `TCP_USER_TIMEOUT` would
//! shorten it, but it also ends connections to readers who live and are slow: the window of one that
//! reads a line a second stays shut for minutes, and the kernel takes that for the same.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// A connection that has been quiet for so long is asked whether it lives.
const QUIET: Duration = Duration::from_secs(15);
/// How often it is asked.
const ASKING: Duration = Duration::from_secs(5);
/// Questions without an answer after which it is dead.
const QUESTIONS: u32 = 3;

/// Prepares a connection that was accepted. What the system refuses costs latency or time, and the
/// connection is served all the same.
pub(crate) fn prepare(connection: &mut TcpStream) {
    // Events are small and must not wait for each other.
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    let keepalive = TcpKeepalive::new().with_time(QUIET);
    let keepalive = keepalive.with_interval(ASKING).with_retries(QUESTIONS);
    if let Err(error) = SockRef::from(&*connection).set_tcp_keepalive(&keepalive) {
        tracing::debug!(%error, "a connection is not asked whether it lives");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn the_kernel_asks_and_gives_up_within_half_a_minute() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (mut accepted, _) = accepted.unwrap();
        prepare(&mut accepted);
        assert!(accepted.nodelay().unwrap());
        let socket = SockRef::from(&accepted);
        assert!(socket.keepalive().unwrap());
        let asked =
            socket.tcp_keepalive_interval().unwrap() * socket.tcp_keepalive_retries().unwrap();
        assert!(socket.tcp_keepalive_time().unwrap() + asked <= Duration::from_secs(30));
    }
}
