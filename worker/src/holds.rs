//! The jobs that this worker holds, and what it has heard about them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leo_common::store::workers::Held;
use leo_protocol::JobId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long after a call without an answer its effect may still show: Postgres may be at work on it.
const DOUBT: Duration = Duration::from_secs(5);

/// The jobs held, by id. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holds {
    map: Arc<Mutex<HashMap<JobId, Signals>>>,
    /// When it last became doubtful whether this is all that Postgres says is held here.
    doubted: Arc<Mutex<Option<Instant>>>,
}

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
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Whether somebody here works on the job, under any epoch.
    pub(crate) fn knows(&self, job: JobId) -> bool {
        self.map().contains_key(&job)
    }

    /// Postgres may say that this worker holds a job that nobody here knows: the answer to a call
    /// that takes jobs was lost, or the way of one broke off.
    pub(crate) fn doubt(&self) {
        *self.doubted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Since when there has been a doubt, if there is one.
    pub(crate) fn doubted(&self) -> Option<Instant> {
        *self.doubted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Postgres was asked about the doubt of that moment. It is over, unless there is a newer one,
    /// or it is so young that the lost call may still take effect.
    pub(crate) fn settle(&self, doubted: Instant) {
        let mut since = self.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        if *since == Some(doubted) && doubted.elapsed() >= DOUBT {
            *since = None;
        }
    }

    /// Somebody asked for a job's end.
    pub(crate) fn cancel(&self, job: JobId) {
        if let Some(signals) = self.map().get(&job) {
            signals.cancel.cancel();
        }
    }

    /// What Postgres says this worker holds, as of a moment at which `before` had been entered:
    /// jobs of `before` that are missing are lost. One that is held under a newer epoch is not: its
    /// own way has just opened another attempt.
    pub(crate) fn compare(&self, before: &[(JobId, u32)], held: &[Held]) {
        let held: HashMap<_, _> = held
            .iter()
            .map(|held| (held.job, (held.epoch, held.cancel)))
            .collect();
        let map = self.map();
        for (job, epoch) in before {
            let Some(signals) = map.get(job).filter(|signals| signals.epoch == *epoch) else {
                continue;
            };
            match held.get(job) {
                Some((_, true)) => signals.cancel.cancel(),
                Some((held, false)) if held >= epoch => {}
                Some(_) | None => signals.lost.cancel(),
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
        let [kept, gone, cancelled, renewed] = [(); 4].map(|()| JobId::generate());
        let entered: Vec<_> = [kept, gone, cancelled, renewed]
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
                job: renewed,
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
        let expected = [(false, false), (true, false), (false, true), (false, false)];
        assert_eq!(seen, expected);
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
        assert!(holds.knows(job) && !new.lost.is_cancelled());
        drop(new);
        assert!(!holds.knows(job));
    }

    #[tokio::test(start_paused = true)]
    async fn a_doubt_lasts_until_it_is_asked_about_late_enough() {
        let holds = Holds::default();
        assert_eq!(holds.doubted(), None);
        holds.doubt();
        let first = holds.doubted().unwrap();
        holds.settle(first);
        assert_eq!(
            holds.doubted(),
            Some(first),
            "the call may still take effect"
        );
        tokio::time::advance(DOUBT).await;
        holds.doubt();
        holds.settle(first);
        let second = holds.doubted().unwrap();
        assert!(second > first, "there is a newer one");
        tokio::time::advance(DOUBT).await;
        holds.settle(second);
        assert_eq!(holds.doubted(), None);
    }
}
