//! What this server is and what it can do, for people: a page made from the OpenAPI document.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;
use crate::headers::NOTHING;

mod page;

/// Pages of ours bring their style with them and need nothing else; the style is known by its hash.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(page::STYLE));
    let policy = format!("{NOTHING}; style-src 'sha256-{hash}'");
    HeaderValue::from_str(&policy).ok()
});

/// A page with a title and a body of HTML, with no script and nothing loaded.
pub(crate) fn plain(title: &str, body: &str) -> Response {
    shown(page::framed(title, body))
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
    let mut response = Html(html).into_response();
    if let Some(policy) = POLICY.clone() {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
