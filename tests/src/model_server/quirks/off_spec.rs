//! Streams as no description has them, and as they are seen all the same.

use serde_json::json;

use super::super::{Asked, Reply, usage};
use super::halves;

/// Bare CRs, no space behind `data:`, a BOM, empty ids, an empty reason in each chunk.
#[must_use]
pub fn lines(asked: &Asked, answer: &str) -> Reply {
    let (one, two) = halves(asked.rest(answer));
    let chunk = |text: &str, reason: &str| {
        let chunk = json!({"id": "", "choices": [{"delta": {"content": text}, "finish_reason": reason}], "usage": {}});
        format!("data:{chunk}\r\r")
    };
    let begun = Reply::stream().raw("\u{FEFF}event: message\r");
    begun
        .raw(chunk(one, ""))
        .raw("id: 7\r")
        .raw(chunk(two, ""))
        .raw(chunk("", "stop"))
}

/// Each byte by itself, CRLF, and one event over several `data` lines.
#[must_use]
pub fn bytes(asked: &Asked, answer: &str) -> Reply {
    let chunk =
        json!({"choices": [{"delta": {"content": asked.rest(answer)}, "finish_reason": "stop"}]});
    let chunk = serde_json::to_string_pretty(&chunk).expect("JSON");
    let lines = chunk
        .lines()
        .map(|line| format!("data: {line}\r\n"))
        .collect::<String>();
    let stream = format!(":\r\n{lines}\r\ndata: [DONE]\r\n\r\n");
    stream
        .into_bytes()
        .into_iter()
        .fold(Reply::stream(), |reply, byte| reply.raw(vec![byte]))
}

/// Text as parts, thoughts as an object, fields of the wrong type, the usage in the middle.
#[must_use]
pub fn fields(asked: &Asked, answer: &str) -> Reply {
    let (one, two) = halves(asked.rest(answer));
    let thought = json!({"role": "assistant", "content": null, "reasoning": {"text": "hm"}});
    Reply::stream()
        .delta(&thought)
        .delta(&json!({"reasoning_content": "let me see", "content": ""}))
        .delta(&json!({"content": [{"type": "text", "text": one}], "tool_calls": null, "refusal": null}))
        .chunk(&json!({"choices": [], "usage": usage(11, 5)}))
        .data(&json!({"choices": [{"index": "0", "delta": {"content": two}, "logprobs": []}], "created": "now", "error": null}))
        .finish("eos")
        .done()
}

/// One JSON answer, although a stream was asked for.
#[must_use]
pub fn not_streamed(asked: &Asked, answer: &str) -> Reply {
    Reply::json(
        200,
        &json!({
            "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": asked.rest(answer)}, "finish_reason": "stop"}],
            "usage": usage(7, 3),
        }),
    )
}

/// Thoughts between tags, within the text.
#[must_use]
pub fn think_tags(asked: &Asked, answer: &str) -> Reply {
    let rest = asked.rest(answer);
    Reply::stream()
        .pieces(&format!("<think>\nfirst a <b>plan</b>\n</think>\n\n{rest}"))
        .finish("stop")
        .done()
}

/// A page of HTML with status 200, as captive portals and wrong ports have it.
#[must_use]
pub fn web_page(_: &Asked, _: &str) -> Reply {
    Reply::status(200)
        .header("content-type", "text/html")
        .raw("<!doctype html><title>Welcome</title>")
}

/// An event that is no JSON.
#[must_use]
pub fn no_json(_: &Asked, _: &str) -> Reply {
    Reply::stream().raw("data: upstream said nothing\n\n")
}
