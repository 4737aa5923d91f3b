//! What users know: which jobs they were promised, what they asked for, and how jobs ended.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leo_protocol::{JobId, SessionId};

use super::scripts::Script;

/// A job that was answered with 202.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) job: JobId,
    pub(super) session: SessionId,
    pub(super) user: usize,
    pub(super) script: Script,
}

/// How a job stands once it has ended. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terminal {
    pub(super) status: String,
    pub(super) reason: Option<String>,
}

/// What is known by now. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Book(Arc<Mutex<Pages>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    pub(super) accepted: HashMap<JobId, Accepted>,
    /// The jobs that were given for one idempotency key: one each, if all is well.
    pub(super) answers: BTreeMap<String, BTreeSet<JobId>>,
    /// How often a key was answered with a job.
    pub(super) answered: u64,
    pub(super) terminal: HashMap<JobId, Terminal>,
    /// Ends that were another one before, in words.
    pub(super) changed: Vec<String>,
    /// Jobs whose container the harness has killed.
    pub(super) killed: HashSet<JobId>,
    pub(super) cancels: u64,
    pub(super) retries: u64,
    /// Answers that nobody should get.
    pub(super) complaints: Vec<String>,
}

impl Book {
    /// What is in it, held.
    pub(super) fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Jobs of a user that have not ended yet.
    pub(super) fn outstanding(&self, user: usize) -> usize {
        let pages = self.pages();
        let of_user = pages.accepted.values().filter(|job| job.user == user);
        let open = of_user.filter(|job| !pages.terminal.contains_key(&job.job));
        open.count()
    }
}

impl Pages {
    /// A key was answered with a job.
    pub(super) fn answer(&mut self, key: &str, accepted: Accepted) {
        self.answered += 1;
        let jobs = self.answers.entry(key.to_owned()).or_default();
        jobs.insert(accepted.job);
        self.accepted.entry(accepted.job).or_insert(accepted);
    }

    /// Somebody has seen a job ended; `who` tells who it was.
    pub(super) fn ended(&mut self, job: JobId, seen: Terminal, who: &str) {
        match self.terminal.get(&job) {
            Some(known) if *known == seen => {}
            Some(known) => {
                let change = format!("job {job} was {known:?}, and {who} saw {seen:?}");
                self.changed.push(change);
            }
            None => {
                self.terminal.insert(job, seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_changes_is_noticed() {
        let book = Book::default();
        let job = JobId::generate();
        let end = |status: &str| Terminal {
            status: status.to_owned(),
            reason: None,
        };
        for status in ["completed", "completed", "failed"] {
            book.pages().ended(job, end(status), "somebody");
        }
        assert_eq!(book.pages().changed.len(), 1);
        assert_eq!(book.pages().terminal[&job], end("completed"));
    }
}
