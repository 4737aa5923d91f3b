//! Whether the model calls tools. Leo writes files without them, so this is for information.

use serde_json::json;

use super::step::Finding;
use crate::chat::{Client, Message, ModelError, Request, Tool, ToolCall};

/// What the model is to call.
const TOOL: &str = "word_of_the_day";
/// With what it is made to.
const QUESTION: &str =
    "What is the word of the day in the language `en`? Call the tool to find out.";

/// Asks something that only a tool knows.
pub(super) async fn ask(client: &Client) -> Finding {
    let tool = Tool {
        name: TOOL.to_owned(),
        description: "Tells the word of the day.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"language": {"type": "string", "description": "such as `en`"}},
            "required": ["language"],
        }),
    };
    let request = Request {
        messages: vec![Message::User(QUESTION.to_owned())],
        tools: vec![tool],
        ..Request::default()
    };
    judge(calls(client, request).await)
}

async fn calls(client: &Client, request: Request) -> Result<Vec<ToolCall>, ModelError> {
    Ok(client.answer(request).finish().await?.tool_calls)
}

fn judge(calls: Result<Vec<ToolCall>, ModelError>) -> Finding {
    let none =
        |why: &str| Finding::passed(format!("{why}; Leo works without")).with("supported", false);
    match calls {
        Ok(calls) if calls.iter().any(|call| call.name == TOOL) => {
            Finding::passed("the model calls tools").with("supported", true)
        }
        Ok(calls) if calls.is_empty() => none("the model calls no tools"),
        Ok(_) => none("the model calls tools by names that they do not have"),
        Err(error) => none(&format!("the model calls no tools ({error})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::step::Status;

    #[test]
    fn tools_are_for_information() {
        let call = |name: &str| ToolCall {
            id: "1".to_owned(),
            name: name.to_owned(),
            arguments: json!({"language": "en"}),
        };
        let refused = ModelError::Setup {
            why: "no tools".to_owned(),
        };
        for (calls, supported) in [
            (Ok(vec![call(TOOL)]), true),
            (Ok(vec![]), false),
            (Ok(vec![call("wordOfTheDay")]), false),
            (Err(refused), false),
        ] {
            let finding = judge(calls);
            assert_eq!(finding.status, Status::Passed);
            assert_eq!(finding.details["supported"], supported, "{finding:?}");
        }
    }
}
