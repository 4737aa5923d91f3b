//! A run in progress: what it says, how it waits, and that it ends when told to.
//!
//! Everything that takes time goes through [`Run::during`], so that a stop is noticed at once, and
//! so that nothing lasts longer than [`HEARTBEAT_EVERY`] without a sign of life that says what is
//! being done.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use leo_protocol::{AgentState, EventKind};
use tokio::time::{Instant, sleep_until};

use crate::emit::{Emitter, Tone};
use crate::error::Error;
use crate::stop::Stop;

/// The longest silence without a heartbeat.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(5);

/// A run in progress. Shared by reference between what speaks and what is waited for.
pub(crate) struct Run<'a> {
    emitter: RefCell<Emitter<'a>>,
    stop: &'a Stop,
    phase: Cell<u32>,
    iteration: Cell<u32>,
    /// When the next heartbeat is due.
    beat: Cell<Instant>,
}

impl<'a> Run<'a> {
    /// A run that says what it does through `emitter`.
    pub(crate) fn new(emitter: Emitter<'a>, stop: &'a Stop) -> Self {
        Self {
            emitter: RefCell::new(emitter),
            stop,
            phase: Cell::new(0),
            iteration: Cell::new(0),
            beat: Cell::new(Instant::now() + HEARTBEAT_EVERY),
        }
    }

    /// The present phase, from 1; 0 before the first.
    pub(crate) const fn phase(&self) -> u32 {
        self.phase.get()
    }

    /// The present iteration: how many times the agent has been set to work, from 1.
    pub(crate) const fn iteration(&self) -> u32 {
        self.iteration.get()
    }

    /// Enters a phase, which is an iteration of its own.
    pub(crate) fn enter(&self, phase: u32) {
        self.phase.set(phase);
        self.iteration.set(phase);
    }

    /// Prints an event.
    pub(crate) fn event(&self, kind: &EventKind) -> Result<(), Error> {
        self.stop.check()?;
        self.last_event(kind)
    }

    /// Prints an event although the run may have been stopped: what is left to be said of it.
    pub(crate) fn last_event(&self, kind: &EventKind) -> Result<(), Error> {
        let mut emitter = self.emitter.borrow_mut();
        emitter.event(kind).map_err(Error::Output)
    }

    /// Prints a line for people.
    pub(crate) fn say(&self, tone: Tone, text: &str) -> Result<(), Error> {
        self.stop.check()?;
        let mut emitter = self.emitter.borrow_mut();
        emitter.say(tone, text).map_err(Error::Output)
    }

    /// Tells a line that something else has printed.
    pub(crate) fn log(&self, line: &str) -> Result<(), Error> {
        self.stop.check()?;
        let mut emitter = self.emitter.borrow_mut();
        emitter.log(line).map_err(Error::Output)
    }

    /// Tells that the agent entered a state.
    pub(crate) fn state(&self, state: AgentState) -> Result<(), Error> {
        self.event(&EventKind::StateChange { state })
    }

    /// Tells something worth knowing.
    pub(crate) fn info(&self, message: impl Into<String>) -> Result<(), Error> {
        self.event(&EventKind::Info {
            message: message.into(),
        })
    }

    /// Waits, with heartbeats, and ends early with an error when the run is stopped.
    pub(crate) async fn wait(&self, pause: Duration) -> Result<(), Error> {
        if pause.is_zero() {
            return self.stop.check().map_err(Error::from);
        }
        self.during("waiting", tokio::time::sleep(pause)).await
    }

    /// Does something that takes time, with heartbeats that say what; when the run is stopped, the work
    /// is dropped at once and the error is returned.
    pub(crate) async fn during<T>(
        &self,
        doing: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                stopped = self.stop.stopped() => return Err(stopped.into()),
                done = &mut work => return Ok(done),
                () = sleep_until(self.beat.get()) => self.heartbeat(doing)?,
            }
        }
    }

    fn heartbeat(&self, doing: &str) -> Result<(), Error> {
        self.beat.set(Instant::now() + HEARTBEAT_EVERY);
        self.event(&EventKind::Heartbeat {
            phase: self.phase(),
            iteration: self.iteration(),
            doing: Some(doing.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_pause_has_heartbeats() {
        let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
        let run = Run::new(Emitter::new(&mut out), &stop);
        run.wait(Duration::from_secs(4)).await.unwrap();
        run.wait(Duration::from_secs(7)).await.unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap().matches("heartbeat").count(),
            2
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopped_run_says_nothing_more() {
        let (sender, stop) = Stop::channel();
        let mut out = Vec::new();
        let run = Run::new(Emitter::new(&mut out), &stop);
        let signal = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            sender.send(Some(15)).unwrap();
        };
        let hanging = run.during("hanging", std::future::pending::<()>());
        let (result, ()) = tokio::join!(hanging, signal);
        assert!(matches!(result, Err(Error::Stopped(_))), "{result:?}");
        assert!(matches!(run.info("x"), Err(Error::Stopped(_))));
        assert!(out.is_empty());
    }
}
