//! The files among a job's events.

use leo_common::hex::hex;
use leo_protocol::EventKind;
use sha2::{Digest as _, Sha256};

use crate::job::past::{Reached, attempt_begun, event};

/// How a written file stands in a stored batch.
const WRITTEN: &str = r#""type":"file_end""#;

/// A file that an attempt had written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    /// As its generator says, whatever that is.
    pub(super) path: String,
    /// Its text, where that is known.
    pub(super) text: Option<String>,
}

/// Tells the files up to each attempt's last checkpoint from all else.
pub(super) struct Reader {
    reached: Vec<Reached>,
    attempt: u32,
    place: u64,
}

impl Reader {
    pub(super) fn new(reached: Vec<Reached>) -> Self {
        Self {
            reached,
            attempt: 0,
            place: 0,
        }
    }

    /// Whether nothing that counts is to come.
    pub(super) fn is_done(&self) -> bool {
        self.reached.iter().all(|one| one.place <= self.place)
    }

    /// Reads the job's next event; the file that it tells of.
    pub(super) fn file(&mut self, line: &[u8]) -> Option<File> {
        self.place += 1;
        if let Some(begun) = attempt_begun(line) {
            self.attempt = begun;
            return None;
        }
        let counts = |one: &Reached| one.attempt == self.attempt && self.place < one.place;
        if !self.reached.iter().any(counts) {
            return None;
        }
        let EventKind::FileEnd {
            path,
            size,
            sha256,
            content,
            partial: false,
        } = serde_json::from_value(event(line, WRITTEN)?).ok()?
        else {
            return None;
        };
        let is_it = |text: &String| text.len() as u64 == size && is_hash(&sha256, text);
        let text = content.filter(is_it);
        Some(File { path, text })
    }
}

fn is_hash(sha256: &str, text: &str) -> bool {
    sha256 == hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(path: &str, text: &str) -> Value {
        let sha256 = hex(&Sha256::digest(text));
        json!({"type": "file_end", "path": path, "size": text.len(), "sha256": sha256, "content": text})
    }

    fn with(mut event: Value, name: &str, value: Value) -> Value {
        event[name] = value;
        event
    }

    fn files(reached: Vec<Reached>, events: &[Value]) -> Vec<(String, Option<String>)> {
        let mut reader = Reader::new(reached);
        let lines = events.iter().map(Value::to_string);
        let files = lines.filter_map(|line| reader.file(line.as_bytes()));
        let files: Vec<_> = files.map(|file| (file.path, file.text)).collect();
        assert!(reader.is_done());
        files
    }

    #[test]
    fn files_count_up_to_the_last_checkpoint_of_their_attempt() {
        let begun = |n: u32| json!({"type": "generation_started", "requestId": "r", "attempt": n});
        let checkpoint = json!({"type": "checkpoint", "phase": 1, "state": 1});
        let events = [
            begun(1),
            written("a", "1"),
            checkpoint.clone(),
            written("b", "too late"),
            begun(2),
            written("c", "of an attempt that has reached nothing"),
            begun(3),
            json!({"type": "tool_use", "id": "1", "name": "n", "input": written("d", "no event")}),
            written("e", "3"),
            checkpoint,
        ];
        let reached = |attempt, place| Reached { attempt, place };
        let found = files(vec![reached(1, 3), reached(3, 10)], &events);
        let expected =
            [("a", "1"), ("e", "3")].map(|(path, text)| (path.into(), Some(text.into())));
        assert_eq!(found, expected);
        let found = files(vec![reached(3, 10)], &events);
        assert_eq!(found, expected[1..]);
    }

    #[test]
    fn a_text_has_to_be_what_it_is_said_to_be() {
        let whole = written("a", "text");
        let events = [
            with(whole.clone(), "partial", json!(true)),
            with(whole.clone(), "content", Value::Null),
            with(whole.clone(), "size", json!(5)),
            with(whole.clone(), "content", json!("tex!")),
            with(whole.clone(), "sha256", json!("00")),
            whole,
        ];
        let reached = vec![Reached {
            attempt: 0,
            place: 6,
        }];
        // The last one stands where the checkpoint would.
        let found = files(reached, &events);
        let unknown = ("a".to_owned(), None);
        assert_eq!(found, vec![unknown; 4]);
    }
}
