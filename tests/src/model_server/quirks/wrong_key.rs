//! A key that is not good, repeated in the refusal.

use super::super::{Asked, Reply};

/// 401 to whoever asks.
#[must_use]
pub fn reply(asked: &Asked, _: &str) -> Reply {
    let shown = asked
        .headers
        .get("authorization")
        .cloned()
        .unwrap_or_default();
    let key = shown.strip_prefix("Bearer ").unwrap_or_default();
    Reply::error(
        401,
        "invalid_api_key",
        &format!("Incorrect API key provided: {key}."),
    )
}
