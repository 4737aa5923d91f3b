//! What is on its way to the client.
//!
//! Events enter only while the outbox is empty and the client keeps up, a burst at a time, and
//! answers only while there is room for them; so it is never long, however slow the client is.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use axum::extract::ws::{Message, Utf8Bytes};
use futures_util::{Sink, SinkExt as _};
use leo_protocol::repl::ServerMessage;
use tokio::time::Instant;

use super::pace::Pace;

/// Answers that wait at most; with more, no request is read.
const MAX_ANSWERS: usize = 64;
/// Bytes of answers that wait before no request is read.
const MAX_ANSWER_BYTES: usize = 512 << 10;
/// Places for messages that an idle connection keeps.
const KEPT_PLACES: usize = 8;

/// Messages to be sent, in order.
#[derive(Debug)]
pub(super) struct Outbox {
    messages: VecDeque<Message>,
    answers: usize,
    answer_bytes: usize,
    flushed: bool,
    pace: Pace,
}

impl Outbox {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            messages: VecDeque::new(),
            answers: 0,
            answer_bytes: 0,
            flushed: true,
            pace: Pace::new(now),
        }
    }

    /// Adds an answer.
    pub(super) fn answer(&mut self, message: &ServerMessage) {
        match serde_json::to_string(message) {
            Ok(text) => {
                self.answers += 1;
                self.answer_bytes += text.len();
                self.messages.push_back(Message::Text(text.into()));
            }
            // These are plain structs; should one fail, the client misses an answer and no more.
            Err(error) => tracing::error!(%error, "an answer could not be encoded"),
        }
    }

    /// Whether events may be added: the client has read enough of those before.
    pub(super) fn has_window(&self) -> bool {
        self.pace.has_room()
    }

    /// Adds a frame of events.
    pub(super) fn event(&mut self, frame: Utf8Bytes, now: Instant) {
        let ping = self.pace.data(frame.len(), now);
        self.messages.push_back(Message::Text(frame));
        self.messages.extend(ping.map(Message::Ping));
    }

    /// Adds a ping.
    pub(super) fn ping(&mut self, now: Instant) {
        let ping = self.pace.ping(now);
        self.messages.push_back(Message::Ping(ping));
    }

    /// Takes a pong; `false` when it tells nothing new.
    pub(super) fn pong(&mut self, payload: &[u8], now: Instant) -> bool {
        let news = self.pace.pong(payload, now);
        let missing = self.pace.missing_ping(now);
        self.messages.extend(missing.map(Message::Ping));
        news
    }

    /// Whether everything has left.
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.flushed
    }

    /// Whether requests may be read.
    pub(super) const fn has_room(&self) -> bool {
        self.answers < MAX_ANSWERS && self.answer_bytes < MAX_ANSWER_BYTES
    }

    /// Sends everything, in as few writes as possible. Safe to cancel and to begin again.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(super) async fn send<S>(&mut self, sink: &mut S) -> Result<(), S::Error>
    where
        S: Sink<Message> + Unpin,
    {
        std::future::poll_fn(|cx| self.poll_send(sink, cx)).await
    }

    /// [`Self::send`], for whoever waits for something else too.
    pub(super) fn poll_send<S>(
        &mut self,
        sink: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), S::Error>>
    where
        S: Sink<Message> + Unpin,
    {
        while !self.messages.is_empty() {
            ready!(sink.poll_ready_unpin(cx))?;
            if let Some(message) = self.messages.pop_front() {
                self.flushed = false;
                sink.start_send_unpin(message)?;
            }
        }
        ready!(sink.poll_flush_unpin(cx))?;
        self.flushed = true;
        self.answers = 0;
        self.answer_bytes = 0;
        self.messages.shrink_to(KEPT_PLACES);
        Poll::Ready(Ok(()))
    }
}
