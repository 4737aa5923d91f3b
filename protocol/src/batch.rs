//! Consecutive events of one job, encoded once.
//!
//! A batch's *body* is a JSON array with one event per line, `[{…},\n{…}]`, without `seq` and
//! without the ids that stand once per batch, so that it can be encoded before its place in the
//! stream is known. The same bytes are stored, published and sent. JSON holds no raw newline, so
//! splitting a body needs no parser.
//!
//! [`events_frame`] and [`event_frames`] wrap a stored body for clients: as one `events` frame, or
//! as single events with their place spliced in.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::event::EventKind;
use crate::ids::{JobId, SessionId};

/// Collects events into a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyBuilder {
    text: Vec<u8>,
    count: u32,
}

impl BodyBuilder {
    /// An empty body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an event that happened at `at`.
    pub fn push(&mut self, at: DateTime<Utc>, kind: &EventKind) {
        self.separate();
        encode_event(at, kind, &mut self.text);
        self.count += 1;
    }

    /// Moves all events of another one here; it is empty then.
    pub fn append(&mut self, other: &mut Self) {
        // Behind the bracket that every one with events begins with.
        if let Some(lines) = other.text.get(1..) {
            self.separate();
            self.text.extend_from_slice(lines);
            self.count += other.count;
        }
        other.text.clear();
        other.count = 0;
    }

    fn separate(&mut self) {
        let separator: &[u8] = if self.count == 0 { b"[" } else { b",\n" };
        self.text.extend_from_slice(separator);
    }

    /// How many events are in it.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Bytes so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was pushed yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The finished body. An empty one is `[]`.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if self.count == 0 {
            self.text.push(b'[');
        }
        self.text.push(b']');
        self.text
    }
}

/// Writes one event as a line of a body: `{"timestamp":…,"type":…,…}`.
fn encode_event(at: DateTime<Utc>, kind: &EventKind, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"timestamp":""#);
    out.extend_from_slice(timestamp(at).as_bytes());
    out.push(b'"');
    let rest = out.len();
    // Serialisation of these plain enums cannot fail: no map with other keys than strings, no
    // failing `Serialize`. Should that ever change, the event says so instead of being lost.
    if let Err(error) = serde_json::to_writer(&mut *out, kind) {
        out.truncate(rest);
        let said =
            format!(r#"{{"type":"info","message":"an event could not be encoded: {error}"}}"#);
        out.extend_from_slice(said.as_bytes());
    }
    // The rest is an object of its own: its brace becomes the comma behind the timestamp.
    out[rest] = b',';
}

/// A timestamp as every wire has it: RFC 3339, UTC, milliseconds.
#[must_use]
pub fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A body of exactly one event.
#[must_use]
pub fn body_of(at: DateTime<Utc>, kind: &EventKind) -> Vec<u8> {
    let mut body = BodyBuilder::new();
    body.push(at, kind);
    body.finish()
}

/// The lines of a body, one event each, without the array's brackets and commas.
///
/// Total: of bytes that are no body it gives something, and never panics.
pub fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let inner = body.strip_prefix(b"[").unwrap_or(body);
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    inner
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b",").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

/// A body without its first `skip` events, for a reader whose cursor lies inside the batch.
#[must_use]
pub fn trim(body: &[u8], skip: u64) -> Vec<u8> {
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(body.len());
    for line in lines(body).skip(skip) {
        out.extend_from_slice(if out.is_empty() { b"[" } else { b",\n" });
        out.extend_from_slice(line);
    }
    if out.is_empty() {
        out.push(b'[');
    }
    out.push(b']');
    out
}

/// The place of a batch in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The session.
    pub session_id: SessionId,
    /// The job, unless the events belong to the session as a whole.
    pub job_id: Option<JobId>,
    /// The `seq` of the first event.
    pub first: u64,
}

/// The whole batch as one `events` frame; the body goes in as it is.
#[must_use]
pub fn events_frame(place: &Place, body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        r#"{{"type":"events","sessionId":"{}","first":{},"#,
        place.session_id, place.first
    );
    if let Some(job) = place.job_id {
        // Writing to a String cannot fail.
        let _ = write!(head, r#""jobId":"{job}","#);
    }
    head.push_str(r#""events":"#);
    let mut frame = head.into_bytes();
    frame.reserve(body.len() + 1);
    frame.extend_from_slice(body);
    frame.push(b'}');
    frame
}

/// Each event of the batch as a frame of its own, with its `seq`, from `after + 1` on.
pub fn event_frames<'a>(
    place: &'a Place,
    body: &'a [u8],
    after: u64,
) -> impl Iterator<Item = (u64, Vec<u8>)> + 'a {
    (place.first..)
        .zip(lines(body))
        .filter(move |(seq, _)| *seq > after)
        .map(|(seq, line)| {
            let mut head = format!(r#"{{"seq":{seq},"sessionId":"{}","#, place.session_id);
            if let Some(job) = place.job_id {
                let _ = write!(head, r#""jobId":"{job}","#);
            }
            let mut frame = head.into_bytes();
            frame.extend_from_slice(line.strip_prefix(b"{").unwrap_or(line));
            (seq, frame)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn sample(count: u32) -> Vec<u8> {
        let mut body = BodyBuilder::new();
        for n in 0..count {
            let message = format!("line {n}\nwith a newline, and ],[");
            body.push(Utc::now(), &EventKind::Info { message });
        }
        body.finish()
    }

    fn place(first: u64) -> Place {
        Place {
            session_id: SessionId::generate(),
            job_id: Some(JobId::generate()),
            first,
        }
    }

    #[test]
    fn a_body_is_json_with_one_event_a_line() {
        let body = sample(3);
        let parsed: Vec<EventKind> = serde_json::from_slice(&body).unwrap();
        assert_eq!(parsed.len(), 3);
        assert_eq!(lines(&body).count(), 3);
    }

    #[test]
    fn bodies_are_appended_to_each_other() {
        let mut all = BodyBuilder::new();
        let mut part = BodyBuilder::new();
        for _ in 0..2 {
            all.append(&mut part);
            part.push(Utc::now(), &EventKind::DepsInstalled {});
            part.push(Utc::now(), &EventKind::FilesWritten { count: 1 });
            all.append(&mut part);
            assert_eq!(part, BodyBuilder::new());
        }
        assert_eq!(all.count(), 4);
        let body = all.finish();
        let parsed: Vec<EventKind> = serde_json::from_slice(&body).unwrap();
        assert_eq!((parsed.len(), lines(&body).count()), (4, 4));
    }

    #[test]
    fn an_empty_body_is_an_empty_array() {
        assert_eq!(BodyBuilder::new().finish(), b"[]");
        assert_eq!(lines(b"[]").count(), 0);
    }

    #[test]
    fn single_frames_carry_their_place() {
        let place = place(10);
        let body = sample(3);
        let frames: Vec<_> = event_frames(&place, &body, 10).collect();
        assert_eq!(
            frames.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
            [11, 12]
        );
        let event = Event::from_object(serde_json::from_slice(&frames[0].1).unwrap()).unwrap();
        assert_eq!(
            (event.seq, event.session_id, event.job_id),
            (11, place.session_id, place.job_id)
        );
        assert!(
            matches!(event.kind, Some(EventKind::Info { message }) if message.starts_with("line 1"))
        );
    }

    #[test]
    fn an_events_frame_holds_the_body_as_it_is() {
        let body = sample(2);
        let frame = events_frame(&place(5), &body);
        let value: serde_json::Value = serde_json::from_slice(&frame).unwrap();
        assert_eq!(
            (
                value["first"].as_u64(),
                value["events"].as_array().unwrap().len()
            ),
            (Some(5), 2)
        );
        assert!(frame.windows(body.len()).any(|window| window == body));
    }

    #[test]
    fn trimming_keeps_the_rest() {
        let body = sample(3);
        let trimmed = trim(&body, 2);
        assert_eq!(lines(&trimmed).next(), lines(&body).nth(2));
        assert_eq!(trim(&body, 9), b"[]");
    }
}
