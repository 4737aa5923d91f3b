//! Following a container: its output into the stream, its limits watched, its end awaited.

use std::time::{Duration, Instant};

use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use leo_common::append::{LaneError, OpenLane, Unit};
use leo_common::error_chain::Chain;
use leo_common::mask::Mask;
use leo_common::store::events::Source;
use leo_protocol::EventKind;
use secrecy::ExposeSecret as _;
use tokio_util::task::AbortOnDropHandle;

use super::disk::DiskWatch;
use super::launch::Run;
use super::lines::Lines;
use super::observe::Observed;
use super::runner::Runner;
use super::starting::{self, Starting};
use super::{Held, Stop, ask};
use crate::orchestrator::{
    ENTRY_OVERHEAD, OrchestratorError, OutputEntry, RunExit, StartStep, Usage,
};

/// Between SIGTERM and SIGKILL.
const STOP_GRACE: Duration = Duration::from_secs(5);
/// How often the limits in time are looked at.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);
/// Of what has come already, so much is handed on at once, in bytes.
const UNIT_BYTES: usize = 16 << 10;
/// The pause before a broken connection to the engine is made anew.
const REOPEN_PAUSE: Duration = Duration::from_millis(500);
/// How long an engine that is away is waited for when the container is to end: it cannot be stopped
/// meanwhile, and its files cannot be kept.
const ENGINE_PATIENCE: Duration = Duration::from_secs(30);
/// A connection that has lasted so long was a good one.
const GOOD_CONNECTION: Duration = Duration::from_secs(5);

/// What a container has done.
pub(super) struct Followed {
    pub(super) exit: RunExit,
    pub(super) interrupt: Option<Interrupt>,
    pub(super) observed: Observed,
    /// Another worker had read the beginning, so that what was observed is not all.
    pub(super) adopted: bool,
    /// It has dialled in, where it has to.
    pub(super) dialled: bool,
    /// It has said over its socket that it has said everything.
    pub(super) ended: bool,
}

/// Why Leo stopped a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    Cancelled,
    Timeout,
    NoOutput,
    OutputLimit,
    DiskLimit(Usage),
    /// It was still at this step of its start when its time was up.
    NotStarted(&'static str),
    /// It ran and did not dial in.
    NotDialled,
}

type Entry = Result<OutputEntry, OrchestratorError>;
type Output = BoxStream<'static, Entry>;

/// One reader of one container.
struct Follower<'a> {
    held: &'a Held,
    run: &'a Run,
    lane: OpenLane,
    lines: Lines,
    observed: Observed,
    adopted: bool,
    /// The container's own socket, where it has one.
    runner: Option<Runner>,
    /// Its start, where that goes on after the launch.
    starting: Option<Starting>,
    interrupt: Option<Interrupt>,
    disk: DiskWatch,
    away: Away,
    /// The stop under way. It ends with the reader: whoever loses the job stops nothing more.
    stopping: Option<AbortOnDropHandle<()>>,
    /// Waiting for room in the lane.
    pending: Option<Unit>,
    /// Bytes of output so far, as they count against the limit.
    bytes: u64,
}

/// Reads to the end of the output and of the container.
pub(super) async fn follow(held: &Held, run: &Run) -> Result<Followed, Stop> {
    loop {
        let mut follower = Follower::open(held, run).await?;
        match follower.read().await {
            Ok(()) => {
                let exit = follower.wait().await;
                follower.all_in().await?;
                return Ok(Followed {
                    exit,
                    interrupt: follower.interrupt,
                    ended: follower.runner.as_ref().is_some_and(Runner::has_ended),
                    dialled: follower.starting.is_none() || follower.has_dialled(),
                    observed: follower.observed,
                    adopted: follower.adopted,
                });
            }
            Err(LaneError::Gap { position }) => {
                tracing::warn!(job.id = %held.claim.job, position, "the output is read again from the stored position");
                tokio::time::sleep(REOPEN_PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

impl<'a> Follower<'a> {
    /// Goes on where the stored position is.
    async fn open(held: &'a Held, run: &'a Run) -> Result<Self, Stop> {
        let claim = &held.claim;
        let stored = ask(claim.job, || {
            let db = &held.ctx.db;
            db.position(claim.session, claim.job, claim.epoch, Source::Stdout)
        })
        .await?;
        let position = stored.ok_or(Stop::Lost)?;
        Ok(Self {
            held,
            run,
            lane: held.lane(Source::Stdout, position),
            lines: Lines::new(position, mask(held, run)),
            observed: Observed::default(),
            adopted: position > 0,
            runner: held.ctx.dial.is_some().then(Runner::new),
            starting: Starting::of(held, run),
            interrupt: None,
            disk: DiskWatch::default(),
            away: Away::default(),
            stopping: None,
            pending: None,
            bytes: 0,
        })
    }

    async fn read(&mut self) -> Result<(), LaneError> {
        loop {
            let mut output = self.connect().await;
            if self.drain(&mut output).await? || self.gives_up() {
                break;
            }
            // Whether it says something meanwhile cannot be known.
            self.observed.printed();
            tokio::time::sleep(REOPEN_PAUSE).await;
        }
        // What starts and ends between two looks has had a start, too.
        while let Some(news) = starting::ready(&mut self.starting) {
            self.started(news);
        }
        let last = self.lines.finish(&mut self.observed);
        let units = self.pending.take().into_iter().chain(last);
        units.for_each(|unit| self.lane.push(unit));
        self.lane.stored().await
    }

    /// The output behind what was read.
    async fn connect(&mut self) -> Output {
        let (orchestrator, position) = (&self.held.ctx.orchestrator, self.lines.position());
        match orchestrator.output(&self.run.handle, position).await {
            Ok(output) => output,
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    /// Notes that the engine does not answer. While it is away nothing is known, and the container
    /// may run on, so it is waited for, unless the container is to end anyway.
    fn gives_up(&mut self) -> bool {
        let wanted = self.interrupt.is_none()
            && !self.held.hold.cancel.is_cancelled()
            && !self.run.is_overdue();
        self.away.note() >= ENGINE_PATIENCE && !wanted
    }

    /// How the container ended.
    async fn wait(&mut self) -> RunExit {
        loop {
            match self.held.ctx.orchestrator.wait(&self.run.handle).await {
                Ok(exit) => return exit,
                Err(error) => {
                    tracing::warn!(job.id = %self.held.claim.job, error = %Chain(&error), "the end of the container is not known yet");
                }
            }
            if self.gives_up() {
                return RunExit::Lost;
            }
            tokio::time::sleep(REOPEN_PAUSE).await;
        }
    }

    /// Reads one connection; whether the output has ended.
    async fn drain(&mut self, output: &mut Output) -> Result<bool, LaneError> {
        let mut watch = tokio::time::interval(WATCH_INTERVAL);
        loop {
            tokio::select! {
                room = self.lane.room(), if self.pending.is_some() => {
                    room?;
                    if let Some(unit) = self.pending.take() {
                        self.lane.push(unit);
                    }
                }
                entry = output.next(), if self.pending.is_none() => {
                    let end = self.gather(entry, output);
                    self.pending = self.lines.take();
                    if let Some(end) = end {
                        return Ok(end);
                    }
                }
                () = self.held.hold.cancel.cancelled(), if self.interrupt.is_none() => {
                    self.interrupt(Interrupt::Cancelled);
                }
                news = starting::news(&mut self.starting) => self.started(news),
                _ = watch.tick(), if self.interrupt.is_none() => self.watch().await,
            }
        }
    }

    /// Takes an entry and those that have come with it; how the connection has ended, if it has.
    fn gather(&mut self, first: Option<Entry>, output: &mut Output) -> Option<bool> {
        let mut next = Some(first);
        while let Some(entry) = next {
            match entry {
                Some(Ok(entry)) => self.take(&entry),
                Some(Err(error)) => {
                    tracing::warn!(job.id = %self.held.claim.job, error = %Chain(&error), "the output broke off");
                    return Some(false);
                }
                None => return Some(true),
            }
            let more = self.lines.ready() < UNIT_BYTES;
            next = more.then(|| output.next().now_or_never()).flatten();
        }
        None
    }

    fn started(&mut self, news: StartStep) {
        if let Some(starting) = &mut self.starting {
            starting.take(self.held, news);
        }
        // Before it runs it cannot say anything.
        self.observed.printed();
    }

    fn has_dialled(&self) -> bool {
        self.runner.as_ref().is_some_and(Runner::has_dialled)
    }

    /// Waits for what the container has sent, and counts it.
    async fn all_in(&mut self) -> Result<(), Stop> {
        if let Some(runner) = &mut self.runner {
            runner.drain(self.held, self.interrupt.is_some()).await?;
            self.observed.absorb(runner.observed());
        }
        Ok(())
    }

    /// Stops the container; the reading goes on to the end of its output.
    fn interrupt(&mut self, why: Interrupt) {
        self.interrupt = Some(why);
        let (orchestrator, handle) = (self.held.ctx.orchestrator.clone(), self.run.handle.clone());
        let stopping = tokio::spawn(async move {
            while let Err(error) = orchestrator.stop(&handle, STOP_GRACE).await {
                tracing::warn!(job.id = %handle.job, error = %Chain(&error), "the container is not stopped yet");
                tokio::time::sleep(REOPEN_PAUSE).await;
            }
        });
        self.stopping = Some(AbortOnDropHandle::new(stopping));
    }

    fn take(&mut self, entry: &OutputEntry) {
        self.bytes += entry.bytes.len() as u64 + ENTRY_OVERHEAD;
        let limit = self.held.ctx.config.limits.output_limit.get();
        if self.bytes <= limit {
            self.lines.push(entry, &mut self.observed);
        } else if self.interrupt.is_none() {
            self.truncate(limit);
        }
    }

    fn truncate(&mut self, limit: u64) {
        self.held.tell.say(&EventKind::OutputTruncated { limit });
        self.interrupt(Interrupt::OutputLimit);
    }

    async fn watch(&mut self) {
        let limits = &self.held.ctx.config.limits;
        let (quiet, limit) = (limits.no_output_timeout.get(), limits.output_limit.get());
        let mut last_output = self.observed.last_output;
        let (mut known, mut sent) = (true, 0);
        if let Some(runner) = &mut self.runner {
            known = runner.look(self.held).await;
            last_output = last_output.max(runner.observed().last_output);
            sent = runner.bytes();
        }
        // Whoever was not heard of for a lease may have lost the job without knowing it: then it is
        // not his to stop.
        if self.held.ctx.pulse.age() >= limits.lease_seconds.get() {
            return;
        }
        let dialled = known.then(|| self.has_dialled());
        let starting = self.starting.as_mut();
        let late = starting.and_then(|starting| starting.look(self.held, dialled));
        let runs = self.starting.as_ref().is_none_or(Starting::is_running);
        // Output that waits here for room was said all the same.
        let silent = known && runs && self.pending.is_none();
        if self.run.is_overdue() {
            self.interrupt(Interrupt::Timeout);
        } else if let Some(late) = late {
            self.interrupt(late);
        } else if sent >= limit {
            self.truncate(limit);
        } else if silent && self.run.pauses.quiet_since(last_output) >= quiet {
            self.interrupt(Interrupt::NoOutput);
        } else if let Some(usage) = self.disk.look(self.held, self.run).await {
            self.interrupt(Interrupt::DiskLimit(usage));
        }
    }
}

/// What the container was told and must not repeat.
fn mask(held: &Held, run: &Run) -> Mask {
    let claim = &held.claim;
    let dial = held.ctx.dial.as_ref();
    let tokens = dial.map(|dial| dial.tokens(claim.job, claim.attempt, run.deadline));
    let tokens: Vec<_> = tokens.into_iter().flatten().collect();
    // No container is told the token of GitHub; what a stream has held, it holds for ever.
    let tokens = tokens.iter().chain(held.ctx.config.github.token());
    let tokens = tokens.map(|token| token.expose_secret());
    Mask::new(held.model.secrets().chain(tokens))
}

/// Since when the engine has not answered.
#[derive(Debug, Default)]
struct Away {
    since: Option<Instant>,
    last: Option<Instant>,
}

impl Away {
    /// Notes that it has just not answered; for how long it has not.
    fn note(&mut self) -> Duration {
        let now = Instant::now();
        let was_back = self
            .last
            .is_none_or(|last| last.elapsed() >= GOOD_CONNECTION);
        self.last = Some(now);
        if was_back {
            self.since = None;
        }
        self.since.get_or_insert(now).elapsed()
    }
}
