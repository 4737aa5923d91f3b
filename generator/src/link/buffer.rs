//! Frames that the server does not have yet.

use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// With more bytes than this unacknowledged, the agent waits.
const LIMIT: usize = 4 << 20;

/// The buffer between the agent and the connection.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    state: Mutex<State>,
    /// Told when something was acknowledged or the server has refused.
    moved: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Not acknowledged yet, in order.
    frames: VecDeque<String>,
    /// Of the frames.
    bytes: usize,
    /// The number of the last frame that left the buffer at its front.
    acked: u64,
    /// The last frame that this connection has been given.
    sent: u64,
    /// Why nothing is taken any more.
    refused: Option<String>,
}

impl State {
    fn last(&self) -> u64 {
        self.acked + self.frames.len() as u64
    }

    fn check(&self) -> io::Result<()> {
        match &self.refused {
            Some(why) => Err(io::Error::other(why.clone())),
            None => Ok(()),
        }
    }

    fn acknowledge(&mut self, n: u64) {
        while self.acked < n {
            let Some(frame) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= frame.len();
            self.acked += 1;
        }
    }
}

impl Buffer {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a frame, with its number, to a JSON object. Waits for room.
    pub(super) fn push(&self, object: &str) -> io::Result<()> {
        let mut state = self.state();
        while state.bytes >= LIMIT && state.refused.is_none() {
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.check()?;
        let number = state.last() + 1;
        let frame = format!(r#"{{"n":{number},{}"#, &object[1..]);
        state.bytes += frame.len();
        state.frames.push_back(frame);
        Ok(())
    }

    /// Waits until nothing is left.
    pub(super) fn wait_until_acknowledged(&self, patience: Option<Duration>) -> io::Result<()> {
        let began = Instant::now();
        let mut state = self.state();
        while !state.frames.is_empty() {
            state.check()?;
            state = match patience.map(|patience| patience.saturating_sub(began.elapsed())) {
                None => self
                    .moved
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return Err(io::ErrorKind::TimedOut.into()),
                Some(left) => {
                    let waited = self.moved.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        Ok(())
    }

    /// A new connection, whose server has the frames up to `n`. `false` when it has more than there
    /// have been.
    pub(super) fn resume(&self, n: u64) -> bool {
        let mut state = self.state();
        state.acknowledge(n);
        state.sent = n;
        self.moved.notify_all();
        n <= state.last()
    }

    /// The server has the frames up to `n`.
    pub(super) fn acknowledge(&self, n: u64) {
        self.state().acknowledge(n);
        self.moved.notify_all();
    }

    /// The next frame that this connection has not been given.
    pub(super) fn next(&self) -> Option<String> {
        let mut state = self.state();
        let place = usize::try_from(state.sent.checked_sub(state.acked)?).ok()?;
        let frame = state.frames.get(place)?.clone();
        state.sent += 1;
        Some(frame)
    }

    /// The server takes nothing more of this run.
    pub(super) fn refuse(&self, why: String) {
        self.state().refused = Some(why);
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: usize) -> Buffer {
        let buffer = Buffer::default();
        (0..count).for_each(|_| buffer.push(r#"{"type":"x"}"#).unwrap());
        buffer
    }

    #[test]
    fn what_is_not_acknowledged_is_sent_again() {
        let buffer = filled(3);
        assert!(buffer.resume(0));
        assert_eq!(buffer.next().as_deref(), Some(r#"{"n":1,"type":"x"}"#));
        while buffer.next().is_some() {}
        buffer.acknowledge(1);
        assert!(buffer.resume(1));
        assert_eq!(buffer.next().as_deref(), Some(r#"{"n":2,"type":"x"}"#));
        assert!(buffer.resume(3));
        assert_eq!(buffer.next(), None);
        buffer.push(r#"{"type":"y"}"#).unwrap();
        assert_eq!(buffer.next().as_deref(), Some(r#"{"n":4,"type":"y"}"#));
        assert!(!buffer.resume(9), "more than there have been");
    }

    #[test]
    fn waiting_ends_with_the_last_acknowledgement_a_refusal_or_in_time() {
        let buffer = filled(2);
        let soon = Some(Duration::from_millis(1));
        let late = buffer.wait_until_acknowledged(soon).unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        buffer.acknowledge(2);
        buffer.wait_until_acknowledged(None).unwrap();
        buffer.push(r#"{"type":"x"}"#).unwrap();
        buffer.refuse("superseded".into());
        assert!(buffer.wait_until_acknowledged(None).is_err());
        assert!(buffer.push(r#"{"type":"x"}"#).is_err());
    }

    #[test]
    fn a_full_buffer_makes_the_agent_wait() {
        let buffer = filled(0);
        let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(LIMIT));
        buffer.push(&large).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| buffer.push(r#"{"type":"x"}"#));
            buffer.acknowledge(1);
            waiting.join().unwrap().unwrap();
        });
        assert_eq!(buffer.state().last(), 2);
    }
}
