//! Batches become frames: short neighbours together, long ones in pieces.
//!
//! A frame costs whoever sends it, for each viewer; its length hardly matters. So consecutive
//! batches of one job go out as one frame, up to a size that bounds what a connection has to
//! buffer. Their bodies are joined at their brackets; nothing is parsed.

use std::sync::Arc;

use leo_common::store::events::Batch;
use leo_protocol::batch::{self, Place};

use super::frame::Frame;

/// Bytes of a frame's body at most, unless a single event is longer. A connection keeps a buffer
/// as large as the largest frame it was ever sent; beyond this size larger frames save nothing
/// that could be measured.
const MAX_BODY: usize = 16 << 10;

/// The frame that still grows.
#[derive(Debug, Default)]
pub(super) struct Sealer {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    place: Place,
    last: u64,
    body: Vec<u8>,
}

impl Sealer {
    /// Takes the batch that follows; calls `done` with each frame that is complete.
    pub(super) fn push(&mut self, batch: &Batch, mut done: impl FnMut(Arc<Frame>)) {
        if let Some(open) = &mut self.open
            && open.admits(batch)
        {
            return open.join(batch);
        }
        self.finish(&mut done);
        if batch.body.len() > MAX_BODY {
            cut(batch, done);
        } else {
            self.open = Some(Open {
                place: batch.place,
                last: batch.last,
                body: batch.body.to_vec(),
            });
        }
    }

    /// Ends the frame that still grows, if there is one.
    pub(super) fn finish(&mut self, done: impl FnOnce(Arc<Frame>)) {
        if let Some(open) = self.open.take() {
            done(Arc::new(Frame::new(open.place, open.last, &open.body)));
        }
    }
}

impl Open {
    /// Whether a batch continues this frame.
    fn admits(&self, batch: &Batch) -> bool {
        let (here, there) = (&self.place, &batch.place);
        here.session_id == there.session_id
            && here.job_id == there.job_id
            && self.last.checked_add(1) == Some(there.first)
            && self.body.len() + batch.body.len() <= MAX_BODY
            && self.body.ends_with(b"}]")
            && batch.body.starts_with(b"[{")
    }

    /// `[a]` and `[b]` become `[a,\nb]`.
    fn join(&mut self, batch: &Batch) {
        self.body.pop();
        self.body.extend_from_slice(b",\n");
        self.body.extend_from_slice(&batch.body[1..]);
        self.last = batch.last;
    }
}

/// All of some consecutive batches.
pub(super) fn seal(batches: &[Batch]) -> Vec<Arc<Frame>> {
    let mut frames = Vec::new();
    let mut sealer = Sealer::default();
    for batch in batches {
        sealer.push(batch, |frame| frames.push(frame));
    }
    sealer.finish(|frame| frames.push(frame));
    frames
}

/// A long batch in pieces, cut between its events.
fn cut(batch: &Batch, mut done: impl FnMut(Arc<Frame>)) {
    let mut place = batch.place;
    let mut body = Vec::with_capacity(MAX_BODY);
    for (seq, line) in (place.first..).zip(batch::lines(&batch.body)) {
        if body.len() + line.len() > MAX_BODY && seq > place.first {
            body.push(b']');
            done(Arc::new(Frame::new(place, seq - 1, &body)));
            place.first = seq;
            body.clear();
        }
        body.extend_from_slice(if body.is_empty() { b"[" } else { b",\n" });
        body.extend_from_slice(line);
    }
    body.push(b']');
    done(Arc::new(Frame::new(place, batch.last, &body)));
}

#[cfg(test)]
mod tests {
    use super::super::frame::Piece;
    use super::*;
    use leo_protocol::{JobId, SessionId};

    fn place(first: u64) -> Place {
        Place {
            session_id: SessionId::generate(),
            job_id: Some(JobId::generate()),
            first,
        }
    }

    /// `count` events with a filler of so many bytes.
    fn batch(place: Place, count: u64, filler: usize) -> Batch {
        let filler = "x".repeat(filler);
        let events = (place.first..place.first + count)
            .map(|seq| format!(r#"{{"type":"info","message":"{seq} {filler}"}}"#));
        Batch {
            place,
            last: place.first + count - 1,
            body: format!("[{}]", events.collect::<Vec<_>>().join(",\n")).into(),
        }
    }

    /// What follows `batch` in its job.
    fn after(batch: &Batch, count: u64, filler: usize) -> Batch {
        let first = batch.last + 1;
        self::batch(
            Place {
                first,
                ..batch.place
            },
            count,
            filler,
        )
    }

    /// First and last event of each frame; the frames hold exactly those, each with its number.
    fn spans(frames: &[Arc<Frame>]) -> Vec<(u64, u64)> {
        let check = |frame: &Arc<Frame>| {
            let piece = Piece::from(Arc::clone(frame), 0);
            let whole: serde_json::Value = serde_json::from_str(&piece.whole()).unwrap();
            assert_eq!(whole["first"], frame.first());
            let events = whole["events"].as_array().unwrap();
            for (seq, event) in (frame.first()..=frame.last()).zip(events) {
                let message = event["message"].as_str().unwrap();
                assert!(
                    message.starts_with(&format!("{seq} ")),
                    "{seq}: {message:.40}"
                );
            }
            assert_eq!(events.len(), piece.singles().count());
            (frame.first(), frame.last())
        };
        frames.iter().map(check).collect()
    }

    #[test]
    fn one_short_batch_is_one_frame_with_the_stored_bytes() {
        let batch = batch(place(5), 3, 10);
        let frames = seal(std::slice::from_ref(&batch));
        assert_eq!(spans(&frames), [(5, 7)]);
        assert_eq!(frames[0].body(), batch.body);
    }

    #[test]
    fn neighbours_of_one_job_are_one_frame() {
        let one = batch(place(5), 3, 10);
        let (two, whole) = (after(&one, 2, 10), batch(one.place, 5, 10));
        let frames = seal(&[one, two]);
        assert_eq!(spans(&frames), [(5, 9)]);
        assert_eq!(
            frames[0].body(),
            whole.body,
            "as if they had been one batch"
        );
    }

    #[test]
    fn nothing_else_is_joined() {
        let one = batch(place(1), 2, 10);
        let mut other_job = after(&one, 1, 10);
        other_job.place.job_id = None;
        let back = batch(
            Place {
                first: 4,
                ..one.place
            },
            1,
            10,
        );
        let behind_a_hole = batch(
            Place {
                first: 6,
                ..one.place
            },
            1,
            10,
        );
        let frames = seal(&[one, other_job, back, behind_a_hole]);
        assert_eq!(spans(&frames), [(1, 2), (3, 3), (4, 4), (6, 6)]);
    }

    #[test]
    fn what_is_no_body_is_not_joined_to_one() {
        let one = batch(place(1), 1, 10);
        let mut odd = after(&one, 1, 10);
        odd.body = "?".into();
        let next = after(&odd, 1, 10);
        let frames = seal(&[one.clone(), odd, next.clone()]);
        let bodies: Vec<_> = frames.iter().map(|frame| frame.body()).collect();
        assert_eq!(bodies, [&one.body[..], b"?", &next.body]);
    }

    #[test]
    fn a_frame_has_a_size() {
        let mut batches = vec![batch(place(1), 1, 1000)];
        for _ in 1..100 {
            batches.push(after(&batches[batches.len() - 1], 1, 1000));
        }
        let frames = seal(&batches);
        let spans = spans(&frames);
        assert!((6..10).contains(&spans.len()), "{spans:?}");
        assert!(frames.iter().all(|frame| frame.body().len() <= MAX_BODY));
        assert!(spans.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
        assert_eq!((spans[0].0, spans[spans.len() - 1].1), (1, 100));
    }

    #[test]
    fn a_long_batch_is_cut_between_events() {
        let short = batch(place(1), 1, 10);
        let long = after(&short, 100, 3000);
        let next = after(&long, 1, 10);
        let frames = seal(&[short, long, next]);
        let spans = spans(&frames);
        assert!(spans.len() > 10 && spans[0] == (1, 1), "{spans:?}");
        assert!(
            frames
                .iter()
                .all(|frame| frame.body().len() <= MAX_BODY + 4)
        );
        assert!(spans.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
        assert_eq!(spans[spans.len() - 1], (102, 102));
    }

    #[test]
    fn a_long_event_stays_whole() {
        let frames = seal(&[batch(place(1), 3, 100_000)]);
        assert_eq!(spans(&frames), [(1, 1), (2, 2), (3, 3)]);
    }
}
