//! Tool calls, put together from their pieces.

use serde_json::Value;

use super::super::wire::chunk::{Arguments, CallPiece};
use super::super::{ModelError, ToolCall};

/// The calls of one answer, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Call>);

#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    text: String,
    whole: Option<Value>,
}

impl Calls {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a piece, and gives the number of characters in it.
    pub(super) fn add(&mut self, piece: CallPiece) -> usize {
        let at = self.position(&piece).unwrap_or_else(|| {
            self.0.push(Call {
                index: piece.index,
                ..Call::default()
            });
            self.0.len() - 1
        });
        let call = &mut self.0[at];
        if call.id.is_empty() {
            call.id = piece.id;
        }
        let mut size = 0;
        // Some servers send the whole name with each piece.
        if call.name != piece.name {
            size += piece.name.len();
            call.name.push_str(&piece.name);
        }
        match piece.arguments {
            Arguments::Text(text) => {
                size += text.len();
                call.text.push_str(&text);
            }
            Arguments::Whole(value) => {
                size += value.to_string().len();
                call.whole = Some(value);
            }
        }
        size
    }

    /// Where the piece belongs. Some servers give each of several calls the index 0, and some none.
    fn position(&self, piece: &CallPiece) -> Option<usize> {
        let last = self.0.len().checked_sub(1)?;
        let at = match piece.index {
            Some(index) => self.0.iter().rposition(|call| call.index == Some(index))?,
            None => last,
        };
        let call = &self.0[at];
        let is_another = !piece.id.is_empty() && !call.id.is_empty() && piece.id != call.id;
        let is_next = piece.index.is_none() && piece.id.is_empty() && !piece.name.is_empty();
        (!is_another && !is_next).then_some(at)
    }

    /// The name of the last one, which an answer that was cut off had not finished.
    pub(super) fn last_name(&self) -> String {
        let name = self
            .0
            .last()
            .map(|call| call.name.clone())
            .unwrap_or_default();
        if name.is_empty() {
            "(without a name)".to_owned()
        } else {
            name
        }
    }

    /// The calls of an answer that is whole. What is no JSON is refused and not guessed at.
    pub(super) fn finish(self) -> Result<Vec<ToolCall>, ModelError> {
        self.0
            .into_iter()
            .enumerate()
            .map(|(at, call)| call.finish(at))
            .collect()
    }
}

impl Call {
    fn finish(self, at: usize) -> Result<ToolCall, ModelError> {
        let refuse = |name: &str, why: String| ModelError::ToolCall {
            name: name.to_owned(),
            why,
        };
        if self.name.trim().is_empty() {
            return Err(refuse("(without a name)", "it has no name".to_owned()));
        }
        let arguments = match self.whole {
            Some(value) => value,
            None if self.text.trim().is_empty() => Value::Object(serde_json::Map::new()),
            None => parse(&self.text).map_err(|error| {
                refuse(&self.name, format!("its arguments are no JSON: {error}"))
            })?,
        };
        if !arguments.is_object() {
            return Err(refuse(
                &self.name,
                "its arguments are no JSON object".to_owned(),
            ));
        }
        let id = if self.id.is_empty() {
            format!("call_{at}")
        } else {
            self.id
        };
        Ok(ToolCall {
            id,
            name: self.name.trim().to_owned(),
            arguments,
        })
    }
}

/// Some servers write the object as a string of JSON within the string.
fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let value: Value = serde_json::from_str(text)?;
    value
        .as_str()
        .map_or_else(|| Ok(value.clone()), serde_json::from_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn piece(index: Option<u64>, id: &str, name: &str, arguments: &str) -> CallPiece {
        CallPiece {
            index,
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: Arguments::Text(arguments.to_owned()),
        }
    }

    fn finish(pieces: Vec<CallPiece>) -> Result<Vec<(String, String, Value)>, ModelError> {
        let mut calls = Calls::default();
        for piece in pieces {
            calls.add(piece);
        }
        let calls = calls.finish()?.into_iter();
        Ok(calls
            .map(|call| (call.id, call.name, call.arguments))
            .collect())
    }

    fn call(id: &str, name: &str, arguments: Value) -> (String, String, Value) {
        (id.to_owned(), name.to_owned(), arguments)
    }

    #[test]
    fn pieces_come_together() {
        let calls = finish(vec![
            piece(Some(0), "a", "read", ""),
            piece(Some(1), "b", "list", "{}"),
            piece(Some(0), "", "", "{\"path\":"),
            piece(Some(0), "a", "read", "\"x\"}"),
        ]);
        let expected = vec![
            call("a", "read", json!({"path": "x"})),
            call("b", "list", json!({})),
        ];
        assert_eq!(calls.unwrap(), expected);
    }

    #[test]
    fn calls_without_numbers_or_ids_are_told_apart() {
        let same_index = finish(vec![
            piece(Some(0), "a", "f", "{}"),
            piece(Some(0), "b", "g", "{}"),
        ]);
        assert_eq!(
            same_index.unwrap(),
            [call("a", "f", json!({})), call("b", "g", json!({}))]
        );
        let nothing = finish(vec![
            piece(None, "", "f", "{\"a\""),
            piece(None, "", "", ":1}"),
            piece(None, "", "f", ""),
        ]);
        assert_eq!(
            nothing.unwrap(),
            [
                call("call_0", "f", json!({"a": 1})),
                call("call_1", "f", json!({}))
            ]
        );
    }

    #[test]
    fn an_object_in_place_of_a_string_is_taken() {
        let whole = CallPiece {
            arguments: Arguments::Whole(json!({"a": 1})),
            ..piece(None, "c", "f", "")
        };
        assert_eq!(
            finish(vec![whole]).unwrap(),
            [call("c", "f", json!({"a": 1}))]
        );
        let twice = finish(vec![piece(None, "c", "f", r#""{\"a\":1}""#)]);
        assert_eq!(twice.unwrap(), [call("c", "f", json!({"a": 1}))]);
    }

    #[test]
    fn what_cannot_be_followed_is_refused() {
        for (name, arguments) in [
            ("", "{}"),
            ("f", "{\"a\":"),
            ("f", "[]"),
            ("f", "3"),
            ("f", "null"),
        ] {
            let refused = finish(vec![piece(None, "c", name, arguments)]);
            assert!(
                matches!(refused, Err(ModelError::ToolCall { .. })),
                "{name} {arguments}"
            );
        }
    }
}
