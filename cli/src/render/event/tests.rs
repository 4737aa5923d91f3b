//! Events as people see them, literally.

use serde_json::{Value, json};

use super::*;

const PLAIN: Palette = Palette { colours: false };
const COLOURED: Palette = Palette { colours: true };

fn event(mut fields: Value) -> Event {
    fields["seq"] = json!(1);
    fields["sessionId"] = json!("01890000-0000-7000-8000-000000000000");
    fields["timestamp"] = json!("2026-01-01T00:00:00Z");
    let Value::Object(object) = fields else {
        panic!("{fields}");
    };
    Event::from_object(object).unwrap()
}

fn log(line: &str, stream: &str) -> Event {
    let at = "2026-01-01T00:00:00Z";
    event(json!({"type": "log", "log": {"line": line, "timestamp": at, "stream": stream}}))
}

#[test]
fn a_generation_reads_like_this() {
    let id = "01890000-0000-7000-8000-000000000001";
    let events = [
        json!({"type": "job_queued", "prompt": "a clock\nwith hands"}),
        json!({"type": "generation_started", "requestId": id, "attempt": 1}),
        json!({"type": "launching", "step": "create", "durationMs": 412}),
        json!({"type": "state_change", "state": "designing_phase"}),
        json!({"type": "phase_designing", "phaseNumber": 1}),
        json!({"type": "thought", "text": "a dial first"}),
        json!({"type": "phase_designed", "phase": {"name": "Dial", "description": "The face.",
            "files": [{"path": "index.html", "purpose": "the page"}], "isLastPhase": true}}),
        json!({"type": "file_start", "path": "index.html"}),
        json!({"type": "file_chunk", "path": "index.html", "chunk": "<html>"}),
        json!({"type": "file_end", "path": "index.html", "size": 4300, "sha256": "00"}),
        json!({"type": "files_written", "count": 1}),
        json!({"type": "tool_use", "id": "1", "name": "bash", "input": {"command": "ls"}}),
        json!({"type": "subprocess_complete", "name": "npm", "durationMs": 1500, "exitCode": 2}),
        json!({"type": "usage", "promptTokens": 12, "completionTokens": 34, "costUsd": 0.0051}),
        json!({"type": "heartbeat", "phase": 1, "iteration": 1}),
        json!({"type": "error", "message": "one line\nand another"}),
        json!({"type": "of_tomorrow"}),
        json!({"type": "generation_complete", "files": ["index.html"], "phases": 1}),
        json!({"type": "completed", "requestId": id, "downloadUrl": "/x"}),
        json!({"type": "failed", "requestId": id, "reason": "timeout", "message": "an hour is over"}),
        json!({"type": "cancelled", "requestId": id}),
    ];
    let shown: Vec<_> = events
        .into_iter()
        .flat_map(|fields| lines(&event(fields), PLAIN))
        .collect();
    assert_eq!(
        shown.join("\n"),
        "\
○ queued: a clock with hands
● started
· create (0.4 s)
~ a dial first
▸ Dial  The face.
    index.html  the page
+ index.html  4.1 KiB
· 1 file written
> bash {\"command\":\"ls\"}
$ npm ended with exit code 2 after 1.5 s
· 12 tokens in, 34 out, $0.0051
! one line
  and another
✓ the agent is done: 1 file in 1 phase
✓ completed
✗ failed: an hour is over (timeout)
✗ cancelled"
    );
}

#[test]
fn output_keeps_its_colours_on_a_terminal_only() {
    let coloured = log("\u{1b}[32mok\u{1b}[0m \u{1b}[2J!", "stdout");
    assert_eq!(
        lines(&coloured, COLOURED),
        ["\u{1b}[2m│\u{1b}[0m \u{1b}[32mok\u{1b}[0m !\u{1b}[0m"]
    );
    assert_eq!(lines(&coloured, PLAIN), ["│ ok !"]);
    assert_eq!(
        lines(&log("oh", "stderr"), COLOURED),
        ["\u{1b}[33m│\u{1b}[0m oh"]
    );
}

#[test]
fn no_field_of_a_stranger_reaches_the_terminal_raw() {
    let evil = "\u{1b}]0;x\u{7}a\u{1b}[5Ab\u{9b}\u{202e}";
    for fields in [
        json!({"type": "job_queued", "prompt": evil}),
        json!({"type": "info", "message": evil}),
        json!({"type": "thought", "text": evil}),
        json!({"type": "file_end", "path": evil, "size": 1, "sha256": evil}),
        json!({"type": "phase_designed", "phase": {"name": evil, "description": evil,
            "files": [{"path": evil, "purpose": evil}], "isLastPhase": false}}),
        json!({"type": "tool_use", "id": evil, "name": evil, "input": evil}),
        json!({"type": "subprocess_start", "name": evil}),
        json!({"type": "server_started", "url": evil}),
        json!({"type": "failed", "requestId": "01890000-0000-7000-8000-000000000001",
            "reason": "exit_code", "message": evil}),
        json!({"type": "log", "log": {"line": evil}}),
    ] {
        let shown = lines(&event(fields), PLAIN).join("\n");
        assert!(shown.contains("ab"), "{shown:?}");
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(bad), "{shown:?}");
    }
}
