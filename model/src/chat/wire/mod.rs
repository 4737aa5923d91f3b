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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::chunk::Chunk;
    use super::fault::Fault;
    use super::*;

    /// Names that mean something somewhere.
    const NAMES: [&str; 20] = [
        "choices",
        "delta",
        "message",
        "content",
        "text",
        "reasoning",
        "tool_calls",
        "function",
        "arguments",
        "index",
        "name",
        "finish_reason",
        "usage",
        "prompt_tokens",
        "total_tokens",
        "timings",
        "error",
        "code",
        "metadata",
        "detail",
    ];

    /// JSON that has them at places that are not theirs.
    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 4, |inner| {
            let field = (prop::sample::select(NAMES.to_vec()), inner.clone());
            let fields = prop::collection::vec(field, 0..5).prop_map(|fields| {
                let fields = fields.into_iter();
                let fields = fields.map(|(name, value)| (name.to_owned(), value));
                Value::Object(fields.collect::<Map<_, _>>())
            });
            let list = prop::collection::vec(inner, 0..4).prop_map(Value::Array);
            prop_oneof![2 => fields, 1 => list]
        })
    }

    proptest! {
        #[test]
        fn nothing_that_is_json_panics(value in anything()) {
            let _ = Chunk::read(&value);
            let _ = Fault::within(&value);
            let _ = Fault::of_body(value.to_string().as_bytes());
        }

        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fault::of_body(&body);
        }
    }

    #[test]
    fn counts_are_read_from_what_looks_like_one() {
        for (value, count) in [
            (json!(7), Some(7)),
            (json!(7.0), Some(7)),
            (json!(" 7 "), Some(7)),
            (json!(-1), None),
            (json!(-1.5), None),
            (json!(1e300), None),
            (json!("x"), None),
            (json!([7]), None),
        ] {
            assert_eq!(number(&value), count, "{value}");
        }
    }
}
