//! What the server sends, taken apart.
//!
//! Events come in batches (`events` frames) or one by one, as the server likes; both become single
//! events, as text with their place in it.

use std::borrow::Cow;

use leo_protocol::repl::ServerMessage;
use leo_protocol::{Event, JobId, SessionId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{StreamError, StreamEvent};

/// A frame of the server.
#[derive(Debug)]
pub(crate) enum Frame {
    /// Consecutive events of one session.
    Events {
        /// Which.
        session: SessionId,
        /// The place of the first.
        first: u64,
        /// Each as JSON with its place spliced in.
        events: Vec<String>,
    },
    /// Anything else that this version knows.
    Message(Box<ServerMessage>),
    /// A message of a newer version.
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    seq: Option<u64>,
    session_id: Option<SessionId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a> {
    session_id: SessionId,
    first: u64,
    #[serde(default)]
    job_id: Option<JobId>,
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// Reads a text frame.
pub(crate) fn parse(text: &str) -> Result<Frame, StreamError> {
    let head: Head<'_> = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    if head.kind == "events" {
        return batch(text);
    }
    Ok(match (head.seq, head.session_id) {
        (Some(first), Some(session)) => Frame::Events {
            session,
            first,
            events: vec![text.to_owned()],
        },
        _ => serde_json::from_str(text)
            .map_or(Frame::Unknown, |message| Frame::Message(Box::new(message))),
    })
}

fn batch(text: &str) -> Result<Frame, StreamError> {
    let batch: Batch<'_> = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    let events = (batch.first..)
        .zip(&batch.events)
        .map(|(seq, event)| splice(&batch, seq, event.get()))
        .collect();
    Ok(Frame::Events {
        session: batch.session_id,
        first: batch.first,
        events,
    })
}

/// An event of a batch as an event of its own: with its `seq` and the ids of the batch.
fn splice(batch: &Batch<'_>, seq: u64, event: &str) -> String {
    let session = batch.session_id;
    let job = batch
        .job_id
        .map(|job| format!(r#""jobId":"{job}","#))
        .unwrap_or_default();
    let rest = event.strip_prefix('{').unwrap_or(event);
    format!(r#"{{"seq":{seq},"sessionId":"{session}",{job}{rest}"#)
}

/// Parses an event that [`parse`] has taken out of its frame.
pub(crate) fn event(json: String) -> Result<StreamEvent, StreamError> {
    let object = serde_json::from_str(&json).map_err(|error| wrong(&error))?;
    let event = Event::from_object(object).map_err(|error| wrong(&error))?;
    // A server that spreads its frames over lines must not break the one line that an event is.
    let json = if json.contains('\n') {
        serde_json::Value::Object(event.raw.clone()).to_string()
    } else {
        json
    };
    Ok(StreamEvent { event, json })
}

fn wrong(error: &dyn std::fmt::Display) -> StreamError {
    StreamError::Protocol(error.to_string())
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use leo_protocol::EventKind;
    use leo_protocol::batch::{BodyBuilder, Place, event_frames, events_frame};

    use super::*;

    fn sample() -> (Place, Vec<u8>) {
        let mut body = BodyBuilder::new();
        for message in ["one", "two ],["] {
            let message = message.to_owned();
            body.push(Utc::now(), &EventKind::Info { message });
        }
        let place = Place {
            session_id: SessionId::generate(),
            job_id: Some(JobId::generate()),
            first: 7,
        };
        (place, body.finish())
    }

    #[test]
    fn a_batch_and_single_events_read_the_same() {
        let (place, body) = sample();
        let text = String::from_utf8(events_frame(&place, &body)).unwrap();
        let Frame::Events { first, events, .. } = parse(&text).unwrap() else {
            panic!("no events in {text}");
        };
        assert_eq!((first, events.len()), (7, 2));
        let second = event(events[1].clone()).unwrap();
        assert_eq!((second.event.seq, second.event.job_id), (8, place.job_id));

        for ((seq, single), spliced) in event_frames(&place, &body, 0).zip(&events) {
            let single = String::from_utf8(single).unwrap();
            assert_eq!(&single, spliced);
            assert!(matches!(parse(&single), Ok(Frame::Events { first, .. }) if first == seq));
        }
    }

    #[test]
    fn messages_of_tomorrow_are_passed_over_and_rubbish_is_not() {
        let tomorrow = parse(r#"{"type":"of_tomorrow"}"#);
        assert!(matches!(tomorrow, Ok(Frame::Unknown)));
        for rubbish in ["hello", "[]", r#"{"type":"events","first":1}"#] {
            assert!(parse(rubbish).is_err(), "{rubbish}");
        }
    }
}
