//! A worker of Leo whose jobs do nothing.
//!
//! It does with the stores and with Redis what `leo-worker` does, in the same order: it waits for a
//! hint, a free slot or the timer, looks for orphaned jobs where it has not just done so, claims for all
//! free slots, publishes, reads the jobs, ends each by the finisher and publishes that. What it leaves
//! out is the executor.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use leo_common::bus::Publisher;
use leo_common::finish::Finisher;
use leo_common::queue::{HintWaiter, Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::store::claims::Claim;
use leo_common::store::jobs::Outcome;
use leo_common::store::workers::NewWorker;
use leo_protocol::{HostId, JobId, UserId, WorkerId};
use rand::RngExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{timeout, timeout_at};
use tokio_util::task::AbortOnDropHandle;

/// How long a worker with a free slot goes without looking for work, in seconds: it varies.
const LOOK: std::ops::Range<f64> = 0.8..1.2;
/// Orphaned jobs are looked for no more often than this.
const ORPHANS_INTERVAL: Duration = Duration::from_millis(200);
/// The pause after Redis has failed.
const REDIS_PAUSE: Duration = Duration::from_secs(1);
/// Orphaned jobs looked at in one round.
const ROUND: i64 = 100;

/// A running worker; it stops when dropped, and its jobs stay as they are.
pub(super) struct Worker {
    parts: Arc<Parts>,
    count: watch::Receiver<usize>,
    _tasks: [AbortOnDropHandle<()>; 2],
}

struct Parts {
    db: Db,
    waker: Waker,
    finisher: Finisher,
    publisher: Publisher,
    worker: WorkerId,
    host: HostId,
    slots: Arc<Semaphore>,
    /// The jobs of this user are held and never end.
    held: Option<UserId>,
    seen: Mutex<Seen>,
    ended: watch::Sender<usize>,
}

#[derive(Default)]
struct Seen {
    claimed: HashMap<JobId, Instant>,
    ended: Vec<(JobId, Instant)>,
    held: Vec<OwnedSemaphorePermit>,
    error: Option<anyhow::Error>,
}

impl Worker {
    /// Registers and begins to claim.
    pub(super) async fn start(
        db: Db,
        link: RedisLink,
        slots: u32,
        held: Option<UserId>,
    ) -> anyhow::Result<Self> {
        let (worker, host) = (WorkerId::generate(), HostId::generate());
        db.register_worker(&NewWorker {
            id: worker,
            name: "bench",
            host,
            orchestrator: "process",
            version: env!("CARGO_PKG_VERSION"),
            capacity: slots,
            process: None,
        })
        .await?;
        let (ended, count) = watch::channel(0);
        let waker = Waker::start(Hints::new(&link)?);
        let parts = Arc::new(Parts {
            finisher: Finisher::start(db.clone(), waker.clone()),
            db,
            waker: waker.clone(),
            publisher: Publisher::start(link.clone())?,
            worker,
            host,
            slots: Arc::new(Semaphore::new(slots as usize)),
            held,
            seen: Mutex::default(),
            ended,
        });
        let (hint, hints) = watch::channel(0);
        let (hungry, is_hungry) = watch::channel(true);
        let hearing = tokio::spawn(hear(link, hint, is_hungry, waker));
        let claiming = tokio::spawn(Arc::clone(&parts).claim(hints, hungry));
        Ok(Self {
            parts,
            count,
            _tasks: [hearing, claiming].map(AbortOnDropHandle::new),
        })
    }

    /// When each job was claimed.
    pub(super) fn claimed(&self) -> HashMap<JobId, Instant> {
        self.parts.seen().claimed.clone()
    }

    /// The moments of all ends, in order.
    pub(super) fn ends(&self) -> Vec<Instant> {
        let mut ends: Vec<_> = self.parts.seen().ended.iter().map(|(_, at)| *at).collect();
        ends.sort_unstable();
        ends
    }

    /// Waits until so many jobs have ended, or so long.
    pub(super) async fn ended_so_many(&self, count: usize, within: Duration) {
        let mut ended = self.count.clone();
        // What has ended by then is counted either way.
        let _ = timeout(within, ended.wait_for(|ended| *ended >= count)).await;
    }

    /// Waits until so many jobs have ended in all, each once.
    pub(super) async fn ended(&self, count: usize, within: Duration) -> anyhow::Result<()> {
        self.ended_so_many(count, within).await;
        let mut seen = self.parts.seen();
        if let Some(error) = seen.error.take() {
            return Err(error);
        }
        let jobs: HashSet<_> = seen.ended.iter().map(|(job, _)| *job).collect();
        let (ended, different) = (seen.ended.len(), jobs.len());
        ensure!(
            ended == count && different == count,
            "of {count} jobs Leo has run {different}, and {ended} times one of them"
        );
        Ok(())
    }
}

impl Parts {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claimer's loop.
    async fn claim(self: Arc<Self>, mut hints: watch::Receiver<u64>, hungry: watch::Sender<bool>) {
        let mut orphans_due = tokio::time::Instant::now();
        loop {
            let permits = self.free_slots().await;
            hungry.send_replace(true);
            let hinted = *hints.borrow_and_update();
            let (free, began) = (permits.len(), tokio::time::Instant::now());
            let with_orphans = began >= orphans_due;
            if with_orphans {
                orphans_due = began + ORPHANS_INTERVAL;
            }
            match self.look(permits, with_orphans).await {
                Ok(taken) if taken == free => {
                    hungry.send_replace(false);
                    self.waker.wake();
                    continue;
                }
                Ok(_) => {}
                Err(error) => self.seen().error = Some(error),
            }
            let interval = Duration::from_secs_f64(rand::rng().random_range(LOOK));
            let again = if with_orphans {
                began + interval
            } else {
                orphans_due
            };
            // A hint or the end of the interval: either way it looks again.
            let _ = timeout_at(again, hints.wait_for(|count| *count != hinted)).await;
        }
    }

    /// Waits for a free slot, then takes all there are.
    async fn free_slots(&self) -> Vec<OwnedSemaphorePermit> {
        let first = Arc::clone(&self.slots).acquire_owned().await;
        let mut permits: Vec<_> = first.into_iter().collect();
        // Jobs that have ended together give theirs back in this moment.
        tokio::task::yield_now().await;
        while let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            permits.push(permit);
        }
        permits
    }

    /// Fills slots; how many.
    async fn look(
        self: &Arc<Self>,
        slots: Vec<OwnedSemaphorePermit>,
        with_orphans: bool,
    ) -> anyhow::Result<usize> {
        if with_orphans {
            let orphans = self.db.orphans(self.host, ROUND).await?;
            ensure!(orphans.is_empty(), "there are orphans: {orphans:?}");
        }
        let free = u32::try_from(slots.len())?;
        let found = self.db.claim(self.worker, free).await?;
        let now = Instant::now();
        for fact in found.facts {
            self.publisher.fact(fact);
        }
        let ids: Vec<_> = found.claims.iter().map(|claim| claim.job).collect();
        if !ids.is_empty() {
            let jobs = self.db.any_jobs(&ids).await?;
            ensure!(jobs.len() == ids.len(), "a job is gone");
        }
        for (claim, slot) in found.claims.into_iter().zip(slots) {
            self.seen().claimed.insert(claim.job, now);
            if self.held == Some(claim.user) {
                self.seen().held.push(slot);
            } else {
                tokio::spawn(Arc::clone(self).go(claim, slot));
            }
        }
        Ok(ids.len())
    }

    /// The way of a job.
    async fn go(self: Arc<Self>, claim: Claim, slot: OwnedSemaphorePermit) {
        match self.end(&claim).await {
            Ok(()) => self.ended.send_modify(|count| *count += 1),
            Err(error) => self.seen().error = Some(error),
        }
        drop(slot);
    }

    async fn end(&self, claim: &Claim) -> anyhow::Result<()> {
        let done = Outcome::default();
        let fact = self.finisher.finish(claim.job, claim.epoch, done).await?;
        self.publisher
            .fact(fact.context("the job was not held any more")?);
        self.seen().ended.push((claim.job, Instant::now()));
        Ok(())
    }
}

/// Counts hints, as long as somebody wants to know.
async fn hear(
    link: RedisLink,
    count: watch::Sender<u64>,
    mut hungry: watch::Receiver<bool>,
    waker: Waker,
) {
    let mut waiter = HintWaiter::new(link);
    while !count.is_closed() {
        if hungry.wait_for(|hungry| *hungry).await.is_err() {
            return;
        }
        match waiter.wait().await {
            Ok(true) if !*hungry.borrow() => waker.wake(),
            Ok(true) => count.send_modify(|count| *count += 1),
            Ok(false) => {}
            Err(_) => tokio::time::sleep(REDIS_PAUSE).await,
        }
    }
}
