use serde_json::{Value, json};

use super::*;

#[test]
fn an_event_of_a_newer_type_keeps_its_place() {
    let text = r#"{"type":"of_tomorrow","seq":7,"sessionId":"01890000-0000-7000-8000-000000000000",
        "timestamp":"2026-01-01T00:00:00Z","x":1}"#;
    let event = Event::from_object(serde_json::from_str(text).unwrap()).unwrap();
    assert_eq!((event.seq, event.kind), (7, None));
    assert_eq!(event.raw["x"], 1);
}

#[test]
fn fields_are_camel_case() {
    let text = serde_json::to_string(&EventKind::PhaseDesigning { phase_number: 2 }).unwrap();
    assert_eq!(text, r#"{"type":"phase_designing","phaseNumber":2}"#);
}

/// Reads `json` as an event and writes it again.
fn there_and_back(json: &Value) -> Value {
    let kind: EventKind = serde_json::from_value(json.clone()).unwrap();
    serde_json::to_value(kind).unwrap()
}

#[test]
fn optional_fields_are_kept_where_they_are_and_absent_where_they_are_not() {
    for event in [
        json!({"type": "agent_error", "message": "m"}),
        json!({"type": "agent_error", "message": "m", "reason": "provider_error"}),
        json!({"type": "heartbeat", "phase": 1, "iteration": 2}),
        json!({"type": "heartbeat", "phase": 1, "iteration": 2, "doing": "waiting for the model"}),
        json!({"type": "tool_result", "toolUseId": "1", "status": "success"}),
        json!({"type": "tool_result", "toolUseId": "1", "status": "error", "output": "no such file"}),
        json!({"type": "file_end", "path": "a", "size": 1, "sha256": "00"}),
        json!({"type": "file_end", "path": "a", "size": 1, "sha256": "00", "partial": true}),
        json!({"type": "usage", "promptTokens": 3, "completionTokens": 4}),
        json!({"type": "usage", "promptTokens": 3, "completionTokens": 4, "costUsd": 0.5, "call": {
            "promptTokens": 1, "completionTokens": 2, "durationMs": 30, "estimated": true}}),
        json!({"type": "usage", "promptTokens": 3, "completionTokens": 4, "call": {
            "promptTokens": 1, "completionTokens": 2, "costUsd": 0.25, "model": "m", "durationMs": 30}}),
    ] {
        assert_eq!(there_and_back(&event), event);
    }
}

#[test]
fn an_optional_field_that_holds_something_else_costs_no_event() {
    assert_eq!(
        there_and_back(&json!({"type": "error", "message": "m", "reason": "bad_luck"})),
        json!({"type": "agent_error", "message": "m"})
    );
    assert_eq!(
        there_and_back(
            &json!({"type": "tool_result", "toolUseId": "1", "status": "success", "output": {"a": 1}})
        ),
        json!({"type": "tool_result", "toolUseId": "1", "status": "success"})
    );
    assert_eq!(
        there_and_back(
            &json!({"type": "usage", "promptTokens": 1, "completionTokens": 2, "call": "first"})
        ),
        json!({"type": "usage", "promptTokens": 1, "completionTokens": 2})
    );
}
