//! The judge is not blind: forged evidence, each time with one thing wrong.

use std::time::Duration;

use leo_protocol::{JobId, SessionId};
use serde_json::json;

use super::*;
use crate::chaos::fleet::book::{Accepted, Terminal};
use crate::chaos::fleet::clock::nanos;
use crate::chaos::fleet::ledger::Host;
use crate::chaos::fleet::pace::MAX_ATTEMPTS;
use crate::chaos::fleet::scripts::Script;
use crate::chaos::fleet::slot::Place;
use crate::chaos::fleet::story::{Row, Story};

/// A second on the monotonic clock.
const SECOND: Moment = 1_000_000_000;

/// One user's jobs that all went well, five seconds each, one after the other.
fn evidence(jobs: usize) -> (Evidence, Vec<JobId>) {
    let mut evidence = Evidence {
        pages: Pages::default(),
        stored: Stored::default(),
        runs: Vec::new(),
        absences: Absences::default(),
        losses: Vec::new(),
        pace: Pace::new(0.1),
        clocks: (Utc::now(), 1_000 * SECOND),
    };
    let ids: Vec<_> = (0..jobs).map(|number| add(&mut evidence, number)).collect();
    (evidence, ids)
}

fn add(evidence: &mut Evidence, number: usize) -> JobId {
    let (job, session) = (JobId::generate(), SessionId::generate());
    let script = Script {
        text: String::new(),
        lines: 2,
        succeeds: true,
    };
    let accepted = Accepted {
        job,
        session,
        user: 0,
        script,
    };
    evidence.pages.answer(&format!("key {number}"), accepted);
    let start = Moment::try_from(number).unwrap() * 10 * SECOND;
    evidence.runs.push(run(job, 1, start));
    let (wall, monotonic) = evidence.clocks;
    let ended = wall - chrono::Duration::nanoseconds(monotonic - start - 5 * SECOND);
    let row = Row {
        status: "completed".to_owned(),
        reason: None,
        message: None,
        attempt: 1,
        cancel_requested_at: None,
        finished_at: Some(ended),
    };
    evidence.stored.rows.insert(job, row);
    let mut story = Story::default();
    let line = |n| json!({"type": "log", "log": {"line": format!("line {n}"), "stream": "stdout"}});
    let (start, end) = (
        json!({"type": "generation_started"}),
        json!({"type": "completed"}),
    );
    for event in [start, line(1), line(2), end] {
        story.take(&event, ended);
    }
    evidence.stored.stories.insert(job, story);
    job
}

fn run(job: JobId, attempt: u32, start: Moment) -> Run {
    Run {
        job,
        attempt,
        host: Host::Worker(0, attempt),
        pid: 7,
        start,
        last: start + 5 * SECOND,
    }
}

fn judged(evidence: &Evidence) -> Report {
    let mut report = Report::default();
    judge(evidence, &mut report);
    report
}

/// The figures that are not zero.
fn bad(evidence: &Evidence) -> Vec<(&'static str, u64)> {
    let report = judged(evidence);
    assert!(!report.is_good() && !report.complaints.is_empty());
    let figures = report.bad().into_iter();
    figures.filter(|(_, count)| *count > 0).collect()
}

fn row(evidence: &mut Evidence, job: JobId) -> &mut Row {
    evidence.stored.rows.get_mut(&job).unwrap()
}

#[test]
fn what_went_well_is_good() {
    let (evidence, _) = evidence(5);
    let report = judged(&evidence);
    assert!(report.is_good(), "{report}");
    assert_eq!((report.accepted, report.completed, report.runs), (5, 5, 5));
}

#[test]
fn a_job_that_is_gone_or_never_ends_is_lost() {
    let (mut evidence, jobs) = evidence(3);
    evidence.stored.rows.remove(&jobs[0]);
    row(&mut evidence, jobs[1]).status = "generating".to_owned();
    assert_eq!(bad(&evidence), [("lost", 2)]);
}

#[test]
fn two_runs_at_once_are_noticed_and_excused_by_a_long_absence_alone() {
    let (mut evidence, jobs) = evidence(1);
    evidence.runs.push(run(jobs[0], 2, SECOND));
    assert_eq!(bad(&evidence), [("run twice at the same time", 1)]);
    let lost_after = nanos(evidence.pace.lost_after);
    let long_ago = -lost_after;
    evidence.absences.of_worker(0, 1, (long_ago, 3 * SECOND));
    let report = judged(&evidence);
    assert!(report.is_good(), "{report}");
    assert_eq!(report.twice_after_lost, 1);
}

#[test]
fn runs_one_after_the_other_are_fine() {
    let (mut evidence, jobs) = evidence(1);
    evidence.runs.push(run(jobs[0], 2, -6 * SECOND));
    assert!(judged(&evidence).is_good());
}

#[test]
fn an_end_that_changes_is_noticed() {
    let (mut evidence, jobs) = evidence(1);
    for status in ["completed", "cancelled"] {
        let end = Terminal {
            status: status.to_owned(),
            reason: None,
        };
        evidence.pages.ended(jobs[0], end, "somebody");
    }
    assert_eq!(bad(&evidence), [("terminal states changed", 1)]);
}

#[test]
fn a_stream_ends_once_and_as_its_job() {
    let (mut evidence, jobs) = evidence(3);
    let story = evidence.stored.stories.get_mut(&jobs[0]).unwrap();
    story.take(
        &json!({"type": "info", "message": "still here"}),
        Utc::now(),
    );
    evidence.stored.stories.get_mut(&jobs[1]).unwrap().ends[0] = "cancelled".to_owned();
    evidence
        .stored
        .stories
        .get_mut(&jobs[2])
        .unwrap()
        .out
        .push(2);
    assert_eq!(
        bad(&evidence),
        [("wrong ends of streams", 2), ("wrong output", 1)]
    );
}

#[test]
fn a_generator_that_outlives_its_job_is_noticed() {
    let (mut evidence, _) = evidence(1);
    evidence.runs[0].last += 10 * SECOND;
    assert_eq!(bad(&evidence), [("outlived their job", 1)]);
}

#[test]
fn a_container_that_starts_after_its_jobs_end_has_to_be_removed() {
    let (mut evidence, _) = evidence(1);
    let run = &mut evidence.runs[0];
    run.host = Host::Engine;
    run.start = run.last + 5 * SECOND;
    run.last = run.start + 10 * SECOND;
    assert!(judged(&evidence).is_good());
    evidence.runs[0].last += 30 * SECOND;
    assert_eq!(bad(&evidence), [("outlived their job", 1)]);
}

#[test]
fn limits_are_counted_by_what_ran() {
    let (mut evidence, jobs) = evidence(5);
    for run in &mut evidence.runs[..4] {
        (run.start, run.last) = (0, 4 * SECOND);
    }
    let session = evidence.pages.accepted[&jobs[3]].session;
    evidence.pages.accepted.get_mut(&jobs[4]).unwrap().session = session;
    (evidence.runs[4].start, evidence.runs[4].last) = (2 * SECOND, 3 * SECOND);
    assert_eq!(bad(&evidence), [("limits exceeded", 2)]);
}

#[test]
fn a_key_makes_one_job_and_nobody_makes_none() {
    let (mut evidence, jobs) = evidence(2);
    let doubled = evidence.pages.accepted[&jobs[0]].clone();
    evidence.pages.answer("key 1", doubled);
    evidence.pages.accepted.remove(&jobs[1]);
    assert_eq!(bad(&evidence), [("duplicates", 2)]);
}

#[test]
fn a_failure_needs_a_cause() {
    let (mut evidence, jobs) = evidence(3);
    for job in &jobs {
        let row = row(&mut evidence, *job);
        (row.status, row.reason) = ("failed".to_owned(), Some("worker_lost".to_owned()));
        evidence.stored.stories.get_mut(job).unwrap().ends = vec!["failed".to_owned()];
    }
    row(&mut evidence, jobs[0]).attempt = MAX_ATTEMPTS;
    row(&mut evidence, jobs[1]).reason = Some("exit_code".to_owned());
    evidence.pages.killed.insert(jobs[1]);
    assert_eq!(bad(&evidence), [("failed without a cause", 1)]);
}

#[test]
fn a_cancel_that_nobody_heeds_is_noticed() {
    let (mut evidence, jobs) = evidence(1);
    let ended = row(&mut evidence, jobs[0]).finished_at.unwrap();
    row(&mut evidence, jobs[0]).cancel_requested_at = Some(ended - chrono::Duration::hours(1));
    assert_eq!(bad(&evidence), [("cancels ignored", 1)]);
}

#[test]
fn recovery_is_measured_from_the_loss_to_the_next_sign() {
    let (mut evidence, jobs) = evidence(1);
    let ended = row(&mut evidence, jobs[0]).finished_at.unwrap();
    evidence.losses.push(Loss {
        at: ended - chrono::Duration::seconds(7),
        place: Place::Engine,
        jobs,
    });
    let report = judged(&evidence);
    assert_eq!(report.recovery_of_containers, Some(Duration::from_secs(7)));
    assert_eq!(report.recovery_of_processes, None);
}
