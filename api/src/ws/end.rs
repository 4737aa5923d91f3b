//! How a connection ends.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::repl::{
    CLOSE_FORBIDDEN, CLOSE_NOT_FOUND, CLOSE_RATE_LIMITED, CLOSE_RESTART, CLOSE_UNAUTHENTICATED,
};

use super::outbox::Outbox;

/// A message is too large.
const CLOSE_TOO_BIG: u16 = 1009;
/// What was sent is no WebSocket.
const CLOSE_PROTOCOL: u16 = 1002;
/// The server cannot serve this client at present.
const CLOSE_TRY_LATER: u16 = 1013;
/// How long the client may take to read the end and to agree.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection that cannot be read any more is kept: closed at once, the system would
/// throw away what the client has not read yet.
const LINGER: Duration = Duration::from_secs(1);

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The other side is not there any more, or has said good-bye.
    Gone,
    /// The process ends; come back, with jitter.
    Restart,
    /// Not or no longer authenticated.
    Unauthenticated,
    /// Authenticated, but barred.
    Barred,
    /// A session that is not there.
    NotFound,
    /// Too many messages.
    RateLimited,
    /// A message that is too large.
    TooBig,
    /// Not a WebSocket.
    Protocol,
    /// Something that the server needs does not work.
    TryLater,
}

impl End {
    /// What the close frame says; `None` where nobody would read it.
    fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::Restart => (CLOSE_RESTART, "the server restarts: come back, with jitter"),
            Self::Unauthenticated => (CLOSE_UNAUTHENTICATED, "not authenticated"),
            Self::Barred => (CLOSE_FORBIDDEN, "not allowed"),
            Self::NotFound => (CLOSE_NOT_FOUND, "not found"),
            Self::RateLimited => (CLOSE_RATE_LIMITED, "too many messages"),
            Self::TooBig => (CLOSE_TOO_BIG, "message too big"),
            Self::Protocol => (CLOSE_PROTOCOL, "protocol error"),
            Self::TryLater => (CLOSE_TRY_LATER, "try again later"),
        };
        Some(CloseFrame {
            code,
            reason: reason.into(),
        })
    }
}

/// Sends what is left and the close, and reads on, without looking, until the client agrees: data
/// that nobody reads would turn the close into a reset.
pub(super) async fn farewell(mut socket: WebSocket, mut outbox: Outbox, end: End) {
    let Some(frame) = end.frame() else {
        // An answer to the client's own close may still have to go out.
        let _ = tokio::time::timeout(LINGER, socket.next()).await;
        return;
    };
    let (mut sink, mut stream) = socket.split();
    let telling = async {
        outbox.send(&mut sink).await?;
        sink.send(Message::Close(Some(frame))).await
    };
    let reading = async {
        while let Some(message) = stream.next().await {
            if message.is_err() {
                break;
            }
        }
        if matches!(end, End::TooBig | End::Protocol) {
            tokio::time::sleep(LINGER).await;
        }
    };
    // Whoever does not read the end in time is cut off; there is nobody left to tell.
    let _ = tokio::time::timeout(PATIENCE, async { tokio::join!(telling, reading) }).await;
}
