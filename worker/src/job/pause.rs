//! Halting a run whose worker cannot reach Postgres, and letting it go on.
//!
//! A worker that is cut off cannot know whether its job is started elsewhere. Others do that no
//! earlier than `LEASE_SECONDS` and `LOST_AFTER` after its last beat, so it halts the run short of
//! `LOST_AFTER` by its own clock, where runs can be halted: then no two runs of a job generate at once. When its beats are
//! answered again, and Postgres says that the job is still its own, the run goes on; else it stays as
//! it is, for its new holder or for the search for orphans.
//!
//! A run that somebody else has halted goes on too: a worker that died or was cut off meanwhile has
//! left it so. The time that a run was halted counts against no limit: `JOB_TIMEOUT` ends later by
//! as much, which is stored with the attempt for whoever takes the job over, and the time without
//! output begins anew. Who finds a run halted does not know since when, and gives it all the time
//! since its last output was stored.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leo_common::config::Limits;
use leo_common::error_chain::Chain;
use tokio::time::{Instant, sleep};

use super::launch::Run;
use super::{Held, Stop, ask, info};

/// How often within a lease it is looked whether the run stands still.
const LOOKS_PER_LEASE: u32 = 6;
/// How often a worker that is cut off looks whether it still is.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// How long without an answer a worker runs on: three quarters of `LOST_AFTER`. The last quarter,
/// and a lease, are for the halting itself.
fn pause_after(limits: &Limits) -> Duration {
    limits.lost_after.get() * 3 / 4
}

/// A worker tries to beat at least once in this time, unless it is itself stopped: a beat takes two
/// thirds of a lease at most, and so does the one after it.
fn try_interval(limits: &Limits) -> Duration {
    limits.lease_seconds.get() * 4 / 3
}

/// How long a run has been halted. Shared by reference.
#[derive(Debug)]
pub(super) struct Pauses(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Pauses that are over.
    total: Duration,
    /// Since when it is halted, if it is and this worker has done it.
    since: Option<Instant>,
    /// When the last pause ended.
    ended: Option<Instant>,
}

impl Pauses {
    /// With what earlier holders have stored.
    pub(super) fn new(total: Duration) -> Self {
        Self(Mutex::new(State {
            total,
            since: None,
            ended: None,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a run ends that was to end at `due`.
    pub(super) fn extend(&self, due: Instant) -> Instant {
        due.checked_add(self.state().total).unwrap_or(due)
    }

    /// How much of the time since `heard` the run was able to say something.
    pub(super) fn quiet_since(&self, heard: std::time::Instant) -> Duration {
        let state = self.state();
        match (state.since, state.ended) {
            (Some(_), _) => Duration::ZERO,
            (None, Some(ended)) => heard.elapsed().min(ended.elapsed()),
            (None, None) => heard.elapsed(),
        }
    }

    fn since(&self) -> Option<Instant> {
        self.state().since
    }

    fn begin(&self) {
        self.state().since.get_or_insert_with(Instant::now);
    }

    /// The pause is over, if there was one.
    fn end(&self) {
        if let Some(total) = self.total() {
            self.end_with(total);
        }
    }

    /// The pause is over; this counts for all of them.
    fn end_with(&self, total: Duration) {
        let mut state = self.state();
        state.total = total;
        state.since = None;
        state.ended = Some(Instant::now());
    }

    /// All pauses together, with the one under way.
    fn total(&self) -> Option<Duration> {
        let state = self.state();
        state.since.map(|since| state.total + since.elapsed())
    }
}

/// Does the work, and meanwhile halts the run and lets it go on as this worker's lease demands.
pub(super) async fn beside<T>(
    held: &Held,
    run: &Run,
    work: impl Future<Output = T>,
) -> Result<T, Stop> {
    tokio::select! {
        done = work => Ok(done),
        stop = guard(held, run) => Err(stop),
    }
}

/// Ends only when the job is not to be worked on any more.
async fn guard(held: &Held, run: &Run) -> Stop {
    let limits = &held.ctx.config.limits;
    let lease = limits.lease_seconds.get();
    let pulse = &held.ctx.pulse;
    loop {
        if pulse.is_cut_off(pause_after(limits), try_interval(limits)) {
            halt(held, run).await;
            sleep(LOOK_AGAIN).await;
        } else if pulse.age() < lease {
            if let Err(stop) = go_on(held, run).await {
                return stop;
            }
            sleep(lease / LOOKS_PER_LEASE).await;
        } else {
            sleep(LOOK_AGAIN).await;
        }
    }
}

/// Halts the run, once in each time of being cut off: it may be a successor's by now, who lets it
/// go on.
async fn halt(held: &Held, run: &Run) {
    if run.pauses.since().is_some() || !held.ctx.orchestrator.can_pause() {
        return;
    }
    match held.ctx.orchestrator.pause(&run.handle).await {
        Ok(()) => {
            run.pauses.begin();
            tracing::warn!(job.id = %held.claim.job, "no answer from the database for long; the run is halted");
        }
        Err(error) => {
            tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "the run is not halted yet");
        }
    }
}

/// Lets the run go on where it stands still and Postgres says that it is this worker's.
pub(super) async fn go_on(held: &Held, run: &Run) -> Result<(), Stop> {
    let ctx = &held.ctx;
    let (job, epoch) = (held.claim.job, held.claim.epoch);
    match ctx.orchestrator.is_paused(&run.handle).await {
        Ok(true) => {}
        Ok(false) => {
            // It has ended, or somebody else has let it go on.
            run.pauses.end();
            return Ok(());
        }
        Err(error) => {
            tracing::debug!(job.id = %job, error = %Chain(&error), "whether the run stands still is not known");
            return Ok(());
        }
    }
    let own = run.pauses.total();
    let allowed = ask(job, || ctx.db.go_on(job, epoch, own)).await?;
    let total = allowed.ok_or(Stop::Lost)?;
    let time = run.pauses.since().map(|since| since.elapsed());
    if let Err(error) = ctx.orchestrator.resume(&run.handle).await {
        tracing::warn!(job.id = %job, error = %Chain(&error), "the run does not go on yet");
        return Ok(());
    }
    run.pauses.end_with(total);
    tracing::info!(job.id = %job, ?time, "the run goes on");
    held.tell.say(&info(told(time)));
    Ok(())
}

fn told(time: Option<Duration>) -> String {
    time.map_or_else(
        || "the generation stood still, halted by a worker that had lost the database; it goes on".to_owned(),
        |time| {
            let seconds = time.as_secs().max(1);
            format!("the generation was halted for {seconds} s, because its worker could not reach the database")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn halted_time_counts_against_no_limit() {
        let pauses = Pauses::new(3 * SECOND);
        let due = Instant::now();
        assert_eq!(pauses.extend(due), due + 3 * SECOND);
        let heard = std::time::Instant::now();
        pauses.begin();
        tokio::time::advance(20 * SECOND).await;
        pauses.begin();
        assert_eq!(pauses.total(), Some(23 * SECOND));
        assert_eq!(pauses.quiet_since(heard), Duration::ZERO);
        pauses.end();
        assert_eq!(pauses.extend(due), due + 23 * SECOND);
        assert!(pauses.quiet_since(heard) < SECOND);
        assert_eq!((pauses.since(), pauses.total()), (None, None));
    }
}
