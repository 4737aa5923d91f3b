//! OpenRouter: the status is 200, and then the answer is an error. At the first request only.

use serde_json::json;

use super::super::{Asked, Reply};
use super::{halves, plain};

/// An error with choices after a few words; later requests are answered.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    let (said, _) = halves(answer);
    Reply::stream().pieces(said).chunk(&json!({
        "error": {"code": 502, "message": "Provider returned error", "metadata": {"provider_name": "P", "raw": "upstream died"}},
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error", "native_finish_reason": "error"}],
    }))
}

/// An error before a word, without choices; later requests are answered.
#[must_use]
pub fn at_once(asked: &Asked, answer: &str) -> Reply {
    if asked.number > 0 {
        return plain::reply(asked, answer);
    }
    let error =
        json!({"error": {"code": 502, "message": "Provider returned error"}, "choices": []});
    Reply::stream()
        .comment("OPENROUTER PROCESSING")
        .chunk(&error)
}

/// An error that asking again does not help, after 200.
#[must_use]
pub fn for_good(_: &Asked, _: &str) -> Reply {
    let error = json!({"error": {"code": 402, "message": "Insufficient credits"}, "choices": []});
    Reply::stream()
        .comment("OPENROUTER PROCESSING")
        .chunk(&error)
}
