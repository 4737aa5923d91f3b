//! How archived events are written down, format 1.
//!
//! NDJSON. The first line tells what the object is:
//! `{"archive":{"format":1,"sessionId":"…","first":1}}`. Then, for each batch, a line
//! `{"batch":{"first":1,"last":2,"jobId":"…","source":1,"at":"…"}}` and its events, one a line, byte
//! for byte as they were stored, without `seq` and ids, as in a batch's body. So a body comes back
//! as it was, and an event's `seq` is `first` plus its place behind that line.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use leo_protocol::batch::{Place, lines, trim};
use leo_protocol::{JobId, SessionId};
use serde::{Deserialize, Serialize};

use crate::store::archiving::StoredBatch;
use crate::store::events::Batch;

/// The number of this format.
pub(super) const FORMAT: i16 = 1;

#[derive(Serialize)]
struct Opening {
    archive: Archive,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Archive {
    format: i16,
    session_id: SessionId,
    first: u64,
}

#[derive(Serialize, Deserialize)]
struct Heading {
    batch: Of,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    first: u64,
    last: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
    source: i16,
    at: DateTime<Utc>,
}

/// The object's first line.
pub(super) fn opening(session: SessionId, first: u64) -> Vec<u8> {
    let archive = Archive {
        format: FORMAT,
        session_id: session,
        first,
    };
    line_of(&Opening { archive })
}

/// Adds a batch to a block. `None`, and nothing is added, when its body is none that would come
/// back as it is.
pub(super) fn encode(block: &mut Vec<u8>, batch: &StoredBatch) -> Option<()> {
    let count = lines(&batch.body).count() as u64;
    let expected = (batch.last + 1).checked_sub(batch.first)?;
    if count != expected || count == 0 || trim(&batch.body, 0) != batch.body {
        return None;
    }
    block.extend(line_of(&Heading {
        batch: Of {
            first: batch.first,
            last: batch.last,
            job_id: batch.job,
            source: batch.source,
            at: batch.at,
        },
    }));
    for line in lines(&batch.body) {
        block.extend_from_slice(line);
        block.push(b'\n');
    }
    Some(())
}

/// The batches of a block; `None` when it is none.
pub(super) fn decode(session: SessionId, block: &Bytes) -> Option<Vec<Batch>> {
    let mut batches = Vec::new();
    let mut rest = block.strip_suffix(b"\n")?.split(|byte| *byte == b'\n');
    while let Some(line) = rest.next() {
        let of = serde_json::from_slice::<Heading>(line).ok()?.batch;
        let mut body = Vec::new();
        for _ in of.first..=of.last {
            body.extend_from_slice(if body.is_empty() { b"[" } else { b",\n" });
            body.extend_from_slice(rest.next()?);
        }
        body.push(b']');
        batches.push(Batch {
            place: Place {
                session_id: session,
                job_id: of.job_id,
                first: of.first,
            },
            last: of.last,
            body: body.into(),
        });
    }
    Some(batches)
}

fn line_of(value: &impl Serialize) -> Vec<u8> {
    // Plain structs with strings for keys: this cannot fail.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(first: u64, last: u64, body: &'static str) -> StoredBatch {
        StoredBatch {
            first,
            last,
            job: (first > 1).then(JobId::generate),
            source: 1,
            at: Utc::now(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn bodies_come_back_as_they_were() {
        let session = SessionId::generate();
        let stored = [
            batch(1, 1, r#"[{"batch":{"first":7},"n":"ü\n\" ,"}]"#),
            batch(2, 4, "[{},\n{\"a\":[1,\r2]},\n{\"b\":\",\"}]"),
        ];
        let mut block = Vec::new();
        for batch in &stored {
            encode(&mut block, batch).unwrap();
        }
        let decoded = decode(session, &block.into()).unwrap();
        assert_eq!(decoded.len(), 2);
        for (before, after) in stored.iter().zip(decoded) {
            assert_eq!(before.body, after.body);
            assert_eq!((before.first, before.last), (after.place.first, after.last));
            assert_eq!(before.job, after.place.job_id);
            assert_eq!(after.place.session_id, session);
        }
    }

    #[test]
    fn every_line_is_json() {
        let mut text = opening(SessionId::generate(), 1);
        encode(&mut text, &batch(1, 2, "[{\"a\":1},\n{}]")).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), 4);
        for line in text.lines() {
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).unwrap();
        }
    }

    #[test]
    fn a_body_that_would_change_is_refused() {
        for (last, body) in [
            (2, "[{}]"),
            (1, "[{}, {}"),
            (1, "[\n{}]"),
            (1, "{}"),
            (0, "[]"),
        ] {
            let mut block = Vec::new();
            assert!(
                encode(&mut block, &batch(1, last, body)).is_none(),
                "{body}"
            );
            assert!(block.is_empty());
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let session = SessionId::generate();
        let mut block = Vec::new();
        encode(&mut block, &batch(1, 2, "[{\"a\":1},\n{}]")).unwrap();
        for end in 0..block.len() {
            assert!(
                decode(session, &Bytes::copy_from_slice(&block[..end])).is_none(),
                "{end}"
            );
        }
    }
}
