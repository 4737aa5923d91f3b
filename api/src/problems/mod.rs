//! Every error leaves as a problem document with the request's id.
//!
//! Handlers answer with a status and a [`Draft`]; here the draft becomes a body. What the framework
//! itself refuses (no such path, no such method, no WebSocket handshake) gets its document here
//! too, so that no client ever meets another form of error. But a person who was sent here by another
//! site meets a page ([`page`]).

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leo_protocol::problem::{CONTENT_TYPE, Problem};

use crate::trace::request_id;

mod page;

/// A problem that does not know its request yet.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// For programs.
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) detail: String,
}

/// Marks an answer that a person reads in a browser, with nothing of ours around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForPerson;

/// Gives errors their body.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let id = request_id(request.headers()).to_owned();
    let mut response = next.run(request).await;
    let person = response.extensions_mut().remove::<ForPerson>().is_some();
    match response.extensions_mut().remove::<Draft>() {
        Some(draft) if person => page::page(response, &draft, &id),
        Some(draft) => document(response, draft, id),
        None if is_bare_error(&response) => {
            let draft = draft_of(response.status());
            document(response, draft, id)
        }
        None => response,
    }
}

/// The answer to a request whose handler has panicked.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    crate::error::ApiError::Internal("a handler panicked").into_response()
}

/// Whether an error has a body that is not ours: none, or a line of text by the framework.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let ours = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    (status.is_client_error() || status.is_server_error()) && !ours
}

fn draft_of(status: StatusCode) -> Draft {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("not_found", "There is nothing here, or it is not yours."),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method_not_allowed",
            "This path does not answer to this method.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("payload_too_large", "The body is too large."),
        status if status.is_server_error() => ("internal", "Something went wrong in Leo."),
        _ => ("bad_request", "The request cannot be understood."),
    };
    Draft {
        code,
        detail: detail.to_owned(),
    }
}

/// Puts the document into a response, whose status and other headers stay.
fn document(response: Response, draft: Draft, request_id: String) -> Response {
    let (mut parts, _) = response.into_parts();
    let problem = problem(parts.status, draft, request_id);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    // Plain strings and a number: this cannot fail.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}

/// A draft as a document.
pub(crate) fn problem(status: StatusCode, draft: Draft, request_id: String) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: draft.detail,
        code: draft.code.to_owned(),
        request_id,
    }
}
