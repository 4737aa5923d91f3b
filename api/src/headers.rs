//! Headers that every answer has, unless its handler says otherwise.

use std::future::{Ready, ready};

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// What an answer may do when a browser opens it as a page: nothing, and nobody may frame it. The few
/// that are pages bring a policy of their own.
pub(crate) const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Nothing but TLS from now on, for a year, for this name alone.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Header and value: nothing is guessed, run, kept by caches, told to other sites or put in a frame, and
/// no page of another site holds on to a window of ours.
const CAREFUL: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, NOTHING),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// The layer that adds those that are missing. `tls`: people reach Leo by TLS and nothing else.
pub(crate) fn careful(tls: bool) -> impl Fn(Response) -> Ready<Response> + Clone {
    move |mut response: Response| {
        let headers = response.headers_mut();
        for (name, value) in CAREFUL {
            headers
                .entry(name)
                .or_insert(HeaderValue::from_static(value));
        }
        if tls {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
        }
        ready(response)
    }
}
