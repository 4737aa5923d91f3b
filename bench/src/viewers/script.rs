//! What a viewer says until it is sent what happens, for each of the servers.

use leo_protocol::SessionId;
use leo_protocol::repl::ClientMessage;

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Leo's REPL WebSocket. Whoever is on the same machine needs no token.
    Leo {
        /// Which stream.
        session: SessionId,
        /// From where on; absent: from the present head.
        after: Option<u64>,
        /// Whether events come as stored batches.
        batch: bool,
    },
    /// The bare relay, which says `ready` first.
    Relay,
    /// Socket.IO 4, over WebSocket at once.
    SocketIo,
}

/// What a text means to a viewer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// From here on the server sends what happens.
    Ready,
    /// This has to be answered.
    Answer(&'static str),
    /// Events, or something of no interest.
    Look,
}

impl Script {
    /// Where the WebSocket is.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Leo { .. } | Self::Relay => "/ws",
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
        }
    }

    /// What the viewer says first.
    pub(super) fn greeting(self) -> anyhow::Result<Option<String>> {
        let Self::Leo {
            session,
            after,
            batch,
        } = self
        else {
            return Ok(None);
        };
        let join = ClientMessage::JoinSession {
            session_id: session,
            after,
            batch,
        };
        Ok(Some(serde_json::to_string(&join)?))
    }

    /// What a text means.
    pub(super) fn step(self, text: &[u8]) -> Step {
        match self {
            Self::Leo { .. } if text.starts_with(br#"{"type":"session_joined""#) => Step::Ready,
            Self::Relay if text == b"ready" => Step::Ready,
            Self::SocketIo if text.starts_with(b"0{") => Step::Answer("40"),
            Self::SocketIo if text.starts_with(b"40") => Step::Ready,
            Self::SocketIo if text == b"2" => Step::Answer("3"),
            Self::Leo { .. } | Self::Relay | Self::SocketIo => Step::Look,
        }
    }
}
