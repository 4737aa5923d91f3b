//! vLLM: an error in the middle of a stream, and the usage in a chunk without choices.

use serde_json::json;

use super::super::{Asked, Reply};
use super::{halves, plain};

/// Says half of `answer` and fails; goes on when asked to.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.said().is_some() {
        return plain::reply(asked, answer);
    }
    let error = json!({"object": "error", "message": "EngineCore encountered an issue", "type": "InternalServerError", "code": 500});
    Reply::stream()
        .pieces(halves(answer).0)
        .data(&json!({"error": error}))
        .done()
}
