//! The words for each kind of event.

use std::time::Duration;

use leo_protocol::event::{AgentRole, ToolStatus, WorkerChange};
use leo_protocol::http::Origin;
use leo_protocol::{FailureReason, JobId};
use serde_json::Value;

use super::{Line, line};
use crate::render::clean::clean_line;
use crate::render::style::Tone;
use crate::render::words::{count, cut, size, span};

/// The most characters shown of a prompt or of a tool's input.
const EXCERPT_CHARS: usize = 200;

pub(super) fn queued(prompt: &str) -> Option<Line> {
    let prompt = cut(&clean_line(prompt), EXCERPT_CHARS);
    line(Tone::Title, "○", format!("queued: {prompt}"))
}

pub(super) fn started(attempt: u32) -> Option<Line> {
    match attempt {
        1 => line(Tone::Title, "●", "started"),
        _ => line(Tone::Note, "●", format!("started again, attempt {attempt}")),
    }
}

pub(super) fn launching(step: &str, ms: u64) -> Option<Line> {
    let time = span(Duration::from_millis(ms));
    line(Tone::Faint, "·", format!("{step} ({time})"))
}

pub(super) fn worker_changed(how: WorkerChange) -> Option<Line> {
    match how {
        WorkerChange::Adopted => line(Tone::Note, "·", "another worker follows the container now"),
        WorkerChange::Restarted => line(Tone::Note, "·", "the container was lost; it starts again"),
    }
}

pub(super) fn truncated(limit: u64) -> Option<Line> {
    let limit = size(limit);
    line(Tone::Note, "!", format!("output beyond {limit} is dropped"))
}

pub(super) fn completed(github: Option<&str>) -> Option<Line> {
    let pushed = github.map(|url| format!(": {url}")).unwrap_or_default();
    line(Tone::Good, "✓", format!("completed{pushed}"))
}

pub(super) fn failed(reason: FailureReason, message: &str) -> Option<Line> {
    line(Tone::Bad, "✗", format!("failed: {message} ({reason})"))
}

pub(super) fn published(github: Option<&str>, error: Option<&str>) -> Option<Line> {
    match (github, error) {
        (Some(url), Some(note)) => line(Tone::Note, "!", format!("published: {url} ({note})")),
        (Some(url), None) => line(Tone::Good, "✓", format!("published: {url}")),
        (None, Some(error)) => line(Tone::Bad, "!", format!("not published: {error}")),
        (None, None) => None,
    }
}

/// A version that was gone back to, or that a fork begins with.
pub(super) fn changed(version: Option<JobId>, forked_from: Option<Origin>) -> Option<Line> {
    let said = match forked_from {
        Some(from) => format!("begins with what the job {} has made", from.job_id),
        None => format!("goes on from what the job {} has made", version?),
    };
    line(Tone::Title, "↩", said)
}

/// What came of a deploy.
pub(super) fn deployed(host: &str, status: Option<u16>, error: Option<&str>) -> Option<Line> {
    match (status, error) {
        (_, Some(error)) => line(Tone::Bad, "!", format!("deploy hook at {host}: {error}")),
        (Some(status), None) => {
            let said = format!("deploy hook at {host} answered {status}");
            line(Tone::Good, "✓", said)
        }
        (None, None) => None,
    }
}

pub(super) fn titled(title: Option<&str>) -> Option<Line> {
    line(
        Tone::Faint,
        "i",
        format!("the session is called: {}", title?),
    )
}

pub(super) fn round(iteration: u32, agent: AgentRole) -> Option<Line> {
    let agent = match agent {
        AgentRole::Initializer => "setting up",
        AgentRole::Coding => "coding",
    };
    line(Tone::Faint, "·", format!("round {iteration}: {agent}"))
}

pub(super) fn written(files: u64) -> Option<Line> {
    line(
        Tone::Faint,
        "·",
        format!("{} written", count(files, "file")),
    )
}

pub(super) fn server(url: Option<&str>) -> Option<Line> {
    let at = url.map(|url| format!(" at {url}")).unwrap_or_default();
    line(Tone::Good, "·", format!("the app's server is up{at}"))
}

pub(super) fn complete(files: usize, phases: u32) -> Option<Line> {
    let files = count(u64::try_from(files).unwrap_or(u64::MAX), "file");
    let phases = count(u64::from(phases), "phase");
    line(
        Tone::Good,
        "✓",
        format!("the agent is done: {files} in {phases}"),
    )
}

pub(super) fn tool(name: &str, input: &Value) -> Option<Line> {
    let input = cut(&clean_line(&input.to_string()), EXCERPT_CHARS);
    line(Tone::Faint, ">", format!("{name} {input}"))
}

pub(super) fn tool_result(status: ToolStatus) -> Option<Line> {
    match status {
        ToolStatus::Success => None,
        ToolStatus::Error => line(Tone::Note, "<", "the tool failed"),
        ToolStatus::Blocked => line(Tone::Note, "<", "the tool was not allowed"),
    }
}

pub(super) fn progress(passing: u64, total: u64) -> Option<Line> {
    line(
        Tone::Faint,
        "·",
        format!("{passing} of {total} features work"),
    )
}

pub(super) fn subprocess(name: &str, ms: u64, code: i32) -> Option<Line> {
    if code == 0 {
        return None;
    }
    let time = span(Duration::from_millis(ms));
    line(
        Tone::Note,
        "$",
        format!("{name} ended with exit code {code} after {time}"),
    )
}

pub(super) fn usage(into: u64, out: u64, cost: Option<f64>) -> Option<Line> {
    let cost = cost.map(|cost| format!(", ${cost:.4}")).unwrap_or_default();
    line(
        Tone::Faint,
        "·",
        format!("{into} tokens in, {out} out{cost}"),
    )
}
