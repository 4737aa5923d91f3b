//! Stored events in the form in which they are sent, sealed once for all viewers.

use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use leo_protocol::batch::{self, Place};

/// What an event costs in memory beside its text: the ids spliced in, and its handle.
const EVENT_OVERHEAD: usize = 192;

/// Consecutive events of one job, ready to be sent.
#[derive(Debug)]
pub(crate) struct Frame {
    place: Place,
    last: u64,
    /// The `events` frame. The body stands at its end, before the closing brace.
    whole: Utf8Bytes,
    body: usize,
    /// Each event as a frame of its own; made for the first viewer who wants them so.
    singles: OnceLock<Box<[Utf8Bytes]>>,
}

impl Frame {
    /// Seals the events from `place` to `last`. `body` is as it is stored.
    pub(super) fn new(place: Place, last: u64, body: &[u8]) -> Self {
        Self {
            place,
            last,
            whole: text(batch::events_frame(&place, body).into()),
            body: body.len(),
            singles: OnceLock::new(),
        }
    }

    /// The `seq` of the first event.
    pub(crate) const fn first(&self) -> u64 {
        self.place.first
    }

    /// The `seq` of the last event.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    /// Bytes that it takes in memory at most, whether its single events are sealed or not.
    pub(super) fn cost(&self) -> usize {
        let events = usize::try_from(self.last - self.place.first + 1).unwrap_or(usize::MAX);
        (2 * self.whole.len()).saturating_add(events.saturating_mul(EVENT_OVERHEAD))
    }

    /// The stored bytes.
    pub(super) fn body(&self) -> &[u8] {
        let end = self.whole.len().saturating_sub(1);
        &self.whole.as_bytes()[end.saturating_sub(self.body)..end]
    }

    fn singles(&self) -> &[Utf8Bytes] {
        self.singles
            .get_or_init(|| seal_singles(&self.place, self.body()))
    }
}

/// All of a [`Frame`], or its end, for a cursor that stands inside it.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    frame: Arc<Frame>,
    skip: u64,
}

impl Piece {
    /// What of `frame` begins at `next`.
    pub(super) fn from(frame: Arc<Frame>, next: u64) -> Self {
        let skip = next.saturating_sub(frame.first());
        Self { frame, skip }
    }

    /// The `seq` of the last event.
    pub(crate) fn last(&self) -> u64 {
        self.frame.last
    }

    /// About how many bytes go out for it.
    pub(crate) fn size(&self) -> usize {
        self.frame.whole.len()
    }

    /// As one `events` frame: the stored bytes.
    pub(crate) fn whole(&self) -> Utf8Bytes {
        if self.skip == 0 {
            return self.frame.whole.clone();
        }
        let mut place = self.frame.place;
        place.first += self.skip;
        let body = batch::trim(self.frame.body(), self.skip);
        text(batch::events_frame(&place, &body).into())
    }

    /// Event by event, each with its `seq`.
    pub(crate) fn singles(&self) -> impl Iterator<Item = (u64, &Utf8Bytes)> {
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
        let first = self.frame.place.first;
        (first..).zip(self.frame.singles()).skip(skip)
    }
}

/// All single events in one buffer, of which each is a slice.
fn seal_singles(place: &Place, body: &[u8]) -> Box<[Utf8Bytes]> {
    let mut buffer = Vec::with_capacity(body.len() * 2);
    let mut ends = Vec::new();
    for (_, event) in batch::event_frames(place, body, place.first - 1) {
        buffer.extend_from_slice(&event);
        ends.push(buffer.len());
    }
    buffer.shrink_to_fit();
    let buffer = Bytes::from(buffer);
    let begins = std::iter::once(0).chain(ends.iter().copied());
    begins
        .zip(&ends)
        .map(|(begin, end)| text(buffer.slice(begin..*end)))
        .collect()
}

/// Stored bytes as text. Leo writes nothing but UTF-8; should anything else ever stand there, the
/// viewer gets it with replacement characters and not nothing.
fn text(bytes: Bytes) -> Utf8Bytes {
    Utf8Bytes::try_from(bytes.clone())
        .unwrap_or_else(|_| Utf8Bytes::from(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::{EventKind, JobId, SessionId};

    fn frame(first: u64, count: u64) -> Arc<Frame> {
        let mut body = batch::BodyBuilder::new();
        for _ in 0..count {
            let message = "x".to_owned();
            body.push(chrono::Utc::now(), &EventKind::Info { message });
        }
        let place = Place {
            session_id: SessionId::generate(),
            job_id: Some(JobId::generate()),
            first,
        };
        Arc::new(Frame::new(place, first + count - 1, &body.finish()))
    }

    fn seqs(piece: &Piece) -> Vec<u64> {
        let frame: serde_json::Value = serde_json::from_str(&piece.whole()).unwrap();
        let first = frame["first"].as_u64().unwrap();
        let events = frame["events"].as_array().unwrap().len() as u64;
        let single: Vec<u64> = piece
            .singles()
            .map(|(seq, event)| {
                let event: serde_json::Value = serde_json::from_str(event).unwrap();
                assert_eq!(event["seq"], seq);
                seq
            })
            .collect();
        assert_eq!(single, (first..first + events).collect::<Vec<_>>());
        single
    }

    #[test]
    fn a_cursor_before_a_frame_gets_all_of_it() {
        assert_eq!(seqs(&Piece::from(frame(5, 3), 5)), [5, 6, 7]);
    }

    #[test]
    fn a_cursor_inside_a_frame_gets_its_end() {
        let frame = frame(5, 3);
        assert_eq!(seqs(&Piece::from(frame.clone(), 6)), [6, 7]);
        assert_eq!(seqs(&Piece::from(frame, 7)), [7]);
    }
}
