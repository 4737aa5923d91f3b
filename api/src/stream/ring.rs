//! The latest frames of a stream, contiguous, within a budget of memory.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{Frame, Piece};

/// Frames handed to a viewer at once.
pub(super) const BURST_FRAMES: usize = 32;
/// Bytes handed to a viewer at once, at least one frame.
pub(super) const BURST_BYTES: usize = 64 << 10;

/// Consecutive frames; the last one ends where the feed stands.
#[derive(Debug, Default)]
pub(super) struct Ring {
    frames: VecDeque<Arc<Frame>>,
    cost: usize,
}

impl Ring {
    /// Adds the frame that follows, and forgets the oldest ones beyond `budget` bytes. The latest
    /// frame always stays.
    pub(super) fn push(&mut self, frame: Arc<Frame>, budget: usize) {
        debug_assert!(
            cfg!(feature = "sabotage")
                || self
                    .frames
                    .back()
                    .is_none_or(|last| frame.first() == last.last() + 1)
        );
        self.cost += frame.cost();
        self.frames.push_back(frame);
        while self.cost > budget && self.frames.len() > 1 {
            let Some(oldest) = self.frames.pop_front() else {
                break;
            };
            self.cost -= oldest.cost();
        }
    }

    /// The oldest event that it holds.
    pub(super) fn first(&self) -> Option<u64> {
        self.frames.front().map(|oldest| oldest.first())
    }

    /// The frames that begin with the event `next`, a burst of them; none when the ring does not
    /// hold it.
    pub(super) fn burst(&self, next: u64) -> Vec<Piece> {
        if self.first().is_none_or(|first| next < first) {
            return Vec::new();
        }
        let at = self.frames.partition_point(|frame| frame.last() < next);
        burst(self.frames.iter().skip(at), next)
    }
}

/// The beginning of `frames` that may go out at once.
pub(super) fn burst<'a>(frames: impl Iterator<Item = &'a Arc<Frame>>, next: u64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut bytes = 0;
    for frame in frames.take(BURST_FRAMES) {
        let piece = Piece::from(Arc::clone(frame), next);
        bytes += piece.size();
        if bytes > BURST_BYTES && !pieces.is_empty() {
            break;
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::SessionId;
    use leo_protocol::batch::Place;

    fn frame(first: u64, last: u64, filler: usize) -> Arc<Frame> {
        let event = format!(r#"{{"type":"info","message":"{}"}}"#, "x".repeat(filler));
        let events = vec![event; usize::try_from(last - first + 1).unwrap()];
        let place = Place {
            session_id: SessionId::generate(),
            job_id: None,
            first,
        };
        let body = format!("[{}]", events.join(",\n"));
        Arc::new(Frame::new(place, last, body.as_bytes()))
    }

    fn lasts(pieces: &[Piece]) -> Vec<u64> {
        pieces.iter().map(Piece::last).collect()
    }

    #[test]
    fn a_burst_begins_where_the_cursor_stands() {
        let mut ring = Ring::default();
        for (first, last) in [(3, 4), (5, 7), (8, 8)] {
            ring.push(frame(first, last, 1), 1 << 20);
        }
        assert_eq!(lasts(&ring.burst(3)), [4, 7, 8]);
        assert_eq!(lasts(&ring.burst(6)), [7, 8]);
        assert_eq!(lasts(&ring.burst(8)), [8]);
        assert!(ring.burst(2).is_empty() && ring.burst(9).is_empty());
    }

    #[test]
    fn memory_is_bounded_and_the_latest_frame_stays() {
        let mut ring = Ring::default();
        for first in 1..=100 {
            ring.push(frame(first, first, 1000), 10_000);
        }
        assert!(ring.cost <= 10_000 && ring.frames.len() > 1);
        assert!(ring.burst(1).is_empty());
        ring.push(frame(101, 101, 20_000), 10_000);
        assert_eq!(lasts(&ring.burst(101)), [101]);
        assert_eq!(ring.frames.len(), 1);
    }

    #[test]
    fn a_burst_is_bounded_but_never_empty() {
        let mut ring = Ring::default();
        for first in 1..=50 {
            ring.push(frame(first, first, 1), 1 << 20);
        }
        assert_eq!(ring.burst(1).len(), BURST_FRAMES);
        ring.push(frame(51, 51, 2 * BURST_BYTES), 1 << 20);
        ring.push(frame(52, 52, 1), 1 << 20);
        assert_eq!(lasts(&ring.burst(51)), [51]);
    }
}
