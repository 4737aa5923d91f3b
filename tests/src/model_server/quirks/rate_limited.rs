//! Too many requests at first, and how long to wait.

use super::super::{Asked, Reply};
use super::plain;

/// 429 with seconds for the first request; later ones are answered.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    Reply::error(429, "rate_limit_exceeded", "slow down").header("retry-after", "1")
}

/// 429 with a date that is over.
#[must_use]
pub fn until_a_date(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    Reply::error(429, "rate_limit_exceeded", "slow down")
        .header("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")
}

/// 429, and an hour to wait.
#[must_use]
pub fn for_an_hour(_: &Asked, _: &str) -> Reply {
    Reply::error(429, "rate_limit_exceeded", "daily limit").header("retry-after", "3600")
}
