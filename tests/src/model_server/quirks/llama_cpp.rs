//! llama.cpp: the usage and its timings come in the chunk with the reason.

use serde_json::json;

use super::super::{Asked, Reply, usage};

/// Says `answer`, or what is left of it.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    let rest = asked.rest(answer);
    let timings = json!({"cache_n": 3, "prompt_n": asked.tokens(), "predicted_n": rest.len() / 4, "predicted_per_second": 31.5});
    let last = json!({
        "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        "usage": usage(asked.tokens() + 3, rest.len() / 4),
        "timings": timings,
    });
    Reply::stream()
        .header("server", "llama.cpp")
        .pieces(rest)
        .chunk(&last)
        .done()
}

/// Refuses a prompt that does not fit, with the figures.
#[must_use]
pub fn exceed_context(_: &Asked, _: &str) -> Reply {
    Reply::json(
        400,
        &json!({"error": {
            "code": 400,
            "message": "the request exceeds the available context size, try increasing it",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 5012,
            "n_ctx": 4096,
        }}),
    )
}

/// Some builds say the same within a success.
#[must_use]
pub fn exceed_context_after_200(_: &Asked, _: &str) -> Reply {
    Reply::stream().data(&json!({"error": {
        "code": 400,
        "message": "the request exceeds the available context size, try increasing it",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 5012,
        "n_ctx": 4096,
    }}))
}

/// Not there for the first two requests, because its model is being loaded.
#[must_use]
pub fn loading(asked: &Asked, answer: &str) -> Reply {
    if asked.number < 2 {
        return Reply::json(
            503,
            &json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
        );
    }
    reply(asked, answer)
}

/// A tool call that was cut off is lost as a whole.
#[must_use]
pub fn cut_tool_call(_: &Asked, _: &str) -> Reply {
    let message = "Failed to parse tool call arguments as JSON: unexpected end of input";
    Reply::json(
        500,
        &json!({"error": {"code": 500, "message": message, "type": "server_error"}}),
    )
}
