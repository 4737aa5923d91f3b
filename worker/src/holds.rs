//! The jobs that this worker holds, and what it has heard about them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use leo_common::store::workers::Held;
use leo_protocol::JobId;
use tokio_util::sync::CancellationToken;

/// The jobs held, by id. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holds(Arc<Mutex<HashMap<JobId, Signals>>>);

#[derive(Debug, Clone)]
struct Signals {
    epoch: u32,
    cancel: CancellationToken,
    lost: CancellationToken,
}

/// One job as its way sees it. Dropped, the job is held no more.
#[derive(Debug)]
pub(crate) struct Hold {
    holds: Holds,
    job: JobId,
    /// Under which epoch.
    pub(crate) epoch: u32,
    /// Somebody asked for the job's end.
    pub(crate) cancel: CancellationToken,
    /// The job is somebody else's now, or is to be: write nothing more, leave the container alone.
    pub(crate) lost: CancellationToken,
}

impl Holds {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Signals>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a job. A hold of the same job under an older epoch is lost by that.
    pub(crate) fn enter(&self, job: JobId, epoch: u32) -> Hold {
        let signals = Signals {
            epoch,
            cancel: CancellationToken::new(),
            lost: CancellationToken::new(),
        };
        let hold = Hold {
            holds: self.clone(),
            job,
            epoch,
            cancel: signals.cancel.clone(),
            lost: signals.lost.clone(),
        };
        if let Some(older) = self.map().insert(job, signals) {
            older.lost.cancel();
        }
        hold
    }

    /// Whether the job is held under this epoch.
    pub(crate) fn has(&self, job: JobId, epoch: u32) -> bool {
        self.map()
            .get(&job)
            .is_some_and(|signals| signals.epoch == epoch)
    }

    /// Somebody asked for a job's end.
    pub(crate) fn cancel(&self, job: JobId) {
        if let Some(signals) = self.map().get(&job) {
            signals.cancel.cancel();
        }
    }

    /// What Postgres says this worker holds, as of a moment at which `before` had been entered:
    /// jobs of `before` that are missing are lost.
    pub(crate) fn compare(&self, before: &[(JobId, u32)], held: &[Held]) {
        let held: HashMap<_, _> = held
            .iter()
            .map(|held| ((held.job, held.epoch), held.cancel))
            .collect();
        let map = self.map();
        for (job, epoch) in before {
            let Some(signals) = map.get(job).filter(|signals| signals.epoch == *epoch) else {
                continue;
            };
            match held.get(&(*job, *epoch)) {
                None => signals.lost.cancel(),
                Some(true) => signals.cancel.cancel(),
                Some(false) => {}
            }
        }
    }

    /// The jobs held, with their epochs.
    pub(crate) fn list(&self) -> Vec<(JobId, u32)> {
        self.map()
            .iter()
            .map(|(job, signals)| (*job, signals.epoch))
            .collect()
    }

    /// Gives up everything that is held.
    pub(crate) fn lose_all(&self) {
        self.map()
            .values()
            .for_each(|signals| signals.lost.cancel());
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut map = self.holds.map();
        if map
            .get(&self.job)
            .is_some_and(|signals| signals.epoch == self.epoch)
        {
            map.remove(&self.job);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgres_does_not_confirm_is_lost() {
        let holds = Holds::default();
        let (kept, gone, cancelled) = (JobId::generate(), JobId::generate(), JobId::generate());
        let entered: Vec<_> = [kept, gone, cancelled]
            .map(|job| holds.enter(job, 1))
            .into();
        let before = holds.list();
        let late = holds.enter(JobId::generate(), 1);
        let held = [
            Held {
                job: kept,
                epoch: 1,
                cancel: false,
            },
            Held {
                job: gone,
                epoch: 2,
                cancel: false,
            },
            Held {
                job: cancelled,
                epoch: 1,
                cancel: true,
            },
        ];
        holds.compare(&before, &held);
        let seen: Vec<_> = entered
            .iter()
            .map(|hold| (hold.lost.is_cancelled(), hold.cancel.is_cancelled()))
            .collect();
        assert_eq!(seen, [(false, false), (true, false), (false, true)]);
        assert!(!late.lost.is_cancelled(), "entered after the look");
    }

    #[test]
    fn a_newer_hold_ends_the_older_and_outlives_it() {
        let holds = Holds::default();
        let job = JobId::generate();
        let old = holds.enter(job, 1);
        let new = holds.enter(job, 2);
        assert!(old.lost.is_cancelled());
        drop(old);
        assert!(holds.has(job, 2) && !new.lost.is_cancelled());
    }
}
