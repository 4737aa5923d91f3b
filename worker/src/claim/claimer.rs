//! The task that claims.

use std::sync::Arc;
use std::time::Duration;

use leo_common::metrics;
use leo_common::queue::HintWaiter;
use leo_common::redis_link::RedisLink;
use leo_common::store::claims::Claim;
use rand::RngExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::lost_answers;
use crate::context::Context;
use crate::holds::Hold;
use crate::{drain, reconcile};

/// How long a worker with a free slot goes without looking for work.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// The interval varies by this much, so that workers do not look at the same time.
const JITTER: f64 = 0.2;
/// The pause after Redis has failed.
const REDIS_PAUSE: Duration = Duration::from_secs(1);

/// A job on its way to its handler, with the slot that it takes until it is dropped.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    /// Entered as soon as the job was taken: what is held and has none is nobody's here.
    pub(crate) hold: Hold,
    pub(crate) _slot: OwnedSemaphorePermit,
}

/// Claims jobs for the free slots of this worker.
pub(crate) struct Claimer {
    ctx: Context,
    slots: Arc<Semaphore>,
    found: mpsc::Sender<Claimed>,
    hints: watch::Receiver<u64>,
}

impl Claimer {
    /// The claimer and the other end of what it finds.
    pub(crate) fn new(ctx: Context, link: RedisLink) -> (Self, mpsc::Receiver<Claimed>) {
        let slots = ctx.config.running.worker_concurrency as usize;
        let (found, claims) = mpsc::channel(slots);
        let (count, hints) = watch::channel(0);
        tokio::spawn(hear_hints(ctx.clone(), link, count));
        (
            Self {
                ctx,
                slots: Arc::new(Semaphore::new(slots)),
                found,
                hints,
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
            let hinted = *self.hints.borrow_and_update();
            let free = permits.len();
            let taken = self.look(permits).await;
            if taken == free {
                // There may be more work than this worker has slots: somebody else may want it.
                self.ctx.hints.push().await;
                continue;
            }
            let hints = &mut self.hints;
            let _ = tokio::time::timeout(
                jittered(LOOK_INTERVAL),
                hints.wait_for(|count| *count != hinted),
            )
            .await;
        }
    }

    /// Waits for a free slot, then takes all there are.
    async fn free_slots(&self) -> Option<Vec<OwnedSemaphorePermit>> {
        let mut permits = vec![self.slots.clone().acquire_owned().await.ok()?];
        while let Ok(permit) = self.slots.clone().try_acquire_owned() {
            permits.push(permit);
        }
        Some(permits)
    }

    /// Fills slots with orphaned and new jobs; how many.
    async fn look(&self, mut permits: Vec<OwnedSemaphorePermit>) -> usize {
        let free = permits.len();
        let mut claims = lost_answers::take_up(&self.ctx, free).await;
        let slots = free.saturating_sub(claims.len());
        if drain::may_adopt(&self.ctx).await {
            claims.extend(reconcile::orphaned_jobs::adopt(&self.ctx, slots).await);
        }
        let rest = u32::try_from(free - claims.len().min(free)).unwrap_or(0);
        let claiming = rest > 0 && !self.ctx.draining.is_set();
        if claiming && self.ctx.orchestrator.is_ready().await {
            match self.ctx.db.claim(self.ctx.worker, rest).await {
                Ok(found) => {
                    found
                        .facts
                        .into_iter()
                        .for_each(|fact| self.ctx.publisher.fact(fact));
                    found.waited.into_iter().for_each(metrics::claimed);
                    claims.extend(found.claims.into_iter().map(|claim| {
                        let hold = self.ctx.holds.enter(claim.job, claim.epoch);
                        (claim, hold)
                    }));
                }
                Err(error) => {
                    tracing::warn!(error = %leo_common::error_chain::Chain(&error), "no job could be claimed");
                    self.ctx.holds.doubt();
                }
            }
        }
        let taken = claims.len();
        for ((claim, hold), _slot) in claims.into_iter().zip(permits.drain(..)) {
            let claimed = Claimed { claim, hold, _slot };
            // The receiver ends after this task; a job that it does not take is released at the end.
            let _ = self.found.send(claimed).await;
        }
        taken
    }
}

/// Counts hints, as long as somebody wants to know.
async fn hear_hints(ctx: Context, link: RedisLink, count: watch::Sender<u64>) {
    let mut waiter = HintWaiter::new(link);
    while !count.is_closed() {
        if ctx.draining.is_set() {
            // Hints are for those who claim.
            tokio::time::sleep(LOOK_INTERVAL).await;
            continue;
        }
        match waiter.wait().await {
            Ok(true) if ctx.draining.is_set() => ctx.hints.push().await,
            Ok(true) => count.send_modify(|count| *count += 1),
            Ok(false) => {}
            Err(error) => {
                tracing::debug!(%error, "no hints from redis; the timer finds jobs");
                tokio::time::sleep(REDIS_PAUSE).await;
            }
        }
    }
}

fn jittered(interval: Duration) -> Duration {
    interval.mul_f64(rand::rng().random_range(1.0 - JITTER..1.0 + JITTER))
}
