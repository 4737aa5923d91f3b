//! A session's stream as server-sent events.

use futures_util::{Stream, StreamExt as _};
use leo_protocol::problem::Problem;
use leo_protocol::{Event, SessionId};
use reqwest::{Method, RequestBuilder};
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
        let mut request = client.request(Method::GET, &path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        Self::of(request, last_event_id.unwrap_or(after)).await
    }

    /// Opens a stream by a request for the events behind `after`.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn of(request: RequestBuilder, after: u64) -> Self {
        let request = request.header("accept", "text/event-stream");
        let response = request.send().await.expect("open a stream");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            chunks: Box::pin(response.bytes_stream()),
            unread: String::new(),
            transcript: Transcript::new(after),
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

    /// Reads until the server says that it ends the stream, and sees that it does.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn ended(&mut self) -> Problem {
        let reading = async {
            let problem = loop {
                let message = self.message().await.expect("a word before the end");
                if let Some(problem) = end(&message) {
                    break problem;
                }
                self.take(&message);
            };
            assert!(self.message().await.is_none(), "something after the end");
            problem
        };
        timeout(DEADLINE, reading).await.expect("no end")
    }

    /// Reads until a sign of life comes that is no event.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn comment(&mut self) {
        let reading = async {
            loop {
                let message = self.message().await.expect("the stream goes on");
                if message.starts_with(':') {
                    return;
                }
                self.take(&message);
            }
        };
        timeout(DEADLINE, reading).await.expect("no sign of life");
    }

    async fn next(&mut self) -> Event {
        loop {
            let message = self.message().await.expect("the stream goes on");
            if let Some(event) = self.take(&message) {
                return event;
            }
        }
    }

    /// Keeps the event of a message.
    fn take(&mut self, message: &str) -> Option<Event> {
        let event = read(message)?;
        self.transcript.push(event.clone());
        Some(event)
    }

    /// The next message; `None` at the end of the stream.
    async fn message(&mut self) -> Option<String> {
        loop {
            if let Some((message, rest)) = self.unread.split_once("\n\n") {
                let message = message.to_owned();
                self.unread = rest.to_owned();
                return Some(message);
            }
            let chunk = self.chunks.next().await?.expect("a chunk");
            self.unread
                .push_str(std::str::from_utf8(&chunk).expect("whole characters"));
        }
    }
}

/// A field of a message.
fn field(message: &str, name: &str) -> Option<String> {
    let value = message.lines().find_map(|line| line.strip_prefix(name));
    value.map(|value| value.trim_start().to_owned())
}

/// The problem with which a stream ends, if this is its end.
fn end(message: &str) -> Option<Problem> {
    field(message, "event:").filter(|kind| kind == "error")?;
    let data = field(message, "data:").expect("data");
    Some(serde_json::from_str(&data).expect("a problem document"))
}

/// The event of a message; `None` for a comment.
fn read(message: &str) -> Option<Event> {
    let data = field(message, "data:")?;
    let event = Event::from_object(serde_json::from_str(&data).expect("JSON")).expect("an event");
    assert_eq!(
        field(message, "id:"),
        Some(event.seq.to_string()),
        "{message}"
    );
    Some(event)
}
