//! What a model is asked, and what it asks for in turn.

use serde_json::Value;

/// One request for an answer.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// What the model may ask for.
    pub tools: Vec<Tool>,
    /// The most tokens of one answer; the server's own limit without it. An answer that ends there
    /// is continued, so this bounds a piece and not the whole.
    pub max_tokens: Option<u32>,
    /// How freely the model chooses, 0 to 2; the server's own choice without it.
    pub temperature: Option<f32>,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// What the model is told to be.
    System(String),
    /// What somebody says to it.
    User(String),
    /// What it has said.
    Assistant {
        /// Its text.
        text: String,
        /// What it has asked for.
        tool_calls: Vec<ToolCall>,
    },
    /// What came of something it has asked for.
    Tool {
        /// The id of the call.
        call_id: String,
        /// The result.
        text: String,
    },
}

/// Something that a model may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON schema of its arguments, an object.
    pub parameters: Value,
}

/// Something that a model asks for. It is complete: calls that are cut off never get here.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// What its result is to name; made up where the server gave none.
    pub id: String,
    /// The tool's name, as the model wrote it.
    pub name: String,
    /// Its arguments: always a JSON object, which need not fit the schema.
    pub arguments: Value,
}
