//! A test as server-sent events, for whoever wants to see each step when it is done.
//!
//! `begin` names the step that begins, `step` holds what came of it, and `result`, the last, the whole. A
//! stream without a `result` was cut off: the process ends, or the credential does that opened it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Test;
use crate::auth::Held;

/// How often a stream in the middle of a long step says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where a stream is.
enum At {
    /// Before a step.
    Before(Test),
    /// It was told which step is done.
    During(Test),
    End,
}

/// Answers with a test's steps as they are done.
pub(crate) fn live(test: Test, held: Held, shutdown: CancellationToken) -> Response {
    let events = stream::unfold(At::Before(test), |at| Box::pin(take(at)));
    let events = events.take_until(Box::pin(over(held, shutdown)));
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let mut response = collected(events, keep_alive);
    // nginx would collect the events otherwise.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    let never = HeaderValue::from_static("no-cache, no-transform");
    headers.insert(header::CACHE_CONTROL, never);
    response
}

fn collected(
    events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
    keep_alive: KeepAlive,
) -> Response<Body> {
    Sse::new(events).keep_alive(keep_alive).into_response()
}

async fn take(at: At) -> Option<(Result<Event, Infallible>, At)> {
    let (event, next) = match at {
        At::Before(test) => match test.upcoming() {
            Some(name) => (event("begin", &json!({"name": name})), At::During(test)),
            None => (event("result", &test.report()), At::End),
        },
        At::During(mut test) => {
            let step = event("step", &test.next().await?);
            (step, At::Before(test))
        }
        At::End => return None,
    };
    Some((Ok(event), next))
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Plain values: this cannot fail.
    let json = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(name).data(json)
}

/// The end of whoever watches: of the process, or of his credential.
async fn over(held: Held, shutdown: CancellationToken) {
    let expired = async {
        match held.left() {
            Some(left) => tokio::time::sleep(left).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => (),
        () = held.taken_back() => (),
        () = expired => (),
    }
}
