//! Tools that capable models are offered: looking at files, writing them, running an allowed command.
//!
//! Each call is told as `tool_use` and `tool_result`. What is not allowed is `blocked` and the model is
//! told why; a call that is repeated without end is answered with a refusal, so that no model goes round
//! in circles on somebody's bill.

mod command;

use std::collections::HashMap;

use leo_model::chat::{Tool, ToolCall};
use leo_protocol::EventKind;
use leo_protocol::event::ToolStatus;
use serde_json::{Value, json};

use super::Model;
use super::writer::Written;
use crate::emit::shorten;
use crate::error::Error;
use crate::files::Files;
use crate::kind::Kind;
use crate::workspace::{Found, RelPath};

/// The longest result that a model is given, in characters.
const RESULT: usize = 24_000;
/// The longest result that is told in the stream, in characters.
const TOLD: usize = 2000;
/// The longest argument that is told in the stream, in characters.
const ARGUMENT: usize = 500;
/// The same call is carried out so often.
const REPEATS: u32 = 3;

/// How often each call has been made.
#[derive(Debug, Default)]
pub(super) struct Calls(HashMap<String, u32>);

/// What came of a call.
pub(super) struct Outcome {
    pub(super) status: ToolStatus,
    pub(super) text: String,
}

impl Outcome {
    pub(super) fn success(text: impl Into<String>) -> Self {
        Self {
            status: ToolStatus::Success,
            text: text.into(),
        }
    }

    pub(super) fn error(text: impl Into<String>) -> Self {
        Self {
            status: ToolStatus::Error,
            text: text.into(),
        }
    }

    pub(super) fn blocked(text: impl Into<String>) -> Self {
        Self {
            status: ToolStatus::Blocked,
            text: text.into(),
        }
    }
}

/// The tools for an app of this kind.
pub(super) fn all(kind: Kind) -> Vec<Tool> {
    let path = json!({"type": "string", "description": "relative to the app's folder"});
    let mut tools = vec![
        tool("list_files", "Lists the files of the app.", &json!({}), &[]),
        tool(
            "read_file",
            "Reads a file.",
            &json!({"path": path}),
            &["path"],
        ),
        tool(
            "write_file",
            "Writes a whole file, replacing what is there.",
            &json!({"path": path, "content": {"type": "string"}}),
            &["path", "content"],
        ),
    ];
    if kind == Kind::Node {
        let argument = json!({"type": "array", "items": {"type": "string"}});
        tools.push(tool(
            "run_command",
            command::DESCRIPTION,
            &json!({"command": argument}),
            &["command"],
        ));
    }
    tools
}

fn tool(name: &str, description: &str, properties: &Value, required: &[&str]) -> Tool {
    Tool {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: json!({"type": "object", "properties": properties, "required": required}),
    }
}

impl Model {
    /// Carries a call out and tells so; the text for the model.
    pub(super) async fn use_tool(
        &mut self,
        files: &mut Files<'_, '_>,
        call: &ToolCall,
        written: &mut Written,
    ) -> Result<String, Error> {
        let run = files.run();
        run.event(&EventKind::ToolUse {
            id: call.id.clone(),
            name: call.name.clone(),
            input: told(&call.arguments),
        })?;
        let outcome = if self.calls.is_repeated(call) {
            Outcome::blocked(
                "this very call has been made several times; do something else, or answer without tools",
            )
        } else {
            self.carry_out(files, call, written).await?
        };
        let text = shorten(&outcome.text, RESULT);
        run.event(&EventKind::ToolResult {
            tool_use_id: call.id.clone(),
            status: outcome.status,
            output: Some(shorten(&text, TOLD)),
        })?;
        Ok(text)
    }

    async fn carry_out(
        &mut self,
        files: &mut Files<'_, '_>,
        call: &ToolCall,
        written: &mut Written,
    ) -> Result<Outcome, Error> {
        match call.name.as_str() {
            "list_files" => Ok(Outcome::success(files.workspace().list()?.join("\n"))),
            "read_file" => read(files, &call.arguments),
            "write_file" => write(files, &call.arguments, written),
            "run_command" if self.kind() == Kind::Node => {
                self.run_command(files, &call.arguments).await
            }
            other => Ok(Outcome::error(format!("there is no tool `{other}`"))),
        }
    }
}

impl Calls {
    fn is_repeated(&mut self, call: &ToolCall) -> bool {
        let count = self
            .0
            .entry(format!("{} {}", call.name, call.arguments))
            .or_default();
        *count += 1;
        *count > REPEATS
    }
}

fn read(files: &Files<'_, '_>, arguments: &Value) -> Result<Outcome, Error> {
    let path = match path(arguments) {
        Ok(path) => path,
        Err(outcome) => return Ok(outcome),
    };
    Ok(match files.workspace().look(&path)? {
        Found::Text(text) => Outcome::success(text),
        Found::Nothing => Outcome::error(format!("there is no file {}", path.as_str())),
        Found::Other => Outcome::error(format!("{} is no text", path.as_str())),
    })
}

fn write(
    files: &mut Files<'_, '_>,
    arguments: &Value,
    written: &mut Written,
) -> Result<Outcome, Error> {
    let path = match path(arguments) {
        Ok(path) => path,
        Err(outcome) => return Ok(outcome),
    };
    // Some servers hand a JSON file over as the object that it holds.
    let text = match arguments.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => return Ok(Outcome::error("`content` is missing")),
        Some(object) => serde_json::to_string_pretty(object).unwrap_or_default() + "\n",
    };
    files.put(&path, &text)?;
    written.paths.push(path);
    Ok(Outcome::success(format!("{} bytes written", text.len())))
}

fn path(arguments: &Value) -> Result<RelPath, Outcome> {
    let text = arguments
        .get("path")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let text = text.strip_prefix("./").unwrap_or(text);
    RelPath::new(text).map_err(|error| Outcome::blocked(error.to_string()))
}

/// The arguments, without the bulk of long texts: a file that is written is told as a file.
fn told(arguments: &Value) -> Value {
    match arguments {
        Value::String(text) => Value::String(shorten(text, ARGUMENT)),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), told(value)))
            .collect(),
        Value::Array(items) => items.iter().map(told).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => arguments.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_app() {
        assert!(path(&json!({"path": "./src/a.ts"})).is_ok_and(|path| path.as_str() == "src/a.ts"));
        for wrong in [
            json!({"path": "../x"}),
            json!({"path": "/etc/passwd"}),
            json!({}),
            json!({"path": 7}),
        ] {
            let refused = path(&wrong).err().map(|outcome| outcome.status);
            assert_eq!(refused, Some(ToolStatus::Blocked), "{wrong}");
        }
    }

    #[test]
    fn the_same_call_is_not_carried_out_without_end() {
        let call = |path: &str| ToolCall {
            id: "1".to_owned(),
            name: "read_file".to_owned(),
            arguments: json!({"path": path}),
        };
        let mut calls = Calls::default();
        for _ in 0..REPEATS {
            assert!(!calls.is_repeated(&call("a")));
        }
        assert!(calls.is_repeated(&call("a")));
        assert!(!calls.is_repeated(&call("b")));
    }

    #[test]
    fn long_arguments_are_told_in_short() {
        let told = told(&json!({"path": "a", "content": "x".repeat(100_000), "n": [1]}));
        assert!(told.to_string().len() < 2000);
        assert_eq!(told["n"], json!([1]));
    }
}
