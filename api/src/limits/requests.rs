//! Counting requests.
//!
//! Each user has a bucket that holds a minute's requests. Whoever is nobody, because his credential is not
//! good or because none is needed, shares one with his address. A request that opens something long (a
//! stream, a socket) is one request; messages on a socket that do something are one each.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::Extensions;
use axum::http::request::Parts;
use leo_common::buckets::{Decision, Rate};

use super::tell;
use crate::auth::{AuthError, Principal, Proof};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::state::AppState;

/// What a limit of requests is about.
const MINUTE: Duration = Duration::from_secs(60);
/// What, unless `RATE_LIMIT` is 0, strangers of one address may ask for: far more than anybody needs
/// to sign in or to read the docs, even where many share it.
const STRANGERS: Rate = Rate::new(600, MINUTE);

/// Tests of providers that one user may ask for: each asks somebody else's server several times.
const TESTS: Rate = Rate::new(20, MINUTE);

/// Who sends a request, once it has been counted.
///
/// # Errors
/// When he is not known, or has asked too often.
pub(crate) async fn admit(state: &AppState, parts: &Parts) -> Result<Principal, ApiError> {
    match state.auth.principal_of(parts).await {
        Ok(who) => {
            if let Some(decision) = decide(state, &who).await {
                tell::note(&parts.extensions, decision);
                check(decision)?;
            }
            Ok(who)
        }
        // That is no guess of his.
        Err(error @ (AuthError::Store(_) | AuthError::KeysAway)) => Err(error.into()),
        Err(error) => {
            count_stranger(state, &parts.extensions).await?;
            Err(error.into())
        }
    }
}

/// Counts something that a user does on a socket.
///
/// # Errors
/// When it is too much.
pub(crate) async fn count(state: &AppState, who: &Principal) -> Result<(), ApiError> {
    decide(state, who).await.map_or(Ok(()), check)
}

/// Counts the test of a provider.
///
/// # Errors
/// When it is too much.
pub(crate) async fn count_test(state: &AppState, who: &Principal) -> Result<(), ApiError> {
    if capacity(state, who).await.is_none() {
        return Ok(());
    }
    let key = who.user.to_string();
    let decision = state.buckets.take("provider-tests", &key, TESTS, 1).await;
    check(decision)
}

/// Takes from a user's bucket; `None` where he may do as much as he likes.
async fn decide(state: &AppState, who: &Principal) -> Option<Decision> {
    let rate = Rate::new(capacity(state, who).await?, MINUTE);
    let key = who.user.to_string();
    Some(state.buckets.take("requests", &key, rate, 1).await)
}

/// Requests that a user may make in a minute; `None` where he may make as many as he likes.
async fn capacity(state: &AppState, who: &Principal) -> Option<u32> {
    if who.proof == Proof::Developer {
        return None;
    }
    let limits = state.gate.limits_of(who.user).await;
    limits.rate_limit.filter(|capacity| *capacity > 0)
}

/// Counts a request of nobody, by its address.
///
/// # Errors
/// When there were too many.
pub(crate) async fn count_stranger(
    state: &AppState,
    extensions: &Extensions,
) -> Result<(), ApiError> {
    let Some(client) = Arrival::of(extensions).client else {
        return Ok(());
    };
    if state.gate.settings().rate_limit == Some(0) {
        return Ok(());
    }
    let decision = state
        .buckets
        .take("strangers", &neighbourhood(client), STRANGERS, 1)
        .await;
    tell::note(extensions, decision);
    check(decision)
}

/// # Errors
/// When it was not allowed.
fn check(decision: Decision) -> Result<(), ApiError> {
    match decision.allowed {
        true => Ok(()),
        false => Err(ApiError::RateLimited(decision.retry_after)),
    }
}

/// Whose an address is: with IPv6 everybody has at least a /64 of them.
fn neighbourhood(client: IpAddr) -> String {
    match client {
        IpAddr::V4(client) => client.to_string(),
        IpAddr::V6(client) => {
            let [a, b, c, d, ..] = client.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_and_strangers_do_not() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:0:0:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("203.0.113.1"), of("203.0.113.2"));
    }
}
