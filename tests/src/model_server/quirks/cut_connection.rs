//! The connection breaks in the middle. At the first request only.

use super::super::{Asked, Reply};
use super::{halves, plain};

/// Says half of `answer`, then the rest.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.said().is_some() {
        return plain::reply(asked, answer);
    }
    Reply::stream().pieces(halves(answer).0).cut()
}

/// It breaks within an event, and before a word.
#[must_use]
pub fn at_once(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    Reply::stream().raw("data: {\"id\":\"chatcm").cut()
}
