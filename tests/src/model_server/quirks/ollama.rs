//! Ollama: it has room for 4096 tokens, drops what does not fit without a word, and stops when they are full.

use super::super::{Asked, Reply};

/// The tokens it has room for.
const CONTEXT: usize = 4096;

/// Says as much of `answer` as there is room for.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    let read = asked.tokens().min(CONTEXT / 2);
    let room = (CONTEXT - read) * 4;
    let rest = asked.rest(answer);
    let said = &rest[..rest.floor_char_boundary(room)];
    let is_whole = said.len() == rest.len();
    let written = if is_whole {
        said.len() / 4
    } else {
        CONTEXT - read
    };
    let reason = if is_whole { "stop" } else { "length" };
    Reply::stream()
        .pieces(said)
        .finish(reason)
        .usage(read, written)
        .done()
}

/// A model that has no place for tools.
#[must_use]
pub fn no_tools(asked: &Asked, answer: &str) -> Reply {
    if asked.body.get("tools").is_some() {
        let message = "registry.ollama.ai/library/m:latest does not support tools";
        return Reply::error(400, "api_error", message);
    }
    reply(asked, answer)
}
