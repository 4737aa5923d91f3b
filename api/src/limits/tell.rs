//! What answers say about limits: `RateLimit-Policy`, `RateLimit` and `Retry-After`, in the form of the
//! IETF's draft (draft-ietf-httpapi-ratelimit-headers).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use leo_common::buckets::Decision;

use super::count_stranger;
use crate::state::AppState;

/// How much may be asked for.
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How much of it is left.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Paths that need no credential, beside those on health: all that begin so.
const PUBLIC: [&str; 7] = [
    "/api/auth/github",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/methods",
    "/api/auth/register",
    "/api/docs",
    "/api/openapi.json",
];

/// What was decided about a request.
#[derive(Debug, Clone, Default)]
struct Slip(Arc<OnceLock<Decision>>);

/// Counts the requests that need no credential, and gives answers their headers.
pub(crate) async fn tell(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let slip = Slip::default();
    request.extensions_mut().insert(slip.clone());
    let path = request.uri().path();
    let public = PUBLIC.iter().any(|public| path.starts_with(public));
    let counted = match public {
        true => count_stranger(&state, request.extensions()).await,
        false => Ok(()),
    };
    let mut response = match counted {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    if let Some(decision) = slip.0.get() {
        let (rate, headers) = (decision.rate, response.headers_mut());
        let quota = format!(
            "\"requests\";q={};w={}",
            rate.capacity(),
            seconds(rate.per())
        );
        let left = format!(
            "\"requests\";r={};t={}",
            decision.remaining,
            seconds(decision.reset)
        );
        for (name, value) in [(RATE_LIMIT_POLICY, quota), (RATE_LIMIT, left)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
    response
}

/// Leaves a decision for [`tell`]; the first one counts.
pub(super) fn note(extensions: &Extensions, decision: Decision) {
    if let Some(slip) = extensions.get::<Slip>() {
        let _ = slip.0.set(decision);
    }
}

/// Whole seconds, rounded up.
pub(crate) fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
