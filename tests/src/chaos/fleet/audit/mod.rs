//! The judgement over a run of the fleet: what users were promised against what Postgres has,
//! against what generators have written themselves, and against what was seen meanwhile.
//!
//! It is a function of the evidence alone, so that forged evidence shows that it is not blind.

use chrono::{DateTime, Utc};

use super::absences::Absences;
use super::book::Pages;
use super::clock::Moment;
use super::inflict::Loss;
use super::ledger::Run;
use super::pace::Pace;
use super::report::Report;
use super::story::Stored;

mod jobs;
mod recovery;
mod runs;

/// Everything there is to judge by.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) pages: Pages,
    pub(super) stored: Stored,
    pub(super) runs: Vec<Run>,
    pub(super) absences: Absences,
    pub(super) losses: Vec<Loss>,
    pub(super) pace: Pace,
    /// One moment by both clocks.
    pub(super) clocks: (DateTime<Utc>, Moment),
}

/// Fills in the figures.
pub(super) fn judge(evidence: &Evidence, report: &mut Report) {
    let pages = &evidence.pages;
    report.accepted = pages.accepted.len();
    report.answered = pages.answered;
    report.cancels = pages.cancels;
    report.retries = pages.retries;
    report.events = evidence.stored.events;
    report.changed = pages.changed.len();
    report.complaints.extend(pages.changed.iter().cloned());
    report.complaints.extend(pages.complaints.iter().cloned());
    report
        .complaints
        .extend(evidence.stored.miscounted.iter().cloned());
    if evidence.stored.gaps > 0 {
        let gaps = evidence.stored.gaps;
        report.complaints.push(format!("{gaps} gaps in streams"));
    }
    judge_duplicates(evidence, report);
    for accepted in pages.accepted.values() {
        jobs::judge(evidence, accepted, report);
    }
    runs::judge(evidence, report);
    recovery::judge(evidence, report);
}

/// A key that was answered with two jobs, and jobs that nobody was promised.
fn judge_duplicates(evidence: &Evidence, report: &mut Report) {
    for (key, jobs) in &evidence.pages.answers {
        if jobs.len() > 1 {
            report.duplicates += jobs.len() - 1;
            report
                .complaints
                .push(format!("key {key} has made {jobs:?}"));
        }
    }
    for job in evidence.stored.rows.keys() {
        if !evidence.pages.accepted.contains_key(job) {
            report.duplicates += 1;
            report
                .complaints
                .push(format!("nobody was promised job {job}"));
        }
    }
}

#[cfg(test)]
mod tests;
