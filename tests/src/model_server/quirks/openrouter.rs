//! OpenRouter: comments until the model begins, a chunk without words, and the usage with its cost in
//! the last chunk.

use serde_json::json;

use super::super::{Asked, Reply, usage};

/// Says `answer`, or what is left of it.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    let rest = asked.rest(answer);
    let waiting = Reply::stream()
        .comment("OPENROUTER PROCESSING")
        .comment("OPENROUTER PROCESSING");
    let begun = waiting.delta(&json!({"role": "assistant", "content": ""}));
    let mut counted = usage(asked.tokens(), rest.len() / 4);
    counted["cost"] = json!(0.0125);
    counted["is_byok"] = json!(false);
    let last = json!({"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": null}], "usage": counted});
    begun.pieces(rest).finish("stop").chunk(&last).done()
}
