//! How the process learns that it has to end.
//!
//! A thread of its own receives SIGTERM and SIGINT; the agent sees them in each [`Stop::wait`] and
//! unwinds, so that no file is left half-written and the last line says `cancelled`. Should the
//! agent hang in a write that nobody reads, the thread ends the process after [`GRACE`].

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// How long the agent has to say its last words; well below the 10 s that engines usually grant.
const GRACE: Duration = Duration::from_secs(2);
/// Added to a signal's number for the exit code.
const EXIT_BASE: i32 = 128;

/// Somebody asked the process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped by signal {signal}")]
pub(crate) struct Stopped {
    /// The signal's number.
    pub(crate) signal: i32,
}

/// Tells whether the process has to end, and lets it wait without missing that.
#[derive(Debug)]
pub(crate) struct Stop {
    signals: Receiver<i32>,
}

impl Stop {
    /// Receives the process's signals from here on.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let mut signals = Signals::new([SIGTERM, SIGINT])?;
        let (sender, stop) = Self::channel();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    // The receiver is gone only when main returns anyway.
                    let _ = sender.send(signal);
                    thread::sleep(GRACE);
                    signal_hook::low_level::exit(EXIT_BASE + signal);
                }
            })?;
        Ok(stop)
    }

    /// A stop that the sender decides about.
    pub(crate) fn channel() -> (SyncSender<i32>, Self) {
        let (sender, signals) = sync_channel(1);
        (sender, Self { signals })
    }

    /// Waits, but no longer than until a signal comes.
    pub(crate) fn wait(&self, pause: Duration) -> Result<(), Stopped> {
        // A disconnected channel means that no signal can come any more: nothing to wait for.
        match self.signals.recv_timeout(pause) {
            Ok(signal) => Err(Stopped { signal }),
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_signal_ends_the_wait() {
        let (sender, stop) = Stop::channel();
        assert_eq!(stop.wait(Duration::ZERO), Ok(()));
        sender.send(SIGTERM).unwrap();
        let start = Instant::now();
        assert_eq!(
            stop.wait(Duration::from_secs(60)),
            Err(Stopped { signal: SIGTERM })
        );
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
