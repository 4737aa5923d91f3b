//! Runs: what generators did themselves, by the ledger.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use leo_protocol::JobId;

use super::Evidence;
use crate::chaos::fleet::clock::nanos;
use crate::chaos::fleet::ledger::{Host, Run};
use crate::chaos::fleet::report::Report;
use crate::chaos::fleet::yard::JOBS_PER_USER;

/// How long a generator may be seen after its job's end: the two are told by different clocks.
const AFTER_END: Duration = Duration::from_secs(2);

/// A container whose start was on its way to an engine that was away begins after its job's end.
/// Two looks of the reconciler for leftovers, and some time to stop it, find and remove it.
const REMOVED_WITHIN: Duration = Duration::from_secs(25);

/// Fills in the figures of all runs.
pub(super) fn judge(evidence: &Evidence, report: &mut Report) {
    let mut by_job: HashMap<JobId, Vec<Run>> = HashMap::new();
    let ours = |run: &&Run| evidence.pages.accepted.contains_key(&run.job);
    for run in evidence.runs.iter().filter(ours) {
        report.runs += 1;
        report.container_runs += usize::from(run.host == Host::Engine);
        by_job.entry(run.job).or_default().push(run.clone());
    }
    let mut lawful = Vec::new();
    for (job, mut runs) in by_job {
        runs.sort_by_key(|run| run.start);
        judge_overlaps(evidence, &mut runs, report);
        for run in &mut runs {
            judge_outliving(evidence, run, report);
        }
        let accepted = &evidence.pages.accepted[&job];
        lawful.extend(
            runs.into_iter()
                .map(|run| (accepted.user, accepted.session, run)),
        );
    }
    let of_users = lawful.iter().map(|(user, _, run)| (*user, run));
    judge_limit(of_users, JOBS_PER_USER as usize, "user", report);
    let of_sessions = lawful.iter().map(|(_, session, run)| (*session, run));
    judge_limit(of_sessions, 1, "session", report);
}

/// Two lives of one job at the same time. One that has an excuse counts as ended where the other
/// began.
fn judge_overlaps(evidence: &Evidence, runs: &mut [Run], report: &mut Report) {
    let lost_after = nanos(evidence.pace.lost_after);
    for second in 1..runs.len() {
        let (before, rest) = runs.split_at_mut(second);
        let second = &rest[0];
        for first in before.iter_mut().filter(|first| first.overlaps(second)) {
            if evidence.absences.excuse(first, second, lost_after) {
                report.twice_after_lost += 1;
                first.last = second.start;
                continue;
            }
            report.twice += 1;
            let together = (first.last.min(second.last) - second.start) / 1_000_000;
            let complaint = format!("two runs for {together} ms: {first:?} and {second:?}");
            report.complaints.push(complaint);
        }
    }
}

/// A generator that lived on after its job had ended.
fn judge_outliving(evidence: &Evidence, run: &mut Run, report: &mut Report) {
    let row = evidence.stored.rows.get(&run.job);
    let Some(ended) = row.and_then(|row| row.finished_at) else {
        return;
    };
    let (wall, monotonic) = evidence.clocks;
    let ended = monotonic - (wall - ended).num_nanoseconds().unwrap_or(0);
    if run.last <= ended + nanos(AFTER_END) {
        return;
    }
    if run.host == Host::Engine
        && run.start > ended
        && run.last <= run.start + nanos(REMOVED_WITHIN)
    {
        report.started_late += 1;
        run.last = run.start;
        return;
    }
    let successor = Run {
        start: ended,
        ..run.clone()
    };
    let lost_after = nanos(evidence.pace.lost_after);
    if evidence.absences.excuse(run, &successor, lost_after) {
        run.last = run.last.min(ended);
        return;
    }
    report.outlived += 1;
    let longer = (run.last - ended) / 1_000_000;
    report.complaints.push(format!(
        "a generator lived {longer} ms longer than its job: {run:?}"
    ));
}

/// Different jobs of one user, or of one session, that ran at the same moment by the ledger.
fn judge_limit<'a, K: std::hash::Hash + Eq + Copy + std::fmt::Debug>(
    runs: impl Iterator<Item = (K, &'a Run)>,
    limit: usize,
    what: &str,
    report: &mut Report,
) {
    let mut of: HashMap<K, Vec<&Run>> = HashMap::new();
    for (key, run) in runs {
        of.entry(key).or_default().push(run);
    }
    for (key, runs) in of {
        let most = most_at_once(&runs);
        if most > limit {
            report.exceeded += 1;
            report
                .complaints
                .push(format!("{what} {key:?} ran {most} jobs at once"));
        }
    }
}

fn most_at_once(runs: &[&Run]) -> usize {
    let mut most = 0;
    // The number is greatest where one begins.
    for run in runs {
        let at = run.start;
        let alive = runs
            .iter()
            .filter(|other| other.start <= at && at < other.last);
        let jobs: HashSet<JobId> = alive.map(|other| other.job).collect();
        most = most.max(jobs.len());
    }
    most
}
