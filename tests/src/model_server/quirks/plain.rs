//! As it should be: pieces of text, a reason, the usage, `[DONE]`.

use super::super::{Asked, Reply};

/// Says `answer`, or what is left of it.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    let rest = asked.rest(answer);
    let stream = Reply::stream().pieces(rest).finish("stop");
    stream.usage(asked.tokens(), rest.len() / 4).done()
}
