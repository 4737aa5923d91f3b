//! A session's stream as server-sent events.

use futures_util::{Stream, StreamExt as _};
use leo_protocol::{Event, SessionId};
use reqwest::Method;
use tokio::time::timeout;

use super::Client;
use crate::transcript::Transcript;
use crate::wait::DEADLINE;

/// An open stream.
pub struct Sse {
    chunks: std::pin::Pin<Box<dyn Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    unread: String,
    transcript: Transcript,
}

impl std::fmt::Debug for Sse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sse")
            .field("transcript", &self.transcript)
            .finish_non_exhaustive()
    }
}

impl Sse {
    /// Opens the stream behind `after`. With `last_event_id` as a browser does that comes back; it
    /// wins over `after`.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn open(
        client: &Client,
        session: SessionId,
        after: u64,
        last_event_id: Option<u64>,
    ) -> Self {
        let path = format!("/api/sessions/{session}/events?after={after}");
        let mut request = client
            .request(Method::GET, &path)
            .header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.expect("open a stream");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            chunks: Box::pin(response.bytes_stream()),
            unread: String::new(),
            transcript: Transcript::new(last_event_id.unwrap_or(after)),
        }
    }

    /// What has come so far.
    #[must_use]
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Reads until an event is as asked for.
    ///
    /// # Panics
    /// When none is in time, or the stream ends or breaks its promises.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Event) -> bool) -> Event {
        let reading = async {
            loop {
                let event = self.next().await;
                if wanted(&event) {
                    return event;
                }
            }
        };
        timeout(DEADLINE, reading)
            .await
            .unwrap_or_else(|_| panic!("no {what}"))
    }

    async fn next(&mut self) -> Event {
        loop {
            while let Some((message, rest)) = self.unread.split_once("\n\n") {
                let message = message.to_owned();
                self.unread = rest.to_owned();
                if let Some(event) = read(&message) {
                    self.transcript.push(event.clone());
                    return event;
                }
            }
            let chunk = self
                .chunks
                .next()
                .await
                .expect("the stream goes on")
                .expect("a chunk");
            self.unread
                .push_str(std::str::from_utf8(&chunk).expect("whole characters"));
        }
    }
}

/// The event of a message; `None` for a comment.
fn read(message: &str) -> Option<Event> {
    let field = |name: &str| {
        let value = message.lines().find_map(|line| line.strip_prefix(name));
        value.map(|value| value.trim_start().to_owned())
    };
    let data = field("data:")?;
    let event = Event::from_object(serde_json::from_str(&data).expect("JSON")).expect("an event");
    assert_eq!(field("id:"), Some(event.seq.to_string()), "{message}");
    Some(event)
}
