//! The one document that all pages of the console are.
//!
//! Its policy lets run what this server serves and nothing else. Styles that scripts add carry a random number
//! which the document learns here and which is another in each answer; so the document is kept by no cache and
//! has no tag.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rust_embed::Embed;

use super::UNTIL_ASKED;
use super::files::DOCUMENT;
use crate::error::ApiError;
use crate::routes::docs;

/// Where the document wants the number.
const PLACEHOLDER: &str = "__LEO_NONCE__";
/// Random bytes of a number.
const NONCE_BYTES: usize = 18;
/// What stands where no console was built.
const NONE: &str = "<p>This server answers to programs; it was built without its web console. \
    <code>make console</code> builds that, and a server that is built after it shows it here.</p>\
    <p><a href=\"/api/docs\">What it answers to</a>, \
    <a href=\"/api/openapi.json\">the same for programs</a>, \
    <a href=\"/health/ready\">whether it is well</a>.</p>\
    <p>From a terminal: <code>leo run \"a todo list\"</code></p>";

/// `GET` of any page.
pub(super) async fn page<D: Embed>() -> Result<Response, ApiError> {
    let Some(document) = D::get(DOCUMENT) else {
        return Ok(docs::plain("Leo", NONE));
    };
    let nonce = nonce();
    let document = String::from_utf8_lossy(&document.data).replace(PLACEHOLDER, &nonce);
    let policy = HeaderValue::from_str(&policy(&nonce))
        .map_err(|_| ApiError::Internal("a policy that is no header"))?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, UNTIL_ASKED),
    ];
    Ok((headers, Html(document)).into_response())
}

fn nonce() -> String {
    BASE64_STANDARD.encode(rand::random::<[u8; NONCE_BYTES]>())
}

/// What the document may do.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
