//! What servers say, and what it comes to.

use super::super::message::{Request, Tool};
use super::super::quirks::Limit;
use super::super::{Client, Endpoint, Provider, Timing};
use super::*;

fn trouble(status: u16, body: &str) -> Trouble {
    let key = Some("sk-secret".to_owned().into());
    let endpoint = Endpoint::new(Provider::Openai, Some("http://h/v1"), key, None).unwrap();
    let client = Client::new(endpoint, Timing::default()).unwrap();
    let tool = Tool {
        name: "f".into(),
        description: String::new(),
        parameters: serde_json::json!({}),
    };
    let request = Request {
        messages: Vec::new(),
        tools: vec![tool],
        max_tokens: Some(1000),
        temperature: Some(0.5),
    };
    let asked = Asked {
        client: &client.inner,
        request: &request,
        model: Some("m"),
        quirks: Quirks::default(),
        prefilled: false,
    };
    asked.trouble(status, &Fault::of_body(body.as_bytes()), None)
}

fn fatal(status: u16, body: &str) -> String {
    match trouble(status, body) {
        Trouble::Fatal(error) => error.to_string(),
        Trouble::Again(_) | Trouble::Without(_) => panic!("it is fatal: {body}"),
    }
}

#[test]
fn what_the_user_has_to_change_is_said() {
    let key = fatal(
        401,
        r#"{"error":{"message":"Incorrect API key provided: sk-secret"}}"#,
    );
    assert_eq!(
        key,
        "http://h/v1 refuses the API key (401): check it; it says: Incorrect API key provided: ***"
    );
    assert!(fatal(402, r#"{"error":"Insufficient credits"}"#).contains("no credit left"));
    assert!(
        fatal(
            429,
            r#"{"error":{"code":"insufficient_quota","message":"You exceeded"}}"#
        )
        .contains("no credit")
    );
    assert!(
        fatal(
            404,
            r#"{"error":"model \"m\" not found, try pulling it first"}"#
        )
        .contains("has no model m")
    );
    assert!(fatal(400, r#"{"error":"m is not a valid model ID"}"#).contains("has no model m"));
    assert!(fatal(404, "404 page not found").contains("there is no chat API at http://h/v1"));
    assert!(fatal(307, "").contains("a redirect"));
    assert!(
        fatal(
            403,
            r#"{"error":{"message":"Input flagged by moderation"}}"#
        )
        .contains("content filter")
    );
    assert!(
        fatal(400, r#"{"error":"messages: odd"}"#)
            .contains("refuses the request (400); it says: messages: odd")
    );
}

#[test]
fn a_context_that_is_too_small_is_told_with_figures() {
    let llama = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":
        "exceed_context_size_error","n_prompt_tokens":5012,"n_ctx":4096}}"#;
    let said = fatal(400, llama);
    assert!(said.starts_with("the prompt has 5012 tokens and the model's context is 4096: load the model with a larger"), "{said}");
    let openai = r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages
        resulted in 9012 tokens.","code":"context_length_exceeded","param":"messages"}}"#;
    assert!(fatal(400, openai).contains("9012 tokens and the model's context is 8192"));
    assert!(fatal(500, r#"{"error":"Context size has been exceeded."}"#).contains("does not fit"));
}

#[test]
fn what_a_server_does_not_know_is_left_out() {
    for (status, body, change) in [
        (
            400,
            r#"{"detail":[{"loc":["body","stream_options"],"msg":"stream_options: extra fields not permitted"}]}"#,
            Change::StreamOptions,
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.5","param":"temperature"}}"#,
            Change::Temperature,
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.","param":"max_tokens"}}"#,
            Change::Limit(Limit::MaxCompletionTokens),
        ),
        (
            400,
            r#"{"error":"max_tokens is too large: 1000"}"#,
            Change::Limit(Limit::None),
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 4500 tokens
            (3500 in the messages, 1000 in the completion). Please reduce the length."}"#,
            Change::Limit(Limit::None),
        ),
        (
            400,
            r#"{"error":"registry.ollama.ai/library/m does not support tools"}"#,
            Change::Tools,
        ),
        (
            404,
            r#"{"error":{"message":"No endpoints found that support tool use."}}"#,
            Change::Tools,
        ),
        (
            500,
            r#"{"error":{"message":"System role not supported at row 1"}}"#,
            Change::System,
        ),
    ] {
        assert_eq!(trouble(status, body), Trouble::Without(change), "{body}");
    }
}

#[test]
fn what_may_work_later_is_told_from_what_cannot() {
    let patience = |status, body: &str| match trouble(status, body) {
        Trouble::Again(again) => Some(again.patience),
        Trouble::Fatal(_) | Trouble::Without(_) => None,
    };
    assert_eq!(patience(429, ""), Some(Patience::Usual));
    assert_eq!(
        patience(503, r#"{"error":{"message":"Loading model"}}"#),
        Some(Patience::Loading)
    );
    for status in [408, 502, 503, 504, 529] {
        assert_eq!(
            patience(status, "overloaded"),
            Some(Patience::Usual),
            "{status}"
        );
    }
    assert_eq!(patience(500, "oops"), Some(Patience::Little));
    assert_eq!(
        patience(
            500,
            r#"{"error":{"message":"Failed to parse tool call arguments as JSON"}}"#
        ),
        None
    );
    for status in [400, 401, 402, 403, 404, 405, 409, 410, 422] {
        assert_eq!(patience(status, "no"), None, "{status}");
    }
}
