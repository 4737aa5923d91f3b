//! Jobs: what users were promised against what Postgres has of it.

use leo_protocol::JobId;

use super::Evidence;
use crate::chaos::fleet::book::Accepted;
use crate::chaos::fleet::pace::{MAX_ATTEMPTS, Pace};
use crate::chaos::fleet::report::Report;
use crate::chaos::fleet::story::{Row, Story};

/// Fills in the figures of one job.
pub(super) fn judge(evidence: &Evidence, accepted: &Accepted, report: &mut Report) {
    let job = accepted.job;
    let Some(row) = evidence.stored.rows.get(&job) else {
        report.lost += 1;
        report.complaints.push(format!("job {job} is gone"));
        return;
    };
    let none = Story::default();
    let story = evidence.stored.stories.get(&job).unwrap_or(&none);
    match row.status.as_str() {
        "completed" => report.completed += 1,
        "cancelled" => report.cancelled += 1,
        "failed" => judge_failure(evidence, accepted, row, report),
        status => {
            report.lost += 1;
            report
                .complaints
                .push(format!("job {job} never ended: it is {status}"));
            return;
        }
    }
    judge_story(accepted, row, story, report);
    judge_cancel(evidence.pace, job, row, report);
    report.adoptions += story.adoptions;
    for why in &story.restarts {
        *report.restarts.entry(why.clone()).or_default() += 1;
    }
    if row.attempt > 1 {
        report.restarted += 1;
    }
}

/// A failure has to have a cause that the harness knows of.
fn judge_failure(evidence: &Evidence, accepted: &Accepted, row: &Row, report: &mut Report) {
    let reason = row.reason.clone().unwrap_or_default();
    let known = match reason.as_str() {
        "exit_code" => !accepted.script.succeeds || evidence.pages.killed.contains(&accepted.job),
        "worker_lost" | "launch_failed" => row.attempt >= MAX_ATTEMPTS,
        _ => false,
    };
    *report.failed.entry(reason.clone()).or_default() += 1;
    if !known {
        report.failed_without_cause += 1;
        let (job, attempt) = (accepted.job, row.attempt);
        let message = row.message.clone().unwrap_or_default();
        let complaint = format!("job {job} failed in attempt {attempt}: {reason}: {message}");
        report.complaints.push(complaint);
    }
}

/// The stream has one end, it is the last event, it is the row's, and the output is whole.
fn judge_story(accepted: &Accepted, row: &Row, story: &Story, report: &mut Report) {
    let job = accepted.job;
    if story.ends != [row.status.clone()] || story.afterwards > 0 {
        report.wrong_ends += 1;
        let (ends, after, status) = (&story.ends, story.afterwards, &row.status);
        let complaint =
            format!("job {job} is {status}, its stream says {ends:?} and {after} events more");
        report.complaints.push(complaint);
    }
    let script = &accepted.script;
    if row.status == "completed" && !story.has_printed(script.lines, script.errors()) {
        report.wrong_output += 1;
        let (out, err) = (story.out.len(), story.err.len());
        let wanted = (script.lines, script.errors());
        let (attempt, last) = (row.attempt, story.out.last());
        let complaint = format!(
            "attempt {attempt} of job {job} has {out} and {err} lines, the last {last:?}, and has printed {wanted:?} by {:?}",
            script.text
        );
        report.complaints.push(complaint);
    }
}

/// A job that is to be cancelled ends so, unless it ends by itself in the same moment; that its host
/// was lost is no other end.
fn judge_cancel(pace: Pace, job: JobId, row: &Row, report: &mut Report) {
    let (Some(asked), Some(ended)) = (row.cancel_requested_at, row.finished_at) else {
        return;
    };
    let took = (ended - asked).to_std().unwrap_or_default();
    if row.status == "cancelled" {
        report.slowest_cancel = report.slowest_cancel.max(took);
    }
    let infrastructure = matches!(row.reason.as_deref(), Some("worker_lost" | "launch_failed"));
    if infrastructure || took > pace.cancelled_within() {
        report.cancels_ignored += 1;
        let seconds = took.as_secs_f64();
        let complaint = format!(
            "job {job} ended {} {seconds:.1} s after its cancel",
            row.status
        );
        report.complaints.push(complaint);
    }
}
