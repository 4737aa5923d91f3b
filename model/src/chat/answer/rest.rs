//! How a model is asked for the rest of an answer that was cut off.

use super::super::{Message, Request};
use super::seam::end;

/// What it is told; the end of its answer follows.
const PROMPT: &str = include_str!("../../../prompts/continue.txt");
/// How much of its answer is quoted, in bytes; less than the seam compares.
const QUOTED: usize = 200;

/// How the model is brought to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Its answer so far stands last, and the server has it go on with that.
    Prefill,
    /// It is asked to.
    Ask,
}

/// The request for what comes behind `said`.
pub(super) fn request(original: &Request, said: &str, how: How) -> Request {
    let mut request = original.clone();
    request.messages.push(Message::Assistant {
        text: said.to_owned(),
        tool_calls: Vec::new(),
    });
    if how == How::Ask {
        request
            .messages
            .push(Message::User(format!("{PROMPT}{}", quoted(said))));
    }
    request
}

/// The last lines of what was said, from the beginning of one if there is any.
fn quoted(said: &str) -> &str {
    let last = end(said, QUOTED);
    if last.len() == said.len() {
        return last;
    }
    match last.find('\n') {
        Some(at) if at + 1 < last.len() => &last[at + 1..],
        Some(_) | None => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_quoted() {
        assert_eq!(quoted("a\nb"), "a\nb");
        let long = format!("{}\nlet a = 1;\nlet b", "x".repeat(300));
        assert_eq!(quoted(&long), "let a = 1;\nlet b");
        assert_eq!(quoted(&"ü".repeat(300)).len(), 200);
        let ended = format!("{}\n", "x".repeat(300));
        assert_eq!(quoted(&ended).len(), 200);
    }

    #[test]
    fn the_rest_is_asked_for_behind_what_was_said() {
        let original = Request {
            messages: vec![Message::User("write".into())],
            ..Request::default()
        };
        let said = Message::Assistant {
            text: "half".into(),
            tool_calls: Vec::new(),
        };
        let asked = request(&original, "half", How::Ask);
        assert_eq!(asked.messages[1], said);
        let Message::User(prompt) = &asked.messages[2] else {
            panic!("it is asked")
        };
        assert!(
            prompt.contains("cut off") && prompt.ends_with(":\n\nhalf"),
            "{prompt}"
        );
        assert_eq!(
            request(&original, "half", How::Prefill).messages[1..],
            [said]
        );
    }
}
