//! A start that takes its time, as its user sees it.
//!
//! Where the launch only orders a container, the stream tells each step when it is over, and that
//! there is no news where a step lasts. A start that takes too long is given up, and so is a
//! container that runs and does not dial in: nothing will ever come of it.

use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};
use leo_common::metrics;
use leo_protocol::EventKind;
use tokio::time::Instant;

use super::follow::Interrupt;
use super::launch::Run;
use super::{Held, info};
use crate::orchestrator::StartStep;

/// How long the stream says nothing of a start at most.
const TELL_INTERVAL: Duration = Duration::from_secs(15);
/// What is said of a step before there was news of any.
const ORDERED: &str = "ordered";

/// The start of one run.
pub(super) struct Starting {
    steps: BoxStream<'static, StartStep>,
    within: Duration,
    dial_within: Duration,
    began: Instant,
    /// The step that it is at, and since when.
    step: (&'static str, Instant),
    told: Instant,
    /// Since when the container runs.
    running: Option<Instant>,
    dialled: bool,
}

impl Starting {
    /// None where the container runs as soon as it is launched.
    pub(super) fn of(held: &Held, run: &Run) -> Option<Self> {
        let orchestrator = &held.ctx.orchestrator;
        let start = orchestrator.start(&run.handle, run.own)?;
        if run.own {
            held.tell.say(&info(format!(
                "{} starts the container; that may take a minute",
                orchestrator.engine()
            )));
        }
        let now = Instant::now();
        Some(Self {
            // It is asked on when it has ended.
            steps: start.steps.fuse().boxed(),
            within: start.within,
            dial_within: start.dial_within,
            began: now,
            step: (ORDERED, now),
            told: now,
            running: None,
            dialled: false,
        })
    }

    /// Whether the container has had the chance to say something.
    pub(super) const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Notes news, and says them.
    pub(super) fn take(&mut self, held: &Held, news: StartStep) {
        let now = Instant::now();
        match news {
            StartStep::In { step } => self.step = (step, now),
            StartStep::Done { step, took } => {
                self.told = now;
                say(held, step, took);
            }
            StartStep::Runs => {
                self.running.get_or_insert(now);
                self.told = now;
            }
        }
    }

    /// Looks whether the start takes too long, and says that it lasts. `dialled` is none where that
    /// cannot be told at present.
    pub(super) fn look(&mut self, held: &Held, dialled: Option<bool>) -> Option<Interrupt> {
        self.dialled |= dialled == Some(true);
        if self.dialled {
            return None;
        }
        match self.running {
            None if self.began.elapsed() >= self.within => {
                return Some(Interrupt::NotStarted(self.step.0));
            }
            Some(since) if since.elapsed() >= self.dial_within && dialled.is_some() => {
                return Some(Interrupt::NotDialled);
            }
            None | Some(_) => {}
        }
        if self.told.elapsed() >= TELL_INTERVAL {
            self.told = Instant::now();
            held.tell.say(&info(self.state()));
        }
        None
    }

    fn state(&self) -> String {
        match self.running {
            None => format!(
                "the container is not there yet: {} for {} s",
                self.step.0,
                self.step.1.elapsed().as_secs()
            ),
            Some(since) => format!(
                "the container has run for {} s and has not called back yet",
                since.elapsed().as_secs()
            ),
        }
    }
}

/// The next news; never, where there are none to come.
pub(super) async fn news(starting: &mut Option<Starting>) -> StartStep {
    if let Some(starting) = starting
        && let Some(step) = starting.steps.next().await
    {
        return step;
    }
    std::future::pending().await
}

/// The next news, if they are there already.
pub(super) fn ready(starting: &mut Option<Starting>) -> Option<StartStep> {
    starting.as_mut()?.steps.next().now_or_never().flatten()
}

/// Tells a step of a start.
pub(super) fn say(held: &Held, step: &'static str, took: Duration) {
    metrics::launched(step, took);
    held.tell.say(&EventKind::Launching {
        step: step.to_owned(),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    });
}
