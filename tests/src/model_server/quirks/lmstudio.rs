//! LM Studio: no key; a prompt over the loaded context gives a stream with nothing in it.

use super::super::{Asked, Reply};

/// Says `answer` to who shows no key, without counting.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.headers.contains_key("authorization") {
        return Reply::error(401, "invalid_api_key", "there is no key here");
    }
    Reply::stream()
        .pieces(asked.rest(answer))
        .finish("stop")
        .done()
}

/// 200, and not one delta.
#[must_use]
pub fn nothing(_: &Asked, _: &str) -> Reply {
    Reply::stream().done()
}

/// 200, and not one byte.
#[must_use]
pub fn not_a_byte(_: &Asked, _: &str) -> Reply {
    Reply::stream()
}
