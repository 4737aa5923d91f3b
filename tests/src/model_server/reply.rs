//! What the server answers, step by step.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

use super::MODEL;

/// How many characters a piece has in a text that is cut into pieces.
const PIECE: usize = 7;

/// An answer: its head, and the steps of its body.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// A point to wait at before the head.
    pub(super) late: Option<String>,
    pub(super) steps: VecDeque<Step>,
}

/// A step of a body.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Send(Bytes),
    /// Waits at this point.
    Wait(String),
    /// Breaks the connection.
    Cut,
}

impl Reply {
    /// An answer without a body, of that status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            late: None,
            steps: VecDeque::new(),
        }
    }

    /// JSON, of that status.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::status(status)
            .header("content-type", "application/json")
            .raw(body.to_string())
    }

    /// A refusal as OpenAI writes it.
    #[must_use]
    pub fn error(status: u16, kind: &str, message: &str) -> Self {
        Self::json(
            status,
            &json!({"error": {"message": message, "type": kind, "code": kind}}),
        )
    }

    /// An answer that is streamed, of which nothing has been sent.
    #[must_use]
    pub fn stream() -> Self {
        Self::status(200).header("content-type", "text/event-stream")
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits at the point `name` before even its head is sent.
    #[must_use]
    pub fn late(mut self, name: &str) -> Self {
        self.late = Some(name.to_owned());
        self
    }

    /// Then these bytes, as they are.
    #[must_use]
    pub fn raw(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Send(bytes.into()))
    }

    /// Then an event with this data.
    #[must_use]
    pub fn data(self, value: &Value) -> Self {
        self.raw(format!("data: {value}\n\n"))
    }

    /// Then a comment.
    #[must_use]
    pub fn comment(self, text: &str) -> Self {
        self.raw(format!(": {text}\n\n"))
    }

    /// Then a chunk with this in place of its delta.
    #[must_use]
    pub fn delta(self, delta: &Value) -> Self {
        self.chunk(&json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]}))
    }

    /// Then a chunk with these fields beside the usual ones.
    #[must_use]
    pub fn chunk(self, fields: &Value) -> Self {
        let mut chunk = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": MODEL,
        });
        for (name, value) in fields.as_object().into_iter().flatten() {
            chunk[name] = value.clone();
        }
        self.data(&chunk)
    }

    /// Then this text, in one chunk.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.delta(&json!({"content": text}))
    }

    /// Then this text, in chunks of a few characters.
    #[must_use]
    pub fn pieces(self, text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let pieces = chars.chunks(PIECE).map(String::from_iter);
        pieces.fold(self, |reply, piece| reply.text(&piece))
    }

    /// Then the reason for which the model ends.
    #[must_use]
    pub fn finish(self, reason: &str) -> Self {
        self.chunk(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
    }

    /// Then what was used, in a chunk without choices.
    #[must_use]
    pub fn usage(self, prompt: usize, completion: usize) -> Self {
        self.chunk(&json!({"choices": [], "usage": usage(prompt, completion)}))
    }

    /// Then the end as OpenAI marks it.
    #[must_use]
    pub fn done(self) -> Self {
        self.raw("data: [DONE]\n\n")
    }

    /// Then waits at the point `name`.
    #[must_use]
    pub fn wait(self, name: &str) -> Self {
        self.step(Step::Wait(name.to_owned()))
    }

    /// Then breaks the connection.
    #[must_use]
    pub fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

/// Usage as OpenAI writes it.
#[must_use]
pub fn usage(prompt: usize, completion: usize) -> Value {
    json!({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion})
}
