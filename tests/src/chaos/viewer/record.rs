//! What a viewer has received: places and fingerprints, so that a long run fits into memory.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// An event's place and the fingerprint of all that it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) seq: u64,
    pub(crate) print: u64,
}

/// When an event arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) seq: u64,
    pub(crate) at: DateTime<Utc>,
    /// Since it had happened.
    pub(crate) late: Duration,
}

/// The transcript of a viewer.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The first wanted event is the one behind it; `None` until that is known.
    pub(crate) after: Option<u64>,
    pub(crate) seen: Vec<Seen>,
    /// Connections that were made.
    pub(crate) connections: u64,
    /// How often the server has said that the viewer is ahead of the stream.
    pub(crate) resets: u64,
    /// The event that took longest to arrive.
    pub(crate) worst: Option<Arrival>,
    /// Why the last connection ended.
    pub(crate) trouble: String,
}

impl Record {
    /// Where a new connection has to go on: behind the last event that came.
    pub(crate) fn cursor(&self) -> Option<u64> {
        self.seen.last().map(|seen| seen.seq).or(self.after)
    }

    /// Takes an event.
    pub(crate) fn take(&mut self, seq: u64, event: &Map<String, Value>) {
        self.seen.push(Seen {
            seq,
            print: fingerprint(event),
        });
        let happened = event.get("timestamp").and_then(Value::as_str);
        let happened = happened.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let at = Utc::now();
        let late = happened.and_then(|happened| (at - happened.to_utc()).to_std().ok());
        if let Some(late) = late
            && self.worst.is_none_or(|worst| late > worst.late)
        {
            self.worst = Some(Arrival { seq, at, late });
        }
    }
}

/// An event as every door has to show it, given as a batch holds it.
pub(crate) fn spliced(
    event: &Value,
    seq: u64,
    session: &Value,
    job: Option<&Value>,
) -> Map<String, Value> {
    let mut event = event.as_object().cloned().unwrap_or_default();
    event.insert("seq".to_owned(), seq.into());
    event.insert("sessionId".to_owned(), session.clone());
    if let Some(job) = job {
        event.insert("jobId".to_owned(), job.clone());
    }
    event
}

/// The same for the same fields with the same values, in whatever order.
pub(crate) fn fingerprint(event: &Map<String, Value>) -> u64 {
    let sorted: BTreeMap<_, _> = event.iter().collect();
    let mut hasher = DefaultHasher::new();
    for (name, value) in sorted {
        (name, value.to_string()).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fingerprint_is_of_all_that_an_event_says() {
        let event = json!({"type": "log", "log": {"line": "x"}});
        let full = spliced(&event, 3, &json!("s"), Some(&json!("j")));
        let same =
            json!({"seq": 3, "jobId": "j", "log": {"line": "x"}, "type": "log", "sessionId": "s"});
        assert_eq!(fingerprint(&full), fingerprint(same.as_object().unwrap()));
        for other in [
            spliced(&event, 4, &json!("s"), Some(&json!("j"))),
            spliced(&event, 3, &json!("s"), None),
            spliced(
                &json!({"type": "log", "log": {"line": "y"}}),
                3,
                &json!("s"),
                Some(&json!("j")),
            ),
        ] {
            assert_ne!(fingerprint(&full), fingerprint(&other));
        }
    }
}
