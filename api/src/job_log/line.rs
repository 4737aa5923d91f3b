//! The text of a log line, taken out of its stored event.

use std::borrow::Cow;

use serde::Deserialize;

/// What an event begins with.
const HEAD: &[u8] = br#"{"timestamp":""#;
/// Bytes of a timestamp as every event has it.
const TIMESTAMP: usize = "2000-01-01T00:00:00.000Z".len();
/// What stands between the timestamp and the text of a line.
const LOG: &[u8] = br#"","type":"log","log":{"line":""#;

/// The text of a `log` event; `None` for all others.
pub(crate) fn printed(event: &[u8]) -> Option<Cow<'_, str>> {
    as_written(event).map_or_else(|| parsed(event).map(Cow::Owned), |text| Some(text.into()))
}

/// The text where it stands in the event as it is: no parser is needed then, as for most lines.
fn as_written(event: &[u8]) -> Option<&str> {
    let rest = event.strip_prefix(HEAD)?.get(TIMESTAMP..)?;
    let text = rest.strip_prefix(LOG)?;
    let end = memchr::memchr2(b'"', b'\\', text)?;
    (text[end] == b'"').then(|| str::from_utf8(&text[..end]).ok())?
}

fn parsed(event: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Logged {
        log: Line,
    }
    #[derive(Deserialize)]
    struct Line {
        line: String,
    }
    // Most events of other types are told apart without a parser.
    memchr::memmem::find(event, br#""type":"log""#)?;
    let logged: Logged = serde_json::from_slice(event).ok()?;
    Some(logged.log.line)
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use leo_protocol::batch::{body_of, lines};
    use leo_protocol::{EventKind, LogLine, LogStream};

    use super::*;

    fn logged(line: &str) -> Vec<u8> {
        let log = LogLine {
            line: line.to_owned(),
            timestamp: Utc::now(),
            stream: LogStream::Stderr,
            level: None,
        };
        let body = body_of(Utc::now(), &EventKind::Log { log });
        lines(&body).next().unwrap().to_vec()
    }

    #[test]
    fn a_line_is_read_as_it_was_printed() {
        for (line, plain) in [
            ("", true),
            ("building 3 of 9 … ünïcode", true),
            (r#"say "no" \ yes"#, false),
            ("\u{1b}[31mred\u{1b}[0m\ttab", false),
        ] {
            let event = logged(line);
            assert_eq!(printed(&event).as_deref(), Some(line));
            assert_eq!(as_written(&event).is_some(), plain, "{line}");
        }
    }

    #[test]
    fn other_events_have_no_line() {
        let nested = serde_json::json!({"type": "log", "log": {"line": "x"}});
        let kinds = [
            EventKind::Info {
                message: r#""type":"log","log":{"line":"x"}"#.to_owned(),
            },
            EventKind::ToolUse {
                id: "1".to_owned(),
                name: "print".to_owned(),
                input: nested,
            },
        ];
        for kind in kinds {
            let body = body_of(Utc::now(), &kind);
            assert_eq!(printed(lines(&body).next().unwrap()), None, "{kind:?}");
        }
        assert_eq!(printed(b"{}"), None);
        assert_eq!(printed(br#"{"timestamp":"x"#), None);
    }
}
