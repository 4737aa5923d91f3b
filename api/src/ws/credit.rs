//! What a client has not acknowledged yet.
//!
//! A browser reads its socket whether the page keeps up or not, so TCP alone does not slow the
//! server down. A client that acknowledges is sent no more than it can hold.

use std::collections::VecDeque;

/// Bytes that go out unacknowledged to a client that acknowledges.
const WINDOW: usize = 1 << 20;
/// Frames are counted together up to this many bytes, so that the list stays short.
const GRAIN: usize = 16 << 10;

/// Some frames.
#[derive(Debug)]
struct Sent {
    last: u64,
    bytes: usize,
}

/// The unacknowledged frames of one joined session.
#[derive(Debug, Default)]
pub(super) struct Credit {
    /// Whether the client has ever acknowledged.
    limited: bool,
    sent: VecDeque<Sent>,
    outstanding: usize,
    /// The last event that went out.
    latest: u64,
    /// The last event acknowledged.
    acknowledged: u64,
}

impl Credit {
    /// Whether a frame of `bytes` may go out. One always may, however large.
    pub(super) fn admits(&self, bytes: usize) -> bool {
        !self.limited || self.outstanding == 0 || self.outstanding + bytes <= WINDOW
    }

    /// A frame that ends with the event `last` goes out.
    pub(super) fn note(&mut self, last: u64, bytes: usize) {
        self.outstanding += bytes;
        self.latest = last;
        match self.sent.back_mut() {
            Some(latest) if latest.bytes + bytes <= GRAIN => {
                latest.bytes += bytes;
                latest.last = last;
            }
            _ => self.sent.push_back(Sent { last, bytes }),
        }
        // Without acknowledgements only what a first one could still be about is kept.
        while !self.limited && self.outstanding > WINDOW {
            self.forget_oldest();
        }
    }

    /// The client has everything up to `seq`. Whether this is news.
    pub(super) fn acknowledge(&mut self, seq: u64) -> bool {
        self.limited = true;
        let news = seq > self.acknowledged && seq <= self.latest;
        if news {
            self.acknowledged = seq;
        }
        while self.sent.front().is_some_and(|sent| sent.last <= seq) {
            self.forget_oldest();
        }
        news
    }

    fn forget_oldest(&mut self) {
        if let Some(sent) = self.sent.pop_front() {
            self.outstanding -= sent.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_acknowledges_is_not_limited_and_costs_little() {
        let mut credit = Credit::default();
        for seq in 1..=100_000 {
            assert!(credit.admits(200));
            credit.note(seq, 200);
        }
        assert!(credit.sent.len() <= WINDOW / GRAIN * 2 && credit.outstanding <= WINDOW);
    }

    #[test]
    fn who_acknowledges_gets_a_window() {
        let mut credit = Credit::default();
        credit.acknowledge(0);
        let mut seq = 0;
        while credit.admits(1000) {
            seq += 1;
            credit.note(seq, 1000);
        }
        assert_eq!(seq, 1048);
        credit.acknowledge(seq / 2);
        assert!(credit.admits(1000) && credit.outstanding > 0);
        assert!(credit.acknowledge(seq) && !credit.acknowledge(seq));
        assert!(!credit.acknowledge(seq + 1), "that was never sent");
        assert_eq!(credit.outstanding, 0);
    }

    #[test]
    fn what_went_out_before_the_first_acknowledgement_counts() {
        let mut credit = Credit::default();
        for seq in 1..=2000 {
            credit.note(seq, 1000);
        }
        credit.acknowledge(1);
        assert!(!credit.admits(100_000));
        credit.acknowledge(2000);
        assert!(credit.admits(100_000));
    }

    #[test]
    fn one_frame_always_goes_out() {
        let mut credit = Credit::default();
        credit.acknowledge(0);
        assert!(credit.admits(3 * WINDOW));
        credit.note(1, 3 * WINDOW);
        assert!(!credit.admits(1));
    }
}
