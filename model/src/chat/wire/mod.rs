//! What goes over the wire: the bodies that are sent, and the JSON that comes back.
//!
//! Servers differ in what they leave out, rename and add, so nothing is required of an answer: each
//! field is looked for where it may stand, and one of another type is as good as absent.

pub(crate) mod body;
pub(crate) mod chunk;
pub(crate) mod counted;
pub(crate) mod fault;

use serde_json::Value;

/// The text of a field that may be a string, parts of text, or an object with the text in it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect(),
        Value::Object(fields) => {
            let inner = fields.get("text").or_else(|| fields.get("content"));
            inner.map(text).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// The first of `names` that is there and holds something.
pub(crate) fn first<'a>(object: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names
        .iter()
        .find_map(|name| object.get(name).filter(|value| !value.is_null()))
}

/// A count, also where it is written as a string or a float.
pub(crate) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => {
            let float = || {
                number
                    .as_f64()
                    .filter(|float| float.is_finite() && *float >= 0.0)
            };
            number
                .as_u64()
                .or_else(|| float().and_then(|float| format!("{float:.0}").parse().ok()))
        }
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
