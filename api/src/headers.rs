//! Headers that every answer has, unless its handler says otherwise.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Header and value: nothing is guessed, kept by caches, told to other sites or put in a frame.
const CAREFUL: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds those that are missing.
pub(crate) async fn careful(mut response: Response) -> Response {
    for (name, value) in CAREFUL {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
