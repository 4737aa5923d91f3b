//! What the server was asked.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::Value;

/// One request for an answer.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which one it is, from 0.
    pub number: usize,
    /// Its path.
    pub path: String,
    /// Its headers, names in small letters.
    pub headers: HashMap<String, String>,
    /// Its body.
    pub body: Value,
    /// When it came.
    pub at: Instant,
}

impl Asked {
    /// The text of the last message of the user.
    #[must_use]
    pub fn prompt(&self) -> &str {
        let users = self
            .messages()
            .iter()
            .rev()
            .find(|message| message["role"] == "user");
        users
            .and_then(|message| message["content"].as_str())
            .unwrap_or_default()
    }

    /// The text of all messages, for scripts that look for words.
    #[must_use]
    pub fn conversation(&self) -> String {
        let texts = self
            .messages()
            .iter()
            .filter_map(|message| message["content"].as_str());
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The messages.
    #[must_use]
    pub fn messages(&self) -> &[Value] {
        self.body["messages"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// What of its answer the model has given already, where it is asked to go on with it.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        let messages = self.messages();
        let [.., before, last] = messages else {
            return None;
        };
        let own = match (before["role"].as_str(), last["role"].as_str()) {
            (_, Some("assistant")) => last,
            (Some("assistant"), Some("user")) if last["content"].as_str()?.contains("cut off") => {
                before
            }
            _ => return None,
        };
        own["content"].as_str()
    }

    /// What is left of `answer` for this request: all of it, or what the model has not said yet.
    #[must_use]
    pub fn rest<'a>(&self, answer: &'a str) -> &'a str {
        let said = self.said().unwrap_or_default();
        answer.strip_prefix(said).unwrap_or(answer)
    }

    /// Roughly how many tokens it has.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.conversation().len() / 4
    }
}
