//! What this process has seen of the others, and for how long.
//!
//! Time counts here only while this process looked on: between an answer of Postgres and the next
//! question, and no more than a round usually takes. An outage, a question that hung, or a stop of
//! this process itself adds nothing, so that nobody is judged for a time in which nobody could have
//! been seen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leo_common::store::leases::Orphan;
use leo_protocol::{HostId, JobId};
use tokio::time::Instant;

/// The time witnessed, and when jobs and hosts were seen in it. Shared by reference.
#[derive(Debug, Default)]
pub(crate) struct Witness(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Time witnessed since the start.
    time: Duration,
    /// When Postgres has answered last, unless it has failed since.
    answered: Option<Instant>,
    /// When a worker was last seen on a host. Hosts that are gone for longer than anybody asks for
    /// are forgotten.
    hosts: HashMap<HostId, Duration>,
    /// When a job was first seen without a holder. Not longer than the list of orphans.
    orphans: HashMap<(JobId, u32), Duration>,
}

impl Witness {
    /// The map is whole after every statement that changes it, so a panic elsewhere spoils nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Postgres has answered a question `asked` at that time. Gives the time witnessed since the
    /// last answer, at most `most`.
    pub(super) fn answered(&self, asked: Instant, most: Duration) -> Duration {
        let mut state = self.state();
        let step = state
            .answered
            .map_or(Duration::ZERO, |last| asked.saturating_duration_since(last));
        let step = step.min(most);
        state.time += step;
        state.answered = Some(Instant::now());
        step
    }

    /// Postgres did not answer.
    pub(super) fn failed(&self) {
        self.state().answered = None;
    }

    /// These hosts have a worker. Those not seen for `memory` are forgotten.
    pub(super) fn seen(&self, hosts: impl IntoIterator<Item = HostId>, memory: Duration) {
        let mut state = self.state();
        let now = state.time;
        state
            .hosts
            .extend(hosts.into_iter().map(|host| (host, now)));
        state
            .hosts
            .retain(|_, seen| now.saturating_sub(*seen) <= memory);
    }

    /// How long this orphan has been without a holder and its host without a worker.
    pub(super) fn silence(&self, orphan: &Orphan, host: HostId) -> Duration {
        let mut state = self.state();
        let now = state.time;
        let first = *state
            .orphans
            .entry((orphan.job, orphan.epoch))
            .or_insert(now);
        let seen = state.hosts.get(&host).copied().unwrap_or_default();
        now.saturating_sub(first.max(seen))
    }

    /// Forgets what is no orphan any more.
    pub(super) fn keep(&self, orphans: &[Orphan]) {
        let mut state = self.state();
        state.orphans.retain(|key, _| {
            orphans
                .iter()
                .any(|orphan| (orphan.job, orphan.epoch) == *key)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(4);

    fn orphan() -> Orphan {
        Orphan {
            job: JobId::generate(),
            epoch: 1,
            attempt: 1,
            host: None,
            left_on: Vec::new(),
            cancel: false,
        }
    }

    async fn rounds(witness: &Witness, count: u32) {
        for _ in 0..count {
            tokio::time::advance(2 * SECOND).await;
            witness.answered(Instant::now(), MOST);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_time_in_which_it_could_look_counts() {
        let (witness, orphan, host) = (Witness::default(), orphan(), HostId::generate());
        witness.answered(Instant::now(), MOST);
        assert_eq!(witness.silence(&orphan, host), Duration::ZERO);
        rounds(&witness, 10).await;
        assert_eq!(witness.silence(&orphan, host), 20 * SECOND);
        // An outage: Postgres refuses.
        witness.failed();
        tokio::time::advance(500 * SECOND).await;
        witness.answered(Instant::now(), MOST);
        assert_eq!(witness.silence(&orphan, host), 20 * SECOND);
        // Postgres hangs, and answers in the end.
        let asked = Instant::now();
        tokio::time::advance(500 * SECOND).await;
        witness.answered(asked, MOST);
        assert_eq!(witness.silence(&orphan, host), 20 * SECOND);
        // This process was stopped.
        tokio::time::advance(500 * SECOND).await;
        witness.answered(Instant::now(), MOST);
        assert_eq!(witness.silence(&orphan, host), 24 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_of_the_host_or_a_new_holder_begins_it_anew() {
        let (witness, orphan, host) = (Witness::default(), orphan(), HostId::generate());
        witness.answered(Instant::now(), MOST);
        witness.silence(&orphan, host);
        rounds(&witness, 5).await;
        witness.seen([host], 100 * SECOND);
        assert_eq!(witness.silence(&orphan, host), Duration::ZERO);
        rounds(&witness, 5).await;
        assert_eq!(witness.silence(&orphan, host), 10 * SECOND);
        let held_since = Orphan { epoch: 2, ..orphan };
        witness.keep(std::slice::from_ref(&held_since));
        assert_eq!(witness.silence(&held_since, host), Duration::ZERO);
    }
}
