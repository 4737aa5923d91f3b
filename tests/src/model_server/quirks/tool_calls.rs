//! Calls of the tool `write_file`, in the ways in which servers send them.

use serde_json::{Value, json};

use super::super::{Asked, Reply};

/// What the call is to write.
pub const CONTENT: &str = "<h1>A \"heading\"</h1>\n";

/// Its arguments.
#[must_use]
pub fn arguments() -> Value {
    json!({"path": "index.html", "content": CONTENT})
}

/// In pieces, as OpenAI sends it.
#[must_use]
pub fn in_pieces(asked: &Asked) -> Reply {
    let text: Vec<char> = arguments().to_string().chars().collect();
    let begun = Reply::stream()
        .text("I write it. ")
        .delta(&call(&json!({"name": "write_file", "arguments": ""})));
    let pieces = text.chunks(5).map(String::from_iter);
    let more = pieces.fold(begun, |reply, piece| {
        reply.delta(&json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}))
    });
    more.finish("tool_calls").usage(asked.tokens(), 20).done()
}

/// In one piece, as LM Studio does.
#[must_use]
pub fn in_one(_: &Asked) -> Reply {
    let function = json!({"name": "write_file", "arguments": arguments().to_string()});
    Reply::stream()
        .delta(&call(&function))
        .finish("tool_calls")
        .done()
}

/// As an object in place of a string, without a number, and ended as if it were text.
#[must_use]
pub fn as_object(_: &Asked) -> Reply {
    let function = json!({"name": "write_file", "arguments": arguments()});
    Reply::stream()
        .delta(&json!({"tool_calls": [{"function": function}]}))
        .finish("stop")
        .done()
}

/// Cut off by the limit of the answer.
#[must_use]
pub fn cut_by_length(_: &Asked) -> Reply {
    let text = arguments().to_string();
    let function = json!({"name": "write_file", "arguments": text[..20]});
    Reply::stream()
        .delta(&call(&function))
        .finish("length")
        .done()
}

/// Cut off by the end of the stream.
#[must_use]
pub fn cut_by_end(_: &Asked) -> Reply {
    let text = arguments().to_string();
    let function = json!({"name": "write_file", "arguments": text[..20]});
    Reply::stream().delta(&call(&function))
}

fn call(function: &Value) -> Value {
    json!({"tool_calls": [{"index": 0, "id": "call_abc", "type": "function", "function": function}]})
}
