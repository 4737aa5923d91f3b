//! What a test is made of: steps, each with its result.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

/// What stands in the place of a key.
const MASK: &str = "***";
/// The longest text that a step says, in characters; what a server answers may be part of it.
const MAX_TEXT: usize = 600;

/// What is tested, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Something answers there that may be asked.
    Reachable,
    /// It has the model.
    ModelListed,
    /// Its answers come as they are made.
    Streams,
    /// It says what an answer has cost.
    Usage,
    /// How quick it is.
    Speed,
    /// How much prompt and answer may have together.
    Context,
    /// Whether the model writes files as it is told to.
    Format,
    /// Whether it calls tools.
    Tools,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Reachable,
        Self::ModelListed,
        Self::Streams,
        Self::Usage,
        Self::Speed,
        Self::Context,
        Self::Format,
        Self::Tools,
    ];

    /// For programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::ModelListed => "model_listed",
            Self::Streams => "streams",
            Self::Usage => "usage",
            Self::Speed => "speed",
            Self::Context => "context",
            Self::Format => "format",
            Self::Tools => "tools",
        }
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Passed,
    /// It works, but not as well as it could.
    Warning,
    /// It does not work.
    Failed,
    /// Not tried.
    Skipped,
}

/// A step and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What was tested.
    pub check: Check,
    /// What came of it.
    pub status: Status,
    /// What was found, for people.
    pub message: String,
    /// What to change or to know, where there is something.
    pub hint: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// What was found, for programs.
    pub details: Map<String, Value>,
}

/// What a step finds out, before it is known how long that took.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) status: Status,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) details: Map<String, Value>,
}

impl Finding {
    fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            hint: None,
            details: Map::new(),
        }
    }

    pub(super) fn passed(message: impl Into<String>) -> Self {
        Self::new(Status::Passed, message)
    }

    pub(super) fn warning(message: impl Into<String>) -> Self {
        Self::new(Status::Warning, message)
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Status::Failed, message)
    }

    pub(super) fn skipped(message: impl Into<String>) -> Self {
        Self::new(Status::Skipped, message)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The step, without the key: a server that repeats what it was sent must not have it shown.
    pub(super) fn step(self, check: Check, took: Duration, key: Option<&SecretString>) -> Step {
        let key = key.map(|key| key.expose_secret()).unwrap_or_default();
        let mut details = Value::Object(self.details);
        mask_all(&mut details, key);
        let Value::Object(details) = details else {
            return Self::failed("the step's details could not be kept").step(check, took, None);
        };
        Step {
            check,
            status: self.status,
            message: shown(&self.message, key),
            hint: self.hint.map(|hint| shown(&hint, key)),
            took,
            details,
        }
    }
}

fn mask_all(value: &mut Value, key: &str) {
    match value {
        Value::String(text) => *text = shown(text, key),
        Value::Array(values) => values.iter_mut().for_each(|value| mask_all(value, key)),
        Value::Object(fields) => fields.values_mut().for_each(|value| mask_all(value, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text in one line, without the key, without what a terminal would obey, and not too long.
fn shown(text: &str, key: &str) -> String {
    let text = match key.is_empty() {
        true => text.to_owned(),
        false => text.replace(key, MASK),
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_TEXT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_step_shows_the_key() {
        let key = SecretString::from("sk-geheim");
        let finding = Finding::failed("sk-geheim is wrong")
            .hint("do not use\nsk-geheim\u{1b}[2J")
            .with(
                "said",
                serde_json::json!(["sk-geheim", {"a": "xsk-geheimx"}]),
            );
        let step = finding.step(Check::Reachable, Duration::ZERO, Some(&key));
        let said = format!("{step:?}");
        assert!(
            !said.contains("geheim") && !said.contains("\\u{1b}"),
            "{said}"
        );
        assert_eq!(step.message, "*** is wrong");
        assert_eq!(step.hint.as_deref(), Some("do not use ***[2J"));
    }
}
