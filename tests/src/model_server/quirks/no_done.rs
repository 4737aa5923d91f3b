//! No `[DONE]`: the stream ends after the reason.

use super::super::{Asked, Reply};

/// Says `answer`, or what is left of it.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    Reply::stream().pieces(asked.rest(answer)).finish("stop")
}

/// The stream stays open after `[DONE]` is due.
#[must_use]
pub fn and_no_end(asked: &Asked, answer: &str) -> Reply {
    reply(asked, answer).wait("the end of a stream that never ends")
}
