//! Request ids and the request log.
//!
//! The log has the path and never the query, which may hold a token.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;
use uuid::Uuid;

use crate::client_address::Arrival;

/// Taken from the client, or made here; also in the response and in problem documents.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer id of a client is replaced by one of ours.
const MAX_REQUEST_ID: usize = 128;

/// The id of a request that has passed [`discard_unfit`] and got an id.
pub(crate) fn request_id(headers: &HeaderMap) -> &str {
    headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default()
}

/// Takes an id off a request that is not fit for a log line.
pub(crate) async fn discard_unfit(mut request: Request) -> Request {
    let fit = |id: &HeaderValue| {
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    if request.headers().get(REQUEST_ID).is_some_and(|id| !fit(id)) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// Makes ids that sort by time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRequestId;

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let id = HeaderValue::from_str(&Uuid::now_v7().to_string()).ok()?;
        Some(RequestId::new(id))
    }
}

/// The span of a request; none for health checks, which would drown everything else.
pub(crate) fn span(request: &Request) -> Span {
    let path = request.uri().path();
    if path.starts_with("/health") {
        return Span::none();
    }
    let client = Arrival::of(request.extensions()).client;
    tracing::info_span!(
        "http",
        method = %request.method(),
        path,
        client = client.map(tracing::field::display),
        id = request_id(request.headers()),
    )
}

/// The line of a request in the log.
pub(crate) fn answered(response: &Response, took: Duration, span: &Span) {
    if !span.is_none() {
        let status = response.status().as_u16();
        tracing::info!(status, ms = took.as_millis(), "answered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn after(id: &[u8]) -> Option<HeaderValue> {
        let mut request = Request::new(Body::empty());
        let id = HeaderValue::from_bytes(id).unwrap();
        request.headers_mut().insert(REQUEST_ID, id);
        let request = discard_unfit(request).await;
        request.headers().get(REQUEST_ID).cloned()
    }

    #[tokio::test]
    async fn only_ids_fit_for_a_log_line_stay() {
        assert!(after(b"req-1").await.is_some());
        assert!(after(&[b'x'; MAX_REQUEST_ID + 1]).await.is_none());
        assert!(after(b"a b").await.is_none());
        assert!(after(b"").await.is_none());
        assert!(after(b"\xff").await.is_none());
    }
}
