//! Workers that have stopped beating, and those known to be dead.
//!
//! A worker is silent when its beat counter has not moved for a lease, by this observer's own
//! monotonic clock, counting only time in which this observer could ask Postgres (see
//! [`super::witness`]). No wall clock is compared, so that an outage, a fail-over or a clock step
//! expires nobody. A worker whose process this one can see to be gone need not be waited for. Either
//! is taken off the list; its jobs are then without a holder and found by [`super::orphaned_jobs`].

use std::collections::HashMap;
use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::store::workers::Sign;
use leo_protocol::WorkerId;
use tokio::time::Instant;

use super::pace;
use crate::context::Context;
use crate::kernel::{Fate, ProcessName, Realm};

/// Rounds that count as one at most: what takes longer was an outage, or this process was stopped.
const LONGEST_STEP: u32 = 2;

/// What this observer has seen of the others.
#[derive(Debug)]
pub(super) struct Watch {
    seen: HashMap<WorkerId, Seen>,
    realm: Option<Realm>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    beat: i64,
    unchanged: Duration,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self {
            seen: HashMap::new(),
            realm: Realm::here(),
        }
    }

    pub(super) async fn look(&mut self, ctx: &Context) {
        let limits = &ctx.config.limits;
        let (lease, lost) = (limits.lease_seconds.get(), limits.lost_after.get());
        let asked = Instant::now();
        let signs = match ctx.db.signs().await {
            Ok(signs) => signs,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "the other workers cannot be watched");
                ctx.witness.failed();
                return;
            }
        };
        let step = ctx.witness.answered(asked, pace(lease) * LONGEST_STEP);
        ctx.witness.seen(signs.iter().map(|sign| sign.host), lost);
        let silent = self.note(&signs, step, lease);
        for sign in signs.iter().filter(|sign| sign.worker != ctx.worker) {
            if silent.contains(&sign.worker) {
                expire(ctx, sign, "a worker is silent; its jobs are free").await;
            } else if self.is_dead(sign) {
                expire(ctx, sign, "a worker's process is gone; its jobs are free").await;
            }
        }
    }

    /// Notes what was seen; the workers that have been silent for a lease.
    fn note(&mut self, signs: &[Sign], step: Duration, lease: Duration) -> Vec<WorkerId> {
        let before = std::mem::take(&mut self.seen);
        for Sign { worker, beat, .. } in signs {
            let unchanged = match before.get(worker) {
                Some(seen) if seen.beat == *beat => seen.unchanged + step,
                _ => Duration::ZERO,
            };
            let beat = *beat;
            self.seen.insert(*worker, Seen { beat, unchanged });
        }
        let silent = self.seen.iter().filter(|(_, seen)| seen.unchanged >= lease);
        silent.map(|(worker, _)| *worker).collect()
    }

    /// Whether a worker's process is known to be gone.
    fn is_dead(&self, sign: &Sign) -> bool {
        let process = sign.process.as_deref().and_then(|name| name.parse().ok());
        process.is_some_and(|process: ProcessName| process.fate(self.realm.as_ref()) == Fate::Dead)
    }
}

async fn expire(ctx: &Context, sign: &Sign, what: &str) {
    match ctx.db.expire_worker(sign.worker, sign.beat).await {
        Ok(true) => {
            tracing::warn!(worker.id = %sign.worker, "{what}");
            // Whoever has a free slot on its host need not wait for his timer.
            ctx.waker.wake();
        }
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "a worker could not be taken off the list")
        }
    }
}

#[cfg(test)]
mod tests {
    use leo_protocol::HostId;

    use super::*;

    const LEASE: Duration = Duration::from_secs(30);
    const STEP: Duration = Duration::from_secs(5);

    fn sign(worker: WorkerId, beat: i64) -> Sign {
        Sign {
            worker,
            beat,
            host: HostId::generate(),
            process: None,
        }
    }

    #[test]
    fn a_worker_is_silent_after_a_lease_without_a_beat() {
        let mut watch = Watch::new();
        let (dead, alive) = (WorkerId::generate(), WorkerId::generate());
        let mut look = |dead_beat, alive_beat| {
            watch.note(
                &[sign(dead, dead_beat), sign(alive, alive_beat)],
                STEP,
                LEASE,
            )
        };
        let rounds: Vec<_> = (0..7).map(|round| look(4, round).len()).collect();
        assert_eq!(rounds, [0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(look(4, 9), [dead]);
        assert!(look(5, 9).is_empty(), "it came back");
    }

    #[test]
    fn time_without_postgres_does_not_count() {
        let mut watch = Watch::new();
        let worker = WorkerId::generate();
        for _ in 0..100 {
            let signs = [sign(worker, 1)];
            assert!(watch.note(&signs, Duration::ZERO, LEASE).is_empty());
        }
    }

    #[test]
    fn a_process_that_cannot_be_judged_is_not_dead() {
        let watch = Watch::new();
        let named = |process: Option<String>| Sign {
            process,
            ..sign(WorkerId::generate(), 1)
        };
        let own = ProcessName::own().unwrap().to_string();
        let (realm, _) = own.rsplit_once(' ').unwrap();
        assert!(!watch.is_dead(&named(Some(own.clone()))));
        assert!(
            watch.is_dead(&named(Some(format!("{realm} 1")))),
            "a number used again"
        );
        for unknown in [None, Some("2 something newer".to_owned())] {
            assert!(!watch.is_dead(&named(unknown)));
        }
        let elsewhere = format!("1 another-boot pid:[1] - {} 1", i32::MAX);
        assert!(!watch.is_dead(&named(Some(elsewhere))));
    }
}
