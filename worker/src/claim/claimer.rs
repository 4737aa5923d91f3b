//! The task that claims.

use std::sync::Arc;
use std::time::Duration;

use leo_common::metrics;
use leo_common::redis_link::RedisLink;
use leo_common::store::claims::Claim;
use leo_common::store::jobs::JobRecord;
use rand::RngExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::Instant;

use super::{hearing, lost_answers};
use crate::context::Context;
use crate::holds::Hold;
use crate::{drain, reconcile};

/// How long a worker with a free slot goes without looking for work.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// The interval varies by this much, so that workers do not look at the same time.
const JITTER: f64 = 0.2;
/// Orphaned jobs are looked for no more often than this: the look goes through all that are generating.
const ORPHANS_INTERVAL: Duration = Duration::from_millis(200);

/// A job on its way to its handler, with the slot that it takes until it is dropped.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    /// Entered as soon as the job was taken: what is held and has none is nobody's here.
    pub(crate) hold: Hold,
    /// As read after that; `None` where it has to be read again.
    pub(crate) job: Option<Box<JobRecord>>,
    pub(crate) _slot: OwnedSemaphorePermit,
}

/// Claims jobs for the free slots of this worker.
pub(crate) struct Claimer {
    ctx: Context,
    slots: Arc<Semaphore>,
    found: mpsc::Sender<Claimed>,
    hints: watch::Receiver<u64>,
    /// Whether there is a free slot, and so a use for hints.
    hungry: watch::Sender<bool>,
    /// When orphaned jobs are looked for again.
    orphans_due: Instant,
}

impl Claimer {
    /// The claimer and the other end of what it finds.
    pub(crate) fn new(ctx: Context, link: RedisLink) -> (Self, mpsc::Receiver<Claimed>) {
        let slots = ctx.config.running.worker_concurrency as usize;
        let (found, claims) = mpsc::channel(slots);
        let (count, hints) = watch::channel(0);
        let (hungry, is_hungry) = watch::channel(true);
        tokio::spawn(hearing::hear(ctx.clone(), link, count, is_hungry));
        (
            Self {
                ctx,
                slots: Arc::new(Semaphore::new(slots)),
                found,
                hints,
                hungry,
                orphans_due: Instant::now(),
            },
            claims,
        )
    }

    /// Claims until the process is to end.
    pub(crate) async fn run(mut self) {
        let shutdown = self.ctx.shutdown.clone();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.look_forever() => {}
        }
    }

    async fn look_forever(&mut self) {
        loop {
            let Some(permits) = self.free_slots().await else {
                return;
            };
            self.hungry.send_replace(true);
            let hinted = *self.hints.borrow_and_update();
            let (free, began) = (permits.len(), Instant::now());
            let with_orphans = began >= self.orphans_due;
            if with_orphans {
                self.orphans_due = began + ORPHANS_INTERVAL;
            }
            let taken = self.look(permits, with_orphans).await;
            if taken == free {
                // There may be more work than this worker has slots: somebody else may want it.
                self.hungry.send_replace(false);
                self.ctx.waker.wake();
                continue;
            }
            // Whoever has left the orphans out comes back for them soon.
            let again = if with_orphans {
                began + jittered(LOOK_INTERVAL)
            } else {
                self.orphans_due
            };
            let hints = &mut self.hints;
            let _ = tokio::time::timeout_at(again, hints.wait_for(|count| *count != hinted)).await;
        }
    }

    /// Waits for a free slot, then takes all there are.
    async fn free_slots(&self) -> Option<Vec<OwnedSemaphorePermit>> {
        let mut permits = vec![self.slots.clone().acquire_owned().await.ok()?];
        // Jobs that have ended together give theirs back in this moment.
        tokio::task::yield_now().await;
        while let Ok(permit) = self.slots.clone().try_acquire_owned() {
            permits.push(permit);
        }
        Some(permits)
    }

    /// Fills slots with orphaned and new jobs; how many.
    async fn look(&self, permits: Vec<OwnedSemaphorePermit>, with_orphans: bool) -> usize {
        let free = permits.len();
        let mut claims = lost_answers::take_up(&self.ctx, free).await;
        let slots = free.saturating_sub(claims.len());
        if with_orphans && drain::may_adopt(&self.ctx).await {
            claims.extend(reconcile::orphaned_jobs::adopt(&self.ctx, slots).await);
        }
        let rest = u32::try_from(free - claims.len().min(free)).unwrap_or(0);
        let claiming = rest > 0 && !self.ctx.draining.is_set();
        if claiming && self.ctx.orchestrator.is_ready().await {
            claims.extend(self.claim(rest).await);
        }
        let taken = claims.len();
        self.hand_out(claims, permits).await;
        taken
    }

    async fn claim(&self, slots: u32) -> Vec<(Claim, Hold)> {
        match self.ctx.db.claim(self.ctx.worker, slots).await {
            Ok(found) => {
                found
                    .facts
                    .into_iter()
                    .for_each(|fact| self.ctx.publisher.fact(fact));
                found.waited.into_iter().for_each(metrics::claimed);
                let held = found.claims.into_iter().map(|claim| {
                    let hold = self.ctx.holds.enter(claim.job, claim.epoch);
                    (claim, hold)
                });
                held.collect()
            }
            Err(error) => {
                tracing::warn!(error = %leo_common::error_chain::Chain(&error), "no job could be claimed");
                self.ctx.holds.doubt();
                Vec::new()
            }
        }
    }

    /// Sends jobs to their handlers. They are read together, and after they have been entered: whoever
    /// asked for an end before is seen in the job, and whoever asks later is heard.
    async fn hand_out(&self, claims: Vec<(Claim, Hold)>, slots: Vec<OwnedSemaphorePermit>) {
        let ids: Vec<_> = claims.iter().map(|(claim, _)| claim.job).collect();
        let mut jobs = match ids.as_slice() {
            [] => Vec::new(),
            // Each handler reads for itself what could not be read here.
            ids => self.ctx.db.any_jobs(ids).await.unwrap_or_default(),
        };
        for ((claim, hold), _slot) in claims.into_iter().zip(slots) {
            let place = jobs.iter().position(|job| job.id == claim.job);
            let job = place.map(|place| Box::new(jobs.swap_remove(place)));
            let claimed = Claimed {
                claim,
                hold,
                job,
                _slot,
            };
            // The receiver ends after this task; a job that it does not take is released at the end.
            let _ = self.found.send(claimed).await;
        }
    }
}

fn jittered(interval: Duration) -> Duration {
    interval.mul_f64(rand::rng().random_range(1.0 - JITTER..1.0 + JITTER))
}
