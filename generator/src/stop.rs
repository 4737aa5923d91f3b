//! How the process learns that it has to end.
//!
//! A thread of its own receives SIGTERM and SIGINT; whatever takes time waits beside
//! [`Stop::stopped`] and unwinds, so that no file is left half-written and the last line says
//! `cancelled`. Should the agent hang in a write that nobody reads, the thread ends the process
//! after [`GRACE`].

use std::io;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::sync::watch;

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
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    signal: watch::Receiver<Option<i32>>,
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
                    let _ = sender.send(Some(signal));
                    thread::sleep(GRACE);
                    signal_hook::low_level::exit(EXIT_BASE + signal);
                }
            })?;
        Ok(stop)
    }

    /// A stop that the sender decides about.
    pub(crate) fn channel() -> (watch::Sender<Option<i32>>, Self) {
        let (sender, signal) = watch::channel(None);
        (sender, Self { signal })
    }

    /// An error when the process has to end.
    pub(crate) fn check(&self) -> Result<(), Stopped> {
        match *self.signal.borrow() {
            Some(signal) => Err(Stopped { signal }),
            None => Ok(()),
        }
    }

    /// Waits until the process has to end.
    pub(crate) async fn stopped(&self) -> Stopped {
        let mut signal = self.signal.clone();
        let told = signal.wait_for(Option::is_some).await;
        match told.ok().and_then(|signal| *signal) {
            Some(signal) => Stopped { signal },
            // The sender is gone: no signal can come any more.
            None => std::future::pending().await,
        }
    }

    /// Waits, but no longer than until the process has to end.
    pub(crate) async fn wait(&self, pause: Duration) -> Result<(), Stopped> {
        tokio::select! {
            biased;
            stopped = self.stopped() => Err(stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_signal_ends_the_wait() {
        let (sender, stop) = Stop::channel();
        assert_eq!(stop.wait(Duration::from_secs(1)).await, Ok(()));
        sender.send(Some(SIGTERM)).unwrap();
        let stopped = Stopped { signal: SIGTERM };
        assert_eq!(stop.check(), Err(stopped));
        assert_eq!(stop.wait(Duration::MAX).await, Err(stopped));
    }

    #[tokio::test(start_paused = true)]
    async fn where_nobody_can_stop_it_a_pause_has_its_length() {
        let (sender, stop) = Stop::channel();
        drop(sender);
        assert_eq!(stop.wait(Duration::from_secs(60)).await, Ok(()));
    }
}
