//! When the harness itself kept whom away from what: the one excuse for two generators of a job.
//!
//! A host is out of reach while none of the workers that reach it runs. Only after `LOST_AFTER` of
//! that may a job start again elsewhere while its first container, of which nobody can know, runs
//! on. A killed worker of mode `process` is no excuse: its children are to be killed before.

use std::collections::HashMap;

use super::clock::Moment;
use super::ledger::{Host, Run};

/// From when to when.
pub(super) type Span = (Moment, Moment);

/// The times in which hosts were out of reach.
#[derive(Debug, Clone, Default)]
pub(super) struct Absences(HashMap<Host, Vec<Span>>);

impl Absences {
    /// A worker of mode `process` stood still.
    pub(super) fn of_worker(&mut self, slot: usize, incarnation: u32, span: Span) {
        let host = Host::Worker(slot, incarnation);
        self.0.entry(host).or_default().push(span);
    }

    /// The engine was out of reach whenever each of its workers was away.
    pub(super) fn of_engine(&mut self, workers: &[Vec<Span>]) {
        let common = workers
            .iter()
            .cloned()
            .reduce(|all, one| common(&all, &one));
        self.0.insert(Host::Engine, common.unwrap_or_default());
    }

    /// Whether the first run's host was out of reach for so long before the second began.
    pub(super) fn excuse(&self, first: &Run, second: &Run, lost_after: Moment) -> bool {
        let spans = self.0.get(&first.host).into_iter().flatten();
        spans.into_iter().any(|(from, to)| {
            to - from >= lost_after
                && from + lost_after <= second.start
                && *from <= first.last
                && first.start <= *to
        })
    }
}

/// The times that lie in both.
fn common(some: &[Span], others: &[Span]) -> Vec<Span> {
    let pairs = some
        .iter()
        .flat_map(|one| others.iter().map(move |other| (one, other)));
    let cuts = pairs.map(|(one, other)| (one.0.max(other.0), one.1.min(other.1)));
    cuts.filter(|(from, to)| from < to).collect()
}

#[cfg(test)]
mod tests {
    use leo_protocol::JobId;

    use super::*;

    fn run(host: Host, start: Moment, last: Moment) -> Run {
        Run {
            job: JobId::generate(),
            attempt: 1,
            host,
            pid: 1,
            start,
            last,
        }
    }

    #[test]
    fn only_a_long_absence_is_an_excuse() {
        let mut absences = Absences::default();
        absences.of_worker(1, 1, (100, 200));
        let (first, second) = (
            run(Host::Worker(1, 1), 50, 300),
            run(Host::Engine, 190, 300),
        );
        assert!(absences.excuse(&first, &second, 80));
        assert!(!absences.excuse(&first, &second, 120), "it was too short");
        assert!(
            !absences.excuse(&second, &first, 80),
            "the engine was there"
        );
        let early = run(Host::Engine, 170, 300);
        assert!(!absences.excuse(&first, &early, 80), "it began too early");
    }

    #[test]
    fn an_engine_is_out_of_reach_when_all_its_workers_are() {
        let mut absences = Absences::default();
        absences.of_engine(&[vec![(0, 100), (150, 300)], vec![(50, 200)]]);
        let first = run(Host::Engine, 0, 400);
        let second = run(Host::Worker(0, 1), 160, 400);
        assert!(absences.excuse(&first, &second, 50));
        assert!(!absences.excuse(&first, &second, 51));
    }
}
