//! One piece of an answer: a chunk of a stream, or a whole answer that was not streamed.

use serde_json::Value;

use super::super::usage::Usage;
use super::{counted, first, text};

/// What a chunk brings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chunk {
    /// Text of the answer.
    pub(crate) text: String,
    /// Thoughts beside it.
    pub(crate) reasoning: String,
    /// Pieces of tool calls.
    pub(crate) calls: Vec<CallPiece>,
    /// That, and why, the answer ends.
    pub(crate) finish: Option<Finish>,
    /// What the server has counted so far.
    pub(crate) usage: Option<Usage>,
    /// The model that answers.
    pub(crate) model: Option<String>,
}

/// A piece of a tool call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CallPiece {
    /// Which call it belongs to, where the server numbers them.
    pub(crate) index: Option<u64>,
    /// The call's id, mostly in its first piece.
    pub(crate) id: String,
    /// The tool's name, or a piece of it.
    pub(crate) name: String,
    /// More of the arguments, or all of them.
    pub(crate) arguments: Arguments,
}

/// Arguments of a tool call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arguments {
    /// JSON in a string, or a piece of that.
    Text(String),
    /// JSON as it should not be: not in a string.
    Whole(Value),
}

/// Why an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The model has nothing more to say.
    Done,
    /// A limit is reached.
    Length,
    /// A filter has ended it.
    Filtered,
    /// The server has failed, and says so here.
    Failed,
}

impl Chunk {
    /// Reads a chunk in which no fault was found.
    pub(crate) fn read(value: &Value) -> Self {
        let choice = value.get("choices").and_then(|choices| choices.get(0));
        let choice = choice.unwrap_or(&Value::Null);
        let said = first(choice, &["delta", "message"]).unwrap_or(&Value::Null);
        let words = ["content", "refusal"]
            .into_iter()
            .filter_map(|name| said.get(name));
        let words = words
            .chain(choice.get("text"))
            .map(text)
            .find(|words| !words.is_empty());
        let thoughts = first(said, &["reasoning_content", "reasoning"]);
        let model = value.get("model").and_then(Value::as_str);
        Self {
            text: words.unwrap_or_default(),
            reasoning: thoughts.map(text).unwrap_or_default(),
            calls: calls(said),
            finish: choice
                .get("finish_reason")
                .and_then(Value::as_str)
                .and_then(finish),
            usage: counted::read(value).or_else(|| counted::read(choice)),
            model: model.filter(|model| !model.is_empty()).map(str::to_owned),
        }
    }

    /// Whether it brings anything of the answer itself.
    pub(crate) fn has_words(&self) -> bool {
        !self.text.is_empty() || !self.reasoning.is_empty() || !self.calls.is_empty()
    }
}

/// Whatever a server calls an end is one, but for the few that say that it is none of the model's.
fn finish(reason: &str) -> Option<Finish> {
    match reason {
        "" => None,
        "length" | "max_tokens" | "model_length" | "max_length" => Some(Finish::Length),
        "content_filter" | "safety" => Some(Finish::Filtered),
        "error" => Some(Finish::Failed),
        _ => Some(Finish::Done),
    }
}

fn calls(said: &Value) -> Vec<CallPiece> {
    let listed = said.get("tool_calls").and_then(Value::as_array);
    let listed = listed.map(|calls| calls.iter().map(call).collect::<Vec<_>>());
    let old = || said.get("function_call").filter(|call| call.is_object());
    listed.unwrap_or_else(|| old().map(function).into_iter().collect())
}

fn call(value: &Value) -> CallPiece {
    CallPiece {
        index: value.get("index").and_then(super::number),
        id: value.get("id").map(text).unwrap_or_default(),
        ..function(value.get("function").unwrap_or(value))
    }
}

fn function(value: &Value) -> CallPiece {
    let arguments = match value.get("arguments") {
        Some(Value::String(piece)) => Arguments::Text(piece.clone()),
        Some(whole @ (Value::Object(_) | Value::Array(_))) => Arguments::Whole(whole.clone()),
        Some(Value::Null | Value::Bool(_) | Value::Number(_)) | None => {
            Arguments::Text(String::new())
        }
    };
    CallPiece {
        index: None,
        id: String::new(),
        name: value.get("name").map(text).unwrap_or_default(),
        arguments,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(delta: &Value) -> Chunk {
        Chunk::read(&json!({"choices": [{"delta": delta, "finish_reason": null}]}))
    }

    #[test]
    fn text_in_all_its_shapes() {
        let parts = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, "c"]);
        assert_eq!(said(&json!({"content": parts})).text, "abc");
        assert_eq!(said(&json!({"content": null})).text, "");
        let whole =
            json!({"choices": [{"message": {"content": "whole"}, "finish_reason": "stop"}]});
        let chunk = Chunk::read(&whole);
        assert_eq!(
            (chunk.text.as_str(), chunk.finish),
            ("whole", Some(Finish::Done))
        );
        assert_eq!(
            Chunk::read(&json!({"choices": [{"text": "old"}]})).text,
            "old"
        );
        assert_eq!(said(&json!({"content": "", "refusal": "no"})).text, "no");
    }

    #[test]
    fn thoughts_in_all_their_shapes() {
        for delta in [
            json!({"reasoning": "hm"}),
            json!({"reasoning_content": "hm"}),
            json!({"reasoning": {"text": "hm"}, "reasoning_content": null}),
        ] {
            let chunk = said(&delta);
            assert_eq!(
                (chunk.reasoning.as_str(), chunk.text.as_str()),
                ("hm", ""),
                "{delta}"
            );
        }
    }

    #[test]
    fn an_empty_reason_ends_nothing() {
        for reason in [json!(""), json!(null), json!(0)] {
            let chunk = Chunk::read(&json!({"choices": [{"delta": {}, "finish_reason": reason}]}));
            assert_eq!(chunk.finish, None);
        }
    }

    #[test]
    fn arguments_in_all_their_shapes() {
        let calls = said(&json!({"tool_calls": [
            {"index": 0, "id": "a", "function": {"name": "read", "arguments": "{\"pa"}},
            {"index": "1", "function": {"name": "list", "arguments": {"path": "."}}},
            {"function": {"name": null, "arguments": null}},
        ]}))
        .calls;
        assert_eq!(calls[0].arguments, Arguments::Text("{\"pa".into()));
        assert_eq!(
            (calls[0].index, calls[1].index, calls[2].index),
            (Some(0), Some(1), None)
        );
        assert_eq!(calls[1].arguments, Arguments::Whole(json!({"path": "."})));
        assert_eq!(calls[2].arguments, Arguments::Text(String::new()));
        let old = said(&json!({"function_call": {"name": "read", "arguments": "{}"}})).calls;
        assert_eq!(old[0].name, "read");
    }

    #[test]
    fn what_is_strange_brings_nothing() {
        for value in [
            json!(3),
            json!([]),
            json!({"choices": null}),
            json!({"choices": {"0": 1}}),
            json!({"choices": [{"delta": 5}]}),
            json!({"choices": [{"delta": {"tool_calls": {}}}]}),
        ] {
            assert_eq!(Chunk::read(&value), Chunk::default(), "{value}");
        }
    }
}
