//! A stream as server-sent events.
//!
//! Each event has its `seq` as `id:`, so that a browser comes back with `Last-Event-ID` and misses
//! nothing. The body is made as fast as it is read: a slow reader is a cursor here too.
//!
//! A stream ends with the credential that has opened it, and says so in an event of the type `error`
//! whose data is a problem document; so it does where its events cannot be shown any further, in a
//! message as on the WebSocket.
//!
//! There is nothing in this protocol that a client answers, so that a reader who is gone and one who
//! is slow look alike to it. The connection is watched instead, see [`crate::connections`].

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use leo_common::error_chain::Chain;
use leo_protocol::SessionId;
use leo_protocol::repl::ServerMessage;
use tokio_util::sync::CancellationToken;

use super::{Cursor, Hub, Piece, StreamError};
use crate::auth::{AuthError, Held};
use crate::connections::Peer;
use crate::error::ApiError;
use crate::state::AppState;

/// How often a quiet stream says that it lives, because proxies end quiet connections, and because
/// a reader who is gone is found out by what it does not acknowledge.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// What the comment looks like.
const COMMENT: &str = ": keep-alive\n\n";
/// The first thing sent: how many milliseconds a browser waits before it comes back.
const RETRY: &str = "retry: 1000\n\n";

/// Who watches a stream.
pub(crate) struct Watcher {
    /// The connection.
    pub(crate) peer: Peer,
    /// By what it was let in.
    pub(crate) held: Held,
    /// The request, for the document that tells of the end.
    pub(crate) request_id: String,
}

/// Answers with the session's events behind `after`, as they come, until the server shuts down, the
/// client leaves or its credential is good no longer. The caller has made sure that the session may
/// be seen.
pub(crate) fn sse_response(
    state: &AppState,
    watcher: Watcher,
    session: SessionId,
    after: u64,
) -> Response {
    let watch = watcher.peer.watch();
    let begin = Step::Begin {
        state: state.clone(),
        watcher,
        session,
        after,
    };
    let chunks = stream::unfold((begin, watch), |(step, watch)| async move {
        let (chunk, next) = step.take().await?;
        Some((Ok::<_, Infallible>(chunk), (next, watch)))
    });
    let mut response = Response::new(Body::from_stream(chunks));
    for (name, value) in [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        // nginx would collect the events otherwise.
        ("x-accel-buffering", "no"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// How far the body is.
enum Step {
    Begin {
        state: AppState,
        watcher: Watcher,
        session: SessionId,
        after: u64,
    },
    Follow(Following),
    End,
}

/// What a body in the middle is made from.
struct Following {
    cursor: Cursor,
    watcher: Watcher,
    shutdown: CancellationToken,
}

impl Step {
    /// The next chunk of the body; `None` ends it.
    async fn take(self) -> Option<(Bytes, Self)> {
        match self {
            Self::Begin {
                state,
                watcher,
                session,
                after,
            } => begin(&state, watcher, session, after).await,
            Self::Follow(following) => following.take().await,
            Self::End => None,
        }
    }
}

async fn begin(
    state: &AppState,
    watcher: Watcher,
    session: SessionId,
    after: u64,
) -> Option<(Bytes, Step)> {
    let head = match state.db.head(session).await {
        Ok(head) => head?,
        Err(error) => {
            // The browser comes back by itself.
            tracing::warn!(error = %Chain(&error), "failed to begin an event stream");
            return None;
        }
    };
    let mut text = RETRY.to_owned();
    let beyond = after > head;
    if beyond {
        text.push_str(&reset(session, head));
    }
    let hub: &Hub = &state.hub;
    let step = Step::Follow(Following {
        cursor: hub.open(session, if beyond { 0 } else { after }),
        watcher,
        shutdown: state.shutdown.clone(),
    });
    Some((text.into(), step))
}

/// Says that the client knows a stream that is not this one, and makes its browser forget the
/// place; all events follow.
fn reset(session_id: SessionId, last_seq: u64) -> String {
    let message = ServerMessage::Reset {
        session_id,
        last_seq,
    };
    // Two plain fields: this cannot fail.
    let json = serde_json::to_string(&message).unwrap_or_default();
    format!("id: 0\ndata: {json}\n\n")
}

impl Following {
    async fn take(mut self) -> Option<(Bytes, Step)> {
        let pause = self
            .watcher
            .held
            .left()
            .map_or(KEEP_ALIVE, |left| left.min(KEEP_ALIVE));
        let chunk = tokio::select! {
            biased;
            () = self.shutdown.cancelled() => return None,
            () = self.watcher.held.taken_back() => return self.lapsed(),
            burst = tokio::time::timeout(pause, self.cursor.next()) => match burst {
                Ok(Ok(pieces)) => render(&pieces).into(),
                Ok(Err(error)) => {
                    tracing::debug!(%error, "an event stream ended");
                    return Some((failed(self.cursor.session(), &error), Step::End));
                }
                Err(_) if self.watcher.held.lapse().is_some() => return self.lapsed(),
                Err(_) => Bytes::from_static(COMMENT.as_bytes()),
            },
        };
        Some((chunk, Step::Follow(self)))
    }

    /// Says that the credential is not good any more, which ends the stream. Without an `id:`, so
    /// that the browser keeps its place.
    fn lapsed(self) -> Option<(Bytes, Step)> {
        let error = ApiError::from(AuthError::from(self.watcher.held.lapse()?));
        let problem = error.problem(self.watcher.request_id);
        // Plain strings and a number: this cannot fail.
        let json = serde_json::to_string(&problem).unwrap_or_default();
        Some((format!("event: error\ndata: {json}\n\n").into(), Step::End))
    }
}

/// Says why nothing more comes. Without an `id:`, so that the browser keeps its place.
fn failed(session: SessionId, error: &StreamError) -> Bytes {
    let message = ServerMessage::Error {
        error: format!("The stream ends: {error}."),
        code: error.code().to_owned(),
        session_id: Some(session),
        job_id: None,
    };
    // Four plain fields: this cannot fail.
    let json = serde_json::to_string(&message).unwrap_or_default();
    format!("data: {json}\n\n").into()
}

fn render(pieces: &[Piece]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(pieces.iter().map(Piece::size).sum());
    for (seq, event) in pieces.iter().flat_map(Piece::singles) {
        // A carriage return can only be space between tokens here, but it would end the line.
        let event = if event.contains('\r') {
            event.replace('\r', " ").into()
        } else {
            event.clone()
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "id: {seq}\ndata: {event}\n\n");
    }
    text
}
