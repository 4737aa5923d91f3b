//! The body of a request.

use serde_json::{Map, Value, json};

use super::super::message::{Message, Request, Tool};
use super::super::quirks::{Limit, Quirks};

/// What `request` is for this server.
pub(crate) fn write(request: &Request, model: Option<&str>, quirks: Quirks) -> Value {
    let messages = messages(&request.messages, quirks);
    let mut body = Map::from_iter([
        ("messages".to_owned(), Value::Array(messages)),
        ("stream".to_owned(), json!(true)),
    ]);
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    if let Some(model) = model {
        put("model", json!(model));
    }
    if quirks.stream_options {
        put("stream_options", json!({"include_usage": true}));
    }
    match (request.max_tokens, quirks.limit) {
        (Some(most), Limit::MaxTokens) => put("max_tokens", json!(most)),
        (Some(most), Limit::MaxCompletionTokens) => put("max_completion_tokens", json!(most)),
        (Some(_), Limit::None) | (None, _) => None,
    };
    if let Some(temperature) = request.temperature.filter(|_| quirks.temperature) {
        // By its decimal digits: 0.2 as f32 is no round number as f64.
        let round: Option<f64> = temperature.to_string().parse().ok();
        put("temperature", json!(round));
    }
    if quirks.tools && !request.tools.is_empty() {
        put("tools", request.tools.iter().map(tool).collect());
    }
    Value::Object(body)
}

/// Has the model go on with the last message, its own, in the words of vLLM, `SGLang` and llama.cpp.
/// They want both fields.
pub(crate) fn prefill(body: &mut Value) {
    body["continue_final_message"] = json!(true);
    body["add_generation_prompt"] = json!(false);
}

/// The characters that a model reads of `request`, for an estimate of its tokens.
pub(crate) fn chars(request: &Request) -> u64 {
    let of_message = |message: &Message| match message {
        Message::System(text) | Message::User(text) | Message::Tool { text, .. } => {
            text.chars().count()
        }
        Message::Assistant { text, tool_calls } => {
            let calls = tool_calls.iter();
            let calls =
                calls.map(|call| call.name.len() + call.arguments.to_string().chars().count());
            text.chars().count() + calls.sum::<usize>()
        }
    };
    let tools = request
        .tools
        .iter()
        .map(|each| tool(each).to_string().chars().count());
    let all = request
        .messages
        .iter()
        .map(of_message)
        .chain(tools)
        .sum::<usize>();
    u64::try_from(all).unwrap_or(u64::MAX)
}

fn messages(messages: &[Message], quirks: Quirks) -> Vec<Value> {
    let written = messages.iter().map(message).collect();
    if quirks.system {
        written
    } else {
        without_system(written)
    }
}

fn message(message: &Message) -> Value {
    match message {
        Message::System(text) => json!({"role": "system", "content": text}),
        Message::User(text) => json!({"role": "user", "content": text}),
        Message::Assistant { text, tool_calls } if tool_calls.is_empty() => {
            json!({"role": "assistant", "content": text})
        }
        Message::Assistant { text, tool_calls } => {
            let calls = tool_calls.iter().map(|call| {
                let function = json!({"name": call.name, "arguments": call.arguments.to_string()});
                json!({"id": call.id, "type": "function", "function": function})
            });
            json!({"role": "assistant", "content": text, "tool_calls": calls.collect::<Vec<_>>()})
        }
        Message::Tool { call_id, text } => {
            json!({"role": "tool", "tool_call_id": call_id, "content": text})
        }
    }
}

/// For models whose template has no place for a system message: it stands before what the user says.
fn without_system(written: Vec<Value>) -> Vec<Value> {
    let (system, mut others): (Vec<_>, Vec<_>) = written
        .into_iter()
        .partition(|message| message["role"] == "system");
    let told = system
        .iter()
        .filter_map(|message| message["content"].as_str());
    let told = told.collect::<Vec<_>>().join("\n\n");
    match others.iter_mut().find(|message| message["role"] == "user") {
        Some(user) => {
            let said = user["content"].as_str().unwrap_or_default();
            user["content"] = json!(format!("{told}\n\n{said}"));
        }
        None => others.insert(0, json!({"role": "user", "content": told})),
    }
    others
}

fn tool(tool: &Tool) -> Value {
    json!({"type": "function", "function": {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ToolCall;

    fn request() -> Request {
        Request {
            messages: vec![
                Message::System("be brief".into()),
                Message::User("list".into()),
                Message::Assistant {
                    text: String::new(),
                    tool_calls: vec![ToolCall {
                        id: "c1".into(),
                        name: "list".into(),
                        arguments: json!({"path": "."}),
                    }],
                },
                Message::Tool {
                    call_id: "c1".into(),
                    text: "a.txt".into(),
                },
            ],
            tools: vec![Tool {
                name: "list".into(),
                description: "lists".into(),
                parameters: json!({"type": "object"}),
            }],
            max_tokens: Some(100),
            temperature: Some(0.2),
        }
    }

    #[test]
    fn a_request_with_everything() {
        let body = write(&request(), Some("m"), Quirks::default());
        assert_eq!(body["model"], "m");
        assert_eq!(body["stream"], true);
        assert_eq!(body["stream_options"], json!({"include_usage": true}));
        assert_eq!(body["max_tokens"], 100);
        assert_eq!(body["temperature"], 0.2);
        assert_eq!(body["tools"][0]["function"]["name"], "list");
        assert_eq!(
            body["messages"][2]["tool_calls"][0]["function"]["arguments"],
            "{\"path\":\".\"}"
        );
        assert_eq!(
            body["messages"][3],
            json!({"role": "tool", "tool_call_id": "c1", "content": "a.txt"})
        );
    }

    #[test]
    fn what_a_server_refuses_is_left_out() {
        let none = Quirks {
            stream_options: false,
            temperature: false,
            tools: false,
            system: false,
            prefill: false,
            limit: Limit::None,
        };
        let body = write(&request(), None, none);
        let names: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["messages", "stream"]);
        assert_eq!(
            body["messages"][0],
            json!({"role": "user", "content": "be brief\n\nlist"})
        );
        let renamed = Quirks {
            limit: Limit::MaxCompletionTokens,
            ..Quirks::default()
        };
        let body = write(&request(), None, renamed);
        assert_eq!(
            (&body["max_completion_tokens"], &body["max_tokens"]),
            (&json!(100), &Value::Null)
        );
    }

    #[test]
    fn what_a_model_reads_is_counted() {
        let tools: u64 = tool(&request().tools[0])
            .to_string()
            .len()
            .try_into()
            .unwrap();
        assert_eq!(chars(&request()), 8 + 4 + 4 + 12 + 5 + tools);
    }
}
