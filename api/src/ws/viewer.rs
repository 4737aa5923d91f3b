//! One joined session of a connection.

use std::collections::VecDeque;

use leo_protocol::SessionId;
use tokio::time::Instant;

use super::credit::Credit;
use super::outbox::Outbox;
use crate::stream::{Cursor, Piece, StreamError};

/// A cursor, and what its client may be sent.
#[derive(Debug)]
pub(super) struct Viewer {
    pub(super) session: SessionId,
    cursor: Cursor,
    batch: bool,
    credit: Credit,
    /// A burst that has been taken but not been sent to its end, because the client is behind.
    burst: VecDeque<Piece>,
    /// The last event of the burst's first piece that has been sent.
    sent: u64,
}

impl Viewer {
    pub(super) fn new(session: SessionId, cursor: Cursor, batch: bool) -> Self {
        Self {
            session,
            cursor,
            batch,
            credit: Credit::default(),
            burst: VecDeque::new(),
            sent: 0,
        }
    }

    /// Waits for events, unless some are still to be sent. Safe to cancel.
    ///
    /// # Errors
    /// When the stream cannot be followed any further.
    pub(super) async fn wait(&mut self) -> Result<(), StreamError> {
        if self.burst.is_empty() {
            self.burst = self.cursor.next().await?.into();
        }
        Ok(())
    }

    /// Whether the client has to acknowledge before anything goes out.
    pub(super) fn is_stalled(&self) -> bool {
        let next = self.burst.front().and_then(|piece| self.next_of(piece));
        next.is_some_and(|bytes| !self.credit.admits(bytes))
    }

    fn next_of(&self, piece: &Piece) -> Option<usize> {
        if self.batch {
            return Some(piece.whole().len());
        }
        let unsent = piece.singles().find(|(seq, _)| *seq > self.sent);
        unsent.map(|(_, event)| event.len())
    }

    /// The client has everything up to `seq`. Whether this is news.
    pub(super) fn acknowledge(&mut self, seq: u64) -> bool {
        self.credit.acknowledge(seq)
    }

    /// Puts as much of the burst into the outbox as the client may be sent.
    pub(super) fn show(&mut self, outbox: &mut Outbox, now: Instant) {
        while let Some(piece) = self.burst.front() {
            let all = if self.batch {
                show_whole(&mut self.credit, piece, outbox, now)
            } else {
                show_singles(&mut self.credit, &mut self.sent, piece, outbox, now)
            };
            if !all {
                return;
            }
            self.burst.pop_front();
        }
    }
}

fn show_whole(credit: &mut Credit, piece: &Piece, outbox: &mut Outbox, now: Instant) -> bool {
    let frame = piece.whole();
    if !credit.admits(frame.len()) || !outbox.has_window() {
        return false;
    }
    credit.note(piece.last(), frame.len());
    outbox.event(frame, now);
    true
}

fn show_singles(
    credit: &mut Credit,
    sent: &mut u64,
    piece: &Piece,
    outbox: &mut Outbox,
    now: Instant,
) -> bool {
    let before = *sent;
    for (seq, event) in piece.singles().filter(|(seq, _)| *seq > before) {
        if !credit.admits(event.len()) || !outbox.has_window() {
            return false;
        }
        credit.note(seq, event.len());
        outbox.event(event.clone(), now);
        *sent = seq;
    }
    true
}
