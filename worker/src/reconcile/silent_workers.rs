//! Workers that have stopped beating.
//!
//! A worker is silent when its beat counter has not moved for a lease, by this observer's own
//! monotonic clock, counting only time in which this observer could ask Postgres. No wall clock is
//! compared, so that an outage, a fail-over or a clock step expires nobody. A silent worker is
//! taken off the list; its jobs are then without a holder and found by [`super::orphaned_jobs`].

use std::collections::HashMap;
use std::time::{Duration, Instant};

use leo_common::error_chain::Chain;
use leo_protocol::WorkerId;

use crate::context::Context;

/// Time between two looks that counts at most; what is longer was an outage, or this process
/// itself was asleep.
const LONGEST_STEP: Duration = Duration::from_secs(5);

/// What this observer has seen of the others.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: HashMap<WorkerId, Seen>,
    last_look: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    beat: i64,
    unchanged: Duration,
}

impl Watch {
    pub(super) async fn look(&mut self, ctx: &Context) {
        let beats = match ctx.db.beats().await {
            Ok(beats) => beats,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "the other workers cannot be watched");
                // What has passed meanwhile does not count.
                self.last_look = None;
                return;
            }
        };
        let now = Instant::now();
        let step = self
            .last_look
            .map_or(Duration::ZERO, |last| now.duration_since(last));
        self.last_look = Some(now);
        let lease = ctx.config.limits.lease_seconds.get();
        for (worker, beat) in self.note(&beats, step.min(LONGEST_STEP), lease) {
            if worker != ctx.worker {
                expire(ctx, worker, beat).await;
            }
        }
    }

    /// Notes what was seen; the workers that have been silent for a lease.
    fn note(
        &mut self,
        beats: &[(WorkerId, i64)],
        step: Duration,
        lease: Duration,
    ) -> Vec<(WorkerId, i64)> {
        let before = std::mem::take(&mut self.seen);
        for (worker, beat) in beats {
            let unchanged = match before.get(worker) {
                Some(seen) if seen.beat == *beat => seen.unchanged + step,
                _ => Duration::ZERO,
            };
            self.seen.insert(
                *worker,
                Seen {
                    beat: *beat,
                    unchanged,
                },
            );
        }
        let silent = self.seen.iter().filter(|(_, seen)| seen.unchanged >= lease);
        silent.map(|(worker, seen)| (*worker, seen.beat)).collect()
    }
}

async fn expire(ctx: &Context, worker: WorkerId, beat: i64) {
    match ctx.db.expire_worker(worker, beat).await {
        Ok(true) => tracing::warn!(worker.id = %worker, "a worker is silent; its jobs are free"),
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "a silent worker could not be taken off the list")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(30);
    const STEP: Duration = Duration::from_secs(5);

    #[test]
    fn a_worker_is_silent_after_a_lease_without_a_beat() {
        let mut watch = Watch::default();
        let (dead, alive) = (WorkerId::generate(), WorkerId::generate());
        let rounds: Vec<_> = (0..7)
            .map(|round| watch.note(&[(dead, 4), (alive, round)], STEP, LEASE).len())
            .collect();
        assert_eq!(rounds, [0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(
            watch.note(&[(dead, 4), (alive, 9)], STEP, LEASE),
            [(dead, 4)]
        );
        assert!(
            watch.note(&[(dead, 5), (alive, 9)], STEP, LEASE).is_empty(),
            "it came back"
        );
    }

    #[test]
    fn time_without_postgres_does_not_count() {
        let mut watch = Watch::default();
        let worker = WorkerId::generate();
        for _ in 0..100 {
            assert!(watch.note(&[(worker, 1)], Duration::ZERO, LEASE).is_empty());
        }
    }
}
