//! A run in progress: what it says, how it waits, and that it ends when told to.
//!
//! Everything that takes time goes through here, so that a stop is noticed between any two lines
//! and in each pause, and so that no pause is longer than [`HEARTBEAT_EVERY`] without a sign of life.

use std::time::Duration;

use leo_protocol::{AgentState, EventKind};

use crate::emit::{Emitter, Tone};
use crate::error::Error;
use crate::stop::Stop;

/// The longest time spent waiting without a heartbeat.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(5);

/// A run in progress.
pub(crate) struct Run<'a> {
    emitter: Emitter<'a>,
    stop: &'a Stop,
    phase: u32,
    /// Time waited since the last heartbeat. Counted from the pauses, not from a clock, so that
    /// the same job gives the same lines.
    waited: Duration,
}

impl<'a> Run<'a> {
    /// A run that says what it does through `emitter`.
    pub(crate) fn new(emitter: Emitter<'a>, stop: &'a Stop) -> Self {
        Self {
            emitter,
            stop,
            phase: 0,
            waited: Duration::ZERO,
        }
    }

    /// The present phase, from 1; 0 before the first.
    pub(crate) const fn phase(&self) -> u32 {
        self.phase
    }

    /// Enters a phase.
    pub(crate) const fn enter(&mut self, phase: u32) {
        self.phase = phase;
    }

    /// Prints an event.
    pub(crate) fn event(&mut self, kind: &EventKind) -> Result<(), Error> {
        self.stop.wait(Duration::ZERO)?;
        self.emitter.event(kind).map_err(Error::Output)
    }

    /// Prints a line for people.
    pub(crate) fn say(&mut self, tone: Tone, text: &str) -> Result<(), Error> {
        self.stop.wait(Duration::ZERO)?;
        self.emitter.say(tone, text).map_err(Error::Output)
    }

    /// Tells that the agent entered a state.
    pub(crate) fn state(&mut self, state: AgentState) -> Result<(), Error> {
        self.event(&EventKind::StateChange { state })
    }

    /// Tells something worth knowing.
    pub(crate) fn info(&mut self, message: impl Into<String>) -> Result<(), Error> {
        self.event(&EventKind::Info {
            message: message.into(),
        })
    }

    /// Waits, with heartbeats, and ends early with an error when the run is stopped.
    pub(crate) fn wait(&mut self, mut pause: Duration) -> Result<(), Error> {
        while !pause.is_zero() {
            let slice = pause.min(HEARTBEAT_EVERY.saturating_sub(self.waited));
            self.stop.wait(slice)?;
            pause = pause.saturating_sub(slice);
            self.waited += slice;
            if self.waited >= HEARTBEAT_EVERY {
                self.waited = Duration::ZERO;
                let (phase, iteration) = (self.phase, self.phase);
                self.event(&EventKind::Heartbeat { phase, iteration })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stop that never comes and does not really wait: nobody can send any more.
    fn instant() -> Stop {
        Stop::channel().1
    }

    #[test]
    fn a_long_pause_has_heartbeats() {
        let (mut out, stop) = (Vec::new(), instant());
        let mut run = Run::new(Emitter::new(&mut out), &stop);
        run.wait(Duration::from_secs(4)).unwrap();
        run.wait(Duration::from_secs(7)).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap().matches("heartbeat").count(),
            2
        );
    }

    #[test]
    fn a_stopped_run_says_nothing_more() {
        let (sender, stop) = Stop::channel();
        sender.send(15).unwrap();
        let mut out = Vec::new();
        let result = Run::new(Emitter::new(&mut out), &stop).info("x");
        assert!(matches!(result, Err(Error::Stopped(_))), "{result:?}");
        assert!(out.is_empty());
    }
}
