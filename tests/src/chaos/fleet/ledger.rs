//! Who has run when, told by the generators themselves: what the queue says plays no part in it.
//!
//! A generator of mode `process` writes a file of its own accord (see `mini-generator`), one file
//! for each worker process that starts generators. Containers have no way to write anything to us;
//! they are seen from outside instead, see [`super::sightings`]. Both give [`Run`]s.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use leo_protocol::JobId;

use super::clock::Moment;

/// One life of a generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) job: JobId,
    pub(super) attempt: u32,
    /// Where it ran: the Docker engine, or the worker process that started it.
    pub(super) host: Host,
    pub(super) pid: i32,
    pub(super) start: Moment,
    /// The last sign of life: it has run until then at least.
    pub(super) last: Moment,
}

/// What has to be reached to reach a generator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Host {
    /// The Docker engine, by any of its workers.
    Engine,
    /// The worker process of this slot, the so-many-th one in it.
    Worker(usize, u32),
}

impl Run {
    /// Whether both were alive at the same moment.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.start.max(other.start) < self.last.min(other.last)
    }
}

/// Reads what generators have written. A line that a killed one has left half-written is none.
///
/// # Panics
/// When the folder cannot be read.
pub(super) fn read(folder: &Path) -> Vec<Run> {
    let mut runs = Vec::new();
    for entry in fs::read_dir(folder).expect("list the ledgers") {
        let path = entry.expect("list the ledgers").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let host = name
            .and_then(host_of)
            .expect("a ledger is named by its worker");
        let text = fs::read_to_string(&path).expect("read a ledger");
        runs.extend(parse(&text, &host));
    }
    runs
}

/// The name of a ledger.
pub(super) fn name_of(slot: usize, incarnation: u32) -> String {
    format!("{slot}.{incarnation}")
}

fn host_of(name: &str) -> Option<Host> {
    let (slot, incarnation) = name.split_once('.')?;
    Some(Host::Worker(slot.parse().ok()?, incarnation.parse().ok()?))
}

fn parse(text: &str, host: &Host) -> Vec<Run> {
    let mut runs: HashMap<(i32, Moment), Run> = HashMap::new();
    for run in text.lines().filter_map(|line| note(line, host)) {
        let known = runs
            .entry((run.pid, run.start))
            .or_insert_with(|| run.clone());
        known.last = known.last.max(run.last);
    }
    runs.into_values().collect()
}

fn note(line: &str, host: &Host) -> Option<Run> {
    let mut words = line.split(' ');
    let (_what, job) = (words.next()?, words.next()?.parse().ok()?);
    let (attempt, pid) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let (start, last) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Run {
        job,
        attempt,
        host: host.clone(),
        pid,
        start,
        last,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_lives() {
        let job = JobId::generate();
        let text = format!(
            "start {job} 1 7 100 100\nstart {job} 2 8 140 140\nalive {job} 1 7 100 150\n\
             end {job} 2 8 140 190\nalive {job} 2 8"
        );
        let mut runs = parse(&text, &Host::Worker(0, 1));
        runs.sort_by_key(|run| run.start);
        let seen: Vec<_> = runs
            .iter()
            .map(|run| (run.attempt, run.start, run.last))
            .collect();
        assert_eq!(seen, [(1, 100, 150), (2, 140, 190)]);
        assert!(runs[0].overlaps(&runs[1]));
    }

    #[test]
    fn the_name_of_a_ledger_tells_the_worker() {
        assert_eq!(host_of(&name_of(3, 12)), Some(Host::Worker(3, 12)));
    }
}
