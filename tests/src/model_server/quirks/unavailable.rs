//! Overloaded at first.

use super::super::{Asked, Reply};
use super::plain;

/// 503 for the first request; later ones are answered.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    Reply::error(503, "overloaded", "no instance is free")
}

/// 503 for all.
#[must_use]
pub fn for_good(_: &Asked, _: &str) -> Reply {
    Reply::error(503, "overloaded", "no instance is free")
}
