//! The result of a run of the fleet, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::faults::Kind;

/// Complaints that are shown.
const SHOWN: usize = 60;

/// What a run has shown.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The seed of the schedule.
    pub seed: u64,
    /// How long things went wrong.
    pub length: Duration,
    /// `LEASE_SECONDS` and `LOST_AFTER`.
    pub leases: (Duration, Duration),
    /// Faults, by kind.
    pub faults: BTreeMap<Kind, u64>,
    /// Answers of Postgres that were swallowed after the commit, and statements that were lost.
    pub answers: (u64, u64),
    /// Whether there were containers.
    pub containers: bool,
    /// Jobs that were promised by a 202.
    pub accepted: usize,
    /// Answers with which they were promised: more, for keys were sent again.
    pub answered: u64,
    /// Cancels that were accepted.
    pub cancels: u64,
    /// Jobs that retry another.
    pub retries: u64,
    /// Events that are stored.
    pub events: u64,
    /// Lives of generators by the ledger.
    pub runs: usize,
    /// Those among them that ran in containers.
    pub container_runs: usize,
    /// Jobs that completed.
    pub completed: usize,
    /// Jobs that were cancelled.
    pub cancelled: usize,
    /// Jobs that failed, by reason.
    pub failed: BTreeMap<String, u64>,
    /// Take-overs of a running generator.
    pub adoptions: u64,
    /// Jobs with more than one attempt.
    pub restarted: usize,
    /// Why another attempt began.
    pub restarts: BTreeMap<String, u64>,
    /// The longest that a job in a container stood still after the loss of its worker.
    pub recovery_of_containers: Option<Duration>,
    /// The same of jobs whose generator was a child of the worker.
    pub recovery_of_processes: Option<Duration>,
    /// The longest between a cancel and its effect.
    pub slowest_cancel: Duration,
    /// The longest that a worker took to end when it was asked to.
    pub slowest_end: Duration,
    /// Two runs of one job at once, after its host was out of reach for `LOST_AFTER`: as documented.
    pub twice_after_lost: u64,
    /// Containers that an engine started when their jobs had ended meanwhile, and that were removed.
    pub started_late: u64,
    /// Bad: promised and never ended, or gone.
    pub lost: usize,
    /// Bad: two runs of one job at the same time.
    pub twice: u64,
    /// Bad: generators that lived on after their job's end.
    pub outlived: u64,
    /// Bad: ends that changed.
    pub changed: usize,
    /// Bad: streams whose end is missing, doubled, not the last, or another one than the job's.
    pub wrong_ends: usize,
    /// Bad: completed jobs whose lines are not all there, once and in order.
    pub wrong_output: usize,
    /// Bad: limits of users or sessions that were exceeded.
    pub exceeded: usize,
    /// Bad: jobs made twice for one key, or for nobody.
    pub duplicates: usize,
    /// Bad: failures that nothing explains.
    pub failed_without_cause: usize,
    /// Bad: cancels that took longer than any take-over.
    pub cancels_ignored: usize,
    /// Bad: containers, child processes and folders that are left.
    pub orphans: usize,
    /// Everything bad, in words.
    pub complaints: Vec<String>,
}

impl Report {
    /// The figures that have to be zero.
    pub(super) fn bad(&self) -> [(&'static str, u64); 11] {
        let count = |number: usize| number as u64;
        [
            ("lost", count(self.lost)),
            ("run twice at the same time", self.twice),
            ("outlived their job", self.outlived),
            ("terminal states changed", count(self.changed)),
            ("wrong ends of streams", count(self.wrong_ends)),
            ("wrong output", count(self.wrong_output)),
            ("limits exceeded", count(self.exceeded)),
            ("duplicates", count(self.duplicates)),
            ("failed without a cause", count(self.failed_without_cause)),
            ("cancels ignored", count(self.cancels_ignored)),
            ("orphans left", count(self.orphans)),
        ]
    }

    /// What is bad comes first: it is what is left where only the beginning of a long output is kept.
    fn complain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for complaint in self.complaints.iter().take(SHOWN) {
            writeln!(f, "bad: {complaint}")?;
        }
        match self.complaints.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => writeln!(f, "bad: and {more} more"),
        }
    }

    /// Whether every bad figure is zero.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.bad().iter().all(|(_, count)| *count == 0) && self.complaints.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.complain(f)?;
        let seconds = |time: Duration| format!("{:.1}", time.as_secs_f64());
        let mut row = |name: &str, value: &dyn fmt::Display| writeln!(f, "{name:<32} {value:>12}");
        row("seed", &self.seed)?;
        row("seconds", &self.length.as_secs())?;
        row("LEASE_SECONDS", &seconds(self.leases.0))?;
        row("LOST_AFTER", &seconds(self.leases.1))?;
        row("containers", &if self.containers { "yes" } else { "no" })?;
        row("faults", &self.faults.values().sum::<u64>())?;
        for (kind, count) in &self.faults {
            row(&format!("  {kind}"), count)?;
        }
        row("answers swallowed after commit", &self.answers.0)?;
        row("statements lost", &self.answers.1)?;
        row("accepted", &self.accepted)?;
        row("  answers with them", &self.answered)?;
        row("  cancels of them", &self.cancels)?;
        row("  retries among them", &self.retries)?;
        row("generators run", &self.runs)?;
        row("  in containers", &self.container_runs)?;
        row("events stored", &self.events)?;
        row("completed", &self.completed)?;
        row("cancelled", &self.cancelled)?;
        row("failed", &self.failed.values().sum::<u64>())?;
        for (reason, count) in &self.failed {
            row(&format!("  {reason}"), count)?;
        }
        row("adoptions", &self.adoptions)?;
        row("jobs with more attempts", &self.restarted)?;
        for (why, count) in &self.restarts {
            row(&format!("  {why}"), count)?;
        }
        let recovery = |time: Option<Duration>| time.map_or("-".to_owned(), seconds);
        row(
            "worst recovery, containers (s)",
            &recovery(self.recovery_of_containers),
        )?;
        row(
            "worst recovery, processes (s)",
            &recovery(self.recovery_of_processes),
        )?;
        row("slowest cancel (s)", &seconds(self.slowest_cancel))?;
        row("slowest hand-over (s)", &seconds(self.slowest_end))?;
        row("run twice after LOST_AFTER", &self.twice_after_lost)?;
        row("started too late, and removed", &self.started_late)?;
        for (name, count) in self.bad() {
            row(name, &count)?;
        }
        Ok(())
    }
}
