//! The stream ends in the middle, without a reason, an error or `[DONE]`. At the first request only.

use super::super::{Asked, Reply};
use super::{halves, plain};

/// Says half of `answer`, then the rest.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.said().is_some() {
        return plain::reply(asked, answer);
    }
    Reply::stream().pieces(halves(answer).0)
}
