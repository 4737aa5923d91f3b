//! Who is there, by what the client has sent with its request.

use axum::http::header;
use axum::http::request::Parts;

use super::end::End;
use super::refusal::Refusal;
use crate::auth::{AuthError, Principal};
use crate::error::ApiError;
use crate::limits;
use crate::state::AppState;

/// What a cookie lacks.
const NO_ORIGIN: &str = "A cookie opens a WebSocket only with the Origin of a page of this site.";

/// What the request proves.
pub(super) enum Hello {
    /// Somebody.
    Known(Principal),
    /// Nobody yet; the text says what is missing.
    Unknown(String),
    /// Something that is not good.
    Refused(Refusal),
}

/// Judges a request: its `ticket` parameter, else its `token` parameter, else its headers, else
/// where it comes from. It counts among the requests of whoever it is.
pub(super) async fn judge(state: &AppState, parts: &Parts) -> Hello {
    let judged = if let Some(ticket) = parameter(parts, "ticket") {
        state.auth.principal_of_ticket(&ticket).await
    } else if let Some(token) = parameter(parts, "token") {
        state.auth.principal_of_token(&token).await
    } else {
        state.auth.principal_of(parts).await
    };
    let counted = match &judged {
        Ok(principal) => limits::count(state, principal).await,
        Err(_) => limits::count_stranger(state, &parts.extensions).await,
    };
    match (counted, judged) {
        (Err(error), _) => Hello::Refused(Refusal::from(error).ending(End::RateLimited)),
        (Ok(()), Ok(principal)) => Hello::Known(principal),
        (Ok(()), Err(error)) => unknown(parts, error),
    }
}

fn unknown(parts: &Parts, error: AuthError) -> Hello {
    match error {
        // Every browser sends one with a WebSocket; without it nobody knows whose page has the cookie.
        AuthError::CrossOrigin if !parts.headers.contains_key(header::ORIGIN) => {
            Hello::Unknown(NO_ORIGIN.to_owned())
        }
        // A page of another site, say, may still know a token and send it in a message.
        AuthError::Missing | AuthError::CrossOrigin | AuthError::WrongHost => {
            Hello::Unknown(error.to_string())
        }
        AuthError::Invalid(_)
        | AuthError::Expired
        | AuthError::Revoked
        | AuthError::SignedOut
        | AuthError::Ticket
        | AuthError::Closed
        | AuthError::Scope(_)
        | AuthError::KeysAway
        | AuthError::Store(_) => Hello::Refused(refusal(error)),
    }
}

/// What somebody with a bad credential is told, and that the connection ends.
pub(super) fn refusal(error: AuthError) -> Refusal {
    let end = match error {
        AuthError::KeysAway | AuthError::Store(_) => End::TryLater,
        AuthError::Closed | AuthError::Scope(_) => End::Barred,
        AuthError::Missing
        | AuthError::Invalid(_)
        | AuthError::Expired
        | AuthError::Revoked
        | AuthError::SignedOut
        | AuthError::Ticket
        | AuthError::CrossOrigin
        | AuthError::WrongHost => End::Unauthenticated,
    };
    Refusal::from(ApiError::from(error)).ending(end)
}

/// A parameter of the query. What it holds may be a secret, so it must not reach a log.
fn parameter(parts: &Parts, wanted: &str) -> Option<String> {
    let query = parts.uri.query()?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.into_owned())
}
