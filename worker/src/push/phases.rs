//! The phases of a generation, with their files as its events tell them.
//!
//! A phase ends with a checkpoint. Its files are those that the generation began with and those that
//! were written since, so a tree can be made of each, as long as the bytes of every file are known:
//! from the event itself, where they are what its size and hash say, or by the hash from a stored
//! version of the app. Where they are not, the phases cannot be told apart ([`Phases::unknown`]).
//! Events are a generator's words: paths that no workspace can hold are passed over.

use std::collections::{BTreeMap, HashMap};

use chrono::DateTime;
use git2::Oid;
use leo_common::hex::hex;
use leo_protocol::event::Phase;
use leo_protocol::{EventKind, JobId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::message;
use super::objects::{Entry, Files, Objects};
use crate::job::past::{attempt_begun, event};
use crate::orchestrator::plain_path;

/// How the events that matter stand in a stored batch.
const WRITTEN: &str = r#""type":"file_end""#;
const DESIGNED: &str = r#""type":"phase_designed""#;
const CHECKPOINT: &str = r#""type":"checkpoint""#;
const COMPLETE: &str = r#""type":"generation_complete""#;

/// A phase that has ended.
#[derive(Debug)]
pub(super) struct Done {
    /// In which attempt of the job, and which phase of it.
    place: (u32, Option<u64>),
    /// The app at its end.
    pub(super) tree: Oid,
    /// When that was, in seconds of the Unix clock.
    pub(super) time: i64,
    /// What it was.
    pub(super) message: String,
}

impl Done {
    /// Something that is no phase.
    pub(super) fn other(tree: Oid, time: i64, message: String) -> Self {
        let place = (0, None);
        Self {
            place,
            tree,
            time,
            message,
        }
    }
}

/// Reads phases from events.
pub(super) struct Phases<'a> {
    objects: &'a Objects,
    /// Blobs of stored versions, by their SHA-256.
    known: &'a HashMap<String, Oid>,
    /// The app at the end of all, which knows what may be executed.
    last: &'a Files,
    job: JobId,
    /// The app so far. No entry: its bytes are not known.
    files: BTreeMap<String, Option<Entry>>,
    designed: Option<Phase>,
    attempt: u32,
    /// The phases so far.
    pub(super) done: Vec<Done>,
    /// A file whose bytes at the end of a phase are not known.
    pub(super) unknown: Option<String>,
    /// When the last phase, or the generation, had ended.
    pub(super) time: Option<i64>,
}

impl<'a> Phases<'a> {
    /// Those of a generation that began with these files and has led to `last`.
    pub(super) fn new(
        objects: &'a Objects,
        known: &'a HashMap<String, Oid>,
        begun: &Files,
        last: &'a Files,
        job: JobId,
    ) -> Self {
        let files = begun.iter();
        Self {
            objects,
            known,
            last,
            job,
            files: files
                .map(|(path, entry)| (path.clone(), Some(*entry)))
                .collect(),
            designed: None,
            attempt: 0,
            done: Vec::new(),
            unknown: None,
            time: None,
        }
    }

    /// Reads the job's next event.
    pub(super) fn take(&mut self, line: &[u8]) -> anyhow::Result<()> {
        if let Some(written) = event(line, WRITTEN) {
            return self.written(written);
        }
        if let Some(begun) = attempt_begun(line) {
            self.attempt = begun;
            return Ok(());
        }
        if let Some(designed) = event(line, DESIGNED) {
            if let Ok(EventKind::PhaseDesigned { phase }) = serde_json::from_value(designed) {
                self.designed = Some(phase);
            }
        } else if let Some(checkpoint) = event(line, CHECKPOINT) {
            return self.ended(&checkpoint);
        } else if let Some(complete) = event(line, COMPLETE) {
            self.time = seconds(&complete).or(self.time);
        }
        Ok(())
    }

    fn written(&mut self, written: Value) -> anyhow::Result<()> {
        let Ok(EventKind::FileEnd {
            path,
            size,
            sha256,
            content,
            ..
        }) = serde_json::from_value(written)
        else {
            return Ok(());
        };
        if plain_path(path.as_bytes()).is_err() || path.ends_with('/') {
            return Ok(());
        }
        let is_it = |text: &String| text.len() as u64 == size && hash(text) == sha256;
        let blob = match (self.known.get(&sha256), content.filter(is_it)) {
            (Some(blob), _) => Some(*blob),
            (None, Some(text)) => Some(self.objects.blob(text.as_bytes())?),
            (None, None) => None,
        };
        let executable = self.last.get(&path).is_some_and(|last| last.executable);
        self.make_room(&path);
        let entry = blob.map(|blob| Entry { blob, executable });
        self.files.insert(path, entry);
        Ok(())
    }

    /// Where a file stands no folder does, and the other way round.
    fn make_room(&mut self, path: &str) {
        for (end, _) in path.match_indices('/') {
            self.files.remove(&path[..end]);
        }
        let inside = format!("{path}/");
        let first = self.files.range(inside.clone()..).next();
        if first.is_some_and(|(found, _)| found.starts_with(&inside)) {
            self.files.retain(|found, _| !found.starts_with(&inside));
        }
    }

    fn ended(&mut self, checkpoint: &Value) -> anyhow::Result<()> {
        let time = seconds(checkpoint).or(self.time).unwrap_or(0);
        self.time = Some(time);
        let number = checkpoint.get("phase").and_then(Value::as_u64);
        let phase = self.designed.take();
        let mut files = Files::new();
        for (path, entry) in &self.files {
            match entry {
                Some(entry) => drop(files.insert(path.clone(), *entry)),
                None => self.unknown = Some(path.clone()),
            }
        }
        // What an earlier attempt had done, this one has done again.
        let attempt = self.attempt;
        self.done
            .retain(|before| before.place.0 == attempt || before.place.1 < number);
        self.done.push(Done {
            place: (attempt, number),
            tree: self.objects.tree(&files)?.id,
            time,
            message: message::of_phase(number, phase.as_ref(), self.job),
        });
        Ok(())
    }
}

fn seconds(event: &Value) -> Option<i64> {
    let time = event.get("timestamp")?.as_str()?;
    Some(DateTime::parse_from_rfc3339(time).ok()?.timestamp())
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Ground {
        _folder: tempfile::TempDir,
        objects: Objects,
    }

    fn ground() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::new(&folder.path().join("git")).unwrap();
        Ground {
            _folder: folder,
            objects,
        }
    }

    fn written(path: &str, text: &str) -> Value {
        json!({"type": "file_end", "path": path, "size": text.len(), "sha256": hash(text), "content": text})
    }

    fn checkpoint(phase: u32, second: u32) -> Value {
        let time = format!("2026-01-01T00:00:{second:02}Z");
        json!({"timestamp": time, "type": "checkpoint", "phase": phase, "state": {"type": "x"}})
    }

    fn designed(name: &str) -> Value {
        json!({"type": "phase_designed", "phase": {"name": name, "description": "d", "files": [], "isLastPhase": false}})
    }

    fn tree(objects: &Objects, list: &[(&str, &str)]) -> Oid {
        let entry = |text: &str| Entry {
            blob: objects.blob(text.as_bytes()).unwrap(),
            executable: false,
        };
        let list = list.iter();
        let files = list.map(|(path, text)| ((*path).to_owned(), entry(text)));
        objects.tree(&files.collect()).unwrap().id
    }

    #[test]
    fn each_phase_has_the_files_of_its_end() {
        let ground = ground();
        let (known, last) = (HashMap::new(), Files::new());
        let begun = Files::from([(
            "old".to_owned(),
            Entry {
                blob: ground.objects.blob(b"0").unwrap(),
                executable: false,
            },
        )]);
        let job = JobId::generate();
        let mut phases = Phases::new(&ground.objects, &known, &begun, &last, job);
        let events = [
            designed("First"),
            written("a", "1"),
            written("../out", "x"),
            checkpoint(1, 5),
            designed("Second"),
            written("a/b", "2"),
            written("old", "3"),
            checkpoint(2, 9),
            written("late", "x"),
        ];
        for event in &events {
            phases.take(event.to_string().as_bytes()).unwrap();
        }
        assert_eq!(phases.unknown, None);
        let [first, second] = &phases.done[..] else {
            panic!("{:?}", phases.done)
        };
        assert!(first.message.starts_with("First\n"), "{}", first.message);
        assert_eq!(second.time - first.time, 4);
        assert_eq!(
            first.tree,
            tree(&ground.objects, &[("a", "1"), ("old", "0")])
        );
        let wanted = [("a/b", "2"), ("old", "3")];
        assert_eq!(second.tree, tree(&ground.objects, &wanted));
    }

    #[test]
    fn a_file_is_known_by_its_text_or_by_its_hash() {
        let ground = ground();
        let blob = ground.objects.blob(b"large").unwrap();
        let known = HashMap::from([(hash("large"), blob)]);
        let (begun, last) = (Files::new(), Files::new());
        let read = |text: &str, with: Value| {
            let mut file = written("a", text);
            file["content"] = with;
            let job = JobId::generate();
            let mut phases = Phases::new(&ground.objects, &known, &begun, &last, job);
            for event in [file, checkpoint(1, 1)] {
                phases.take(event.to_string().as_bytes()).unwrap();
            }
            phases.unknown
        };
        assert_eq!(read("large", Value::Null), None);
        assert_eq!(read("text", json!("text")), None);
        assert_eq!(read("text", json!("***t")).as_deref(), Some("a"));
        assert_eq!(read("text", Value::Null).as_deref(), Some("a"));
    }
}
