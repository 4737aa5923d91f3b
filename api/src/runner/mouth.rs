//! What the server says to a runner.
//!
//! A runner may have said its last words and gone, or never read at all; what it has sent counts
//! all the same. So a message that cannot be sent ends the talking and not the listening.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::SinkExt as _;
use futures_util::stream::SplitSink;
use leo_protocol::runner::RunnerMessage;
use tokio::time::timeout;

/// How long the other side may keep a message waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// The sending half of a connection.
pub(super) struct Mouth {
    sink: SplitSink<WebSocket, Message>,
    /// Nobody takes anything any more.
    unheard: bool,
}

impl Mouth {
    pub(super) const fn new(sink: SplitSink<WebSocket, Message>) -> Self {
        Self {
            sink,
            unheard: false,
        }
    }

    pub(super) async fn say(&mut self, what: &RunnerMessage) {
        // These are plain structs with plain fields; serialising them cannot fail.
        let text = serde_json::to_string(what).unwrap_or_default();
        self.send(Message::Text(text.into())).await;
    }

    /// Sends a frame, unless an earlier one could not be sent.
    pub(super) async fn send(&mut self, frame: Message) {
        if !self.unheard {
            let sent = timeout(PATIENCE, self.sink.send(frame)).await;
            self.unheard = !matches!(sent, Ok(Ok(())));
        }
    }
}
