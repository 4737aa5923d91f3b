//! What servers say when something is wrong: a string, an object, an object in an object.

use serde_json::Value;

use super::{first, number, text};

/// Something wrong, as a server tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fault {
    /// A code like a HTTP status, where it has one.
    pub(crate) code: Option<u16>,
    /// Its kind, as in `context_length_exceeded`.
    pub(crate) kind: String,
    /// Its words.
    pub(crate) message: String,
    /// The parameter that it is about.
    pub(crate) param: String,
    /// How long to wait, where it is said in the body, in seconds.
    pub(crate) retry_after: Option<u64>,
    /// The tokens that the prompt has.
    pub(crate) needed: Option<u64>,
    /// The tokens that the model has room for.
    pub(crate) context: Option<u64>,
}

impl Fault {
    /// The fault that an answer carries in place of, or beside, what it should.
    pub(crate) fn within(value: &Value) -> Option<Self> {
        if let Some(error) = first(value, &["error"]).filter(|error| means_something(error)) {
            return Some(Self::of(error));
        }
        if value.get("object").and_then(Value::as_str) == Some("error") {
            return Some(Self::of(value));
        }
        let inner = value
            .get("choices")
            .and_then(|choices| choices.get(0)?.get("error"));
        inner.filter(|error| means_something(error)).map(Self::of)
    }

    /// The fault in the body of a refusal, which may be no JSON at all.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Self {
                message: String::from_utf8_lossy(body).into_owned(),
                ..Self::default()
            };
        };
        // Google's shim wraps its answer into a list.
        let value = value.get(0).unwrap_or(&value);
        Self::within(value).unwrap_or_else(|| Self::of(value))
    }

    fn of(error: &Value) -> Self {
        let nested = error.get("metadata").unwrap_or(&Value::Null);
        let mut message = words(error);
        let raw = nested.get("raw").map(words).unwrap_or_default();
        if !raw.is_empty() && !message.contains(&raw) {
            message = format!("{message} ({raw})");
        }
        let named = |names: &[&str]| {
            first(error, names)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let code = error.get("code").and_then(number);
        let coded = if code.is_none() {
            named(&["code"])
        } else {
            String::new()
        };
        Self {
            code: code.and_then(|code| u16::try_from(code).ok()),
            kind: [coded, named(&["type"])].join(" ").trim().to_owned(),
            message,
            param: named(&["param"]),
            retry_after: first(nested, &["retry_after_seconds", "retry_after"]).and_then(number),
            needed: error.get("n_prompt_tokens").and_then(number),
            context: error.get("n_ctx").and_then(number),
        }
    }

    /// Whether its kind or its words have one of `signs`, whatever their case.
    pub(crate) fn says(&self, signs: &[&str]) -> bool {
        let said = format!("{} {}", self.kind, self.message).to_lowercase();
        signs.iter().any(|sign| said.contains(sign))
    }
}

/// Some servers send `"error": ""` or `{}` along with what is fine.
fn means_something(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Array(_) => true,
    }
}

/// The words in a fault; `FastAPI` says `detail`, and may say it in a list.
fn words(error: &Value) -> String {
    let said = first(error, &["message", "msg", "detail", "details", "error"]);
    match (said, error) {
        (Some(said), _) => words(said),
        (None, Value::Array(many)) => many.iter().map(words).collect::<Vec<_>>().join("; "),
        (None, Value::String(said)) => said.clone(),
        (None, Value::Null) => String::new(),
        (None, other) => match text(other) {
            said if said.is_empty() => other.to_string(),
            said => said,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_in_all_their_shapes() {
        for (body, message) in [
            (json!({"error": "no such model"}), "no such model"),
            (
                json!({"error": {"message": "no such model"}}),
                "no such model",
            ),
            (
                json!({"object": "error", "message": "no such model", "code": 404}),
                "no such model",
            ),
            (
                json!({"detail": [{"msg": "no such", "loc": 1}, {"msg": "model"}]}),
                "no such; model",
            ),
            (
                json!([{"error": {"message": "no such model"}}]),
                "no such model",
            ),
            (
                json!({"error": {"message": "Provider returned error", "metadata": {"raw": "overloaded"}}}),
                "Provider returned error (overloaded)",
            ),
        ] {
            assert_eq!(Fault::of_body(body.to_string().as_bytes()).message, message);
        }
        assert_eq!(Fault::of_body(b"Bad gateway").message, "Bad gateway");
    }

    #[test]
    fn a_code_is_a_number_or_a_kind() {
        let coded = |code: Value| Fault::of(&json!({"code": code, "type": "x"}));
        assert_eq!(
            (coded(json!(429)).code, coded(json!(429)).kind),
            (Some(429), "x".into())
        );
        assert_eq!(coded(json!("502")).code, Some(502));
        let named = coded(json!("context_length_exceeded"));
        assert_eq!(
            (named.code, named.kind),
            (None, "context_length_exceeded x".into())
        );
    }

    #[test]
    fn what_is_fine_has_no_fault() {
        for value in [
            json!({}),
            json!({"error": null}),
            json!({"error": ""}),
            json!({"error": {}, "choices": []}),
        ] {
            assert_eq!(Fault::within(&value), None, "{value}");
        }
        assert!(Fault::within(&json!({"choices": [{"error": {"message": "x"}}]})).is_some());
    }
}
