//! What this server is and what it can do, for people: a page made from the OpenAPI document.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::ApiError;

mod page;

/// Pages of ours bring their style with them and need nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
);

/// The page at the root.
const FRONT: &str = "<p>This is the API of a Leo server: it turns prompts into apps. \
    <a href=\"/api/docs\">What it answers to</a>, \
    <a href=\"/api/openapi.json\">the same for programs</a>, \
    <a href=\"/health/ready\">whether it is well</a>.</p>\
    <p>From a terminal: <code>leo run \"a todo list\"</code></p>";

/// `GET /`
pub(crate) async fn front() -> Response {
    shown(page::framed("Leo", FRONT))
}

/// `GET /api/docs`
pub(crate) async fn page() -> Result<Response, ApiError> {
    let document = serde_json::to_value(crate::router::document())
        .map_err(|_| ApiError::Internal("the OpenAPI document cannot be written"))?;
    Ok(shown(page::of_document(&document)))
}

/// `GET /api/openapi.json`
pub(crate) async fn openapi() -> Result<Response, ApiError> {
    let document = crate::openapi::document()
        .map_err(|_| ApiError::Internal("the OpenAPI document cannot be written"))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}

fn shown(html: String) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}
