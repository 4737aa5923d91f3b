//! One event as lines for people.
//!
//! A line opens with a mark that says what it is; output of the generator stands behind a bar.
//! Pieces of files, heartbeats and the like have no line: they move the progress line instead.

use leo_protocol::event::{LogLine, Phase};
use leo_protocol::{Event, EventKind, LogStream};

use super::clean::{clean, clean_line};
use super::style::{Palette, Tone};
use super::words::size;

mod say;

/// A line before it is painted.
struct Line {
    tone: Tone,
    mark: &'static str,
    text: String,
}

fn line(tone: Tone, mark: &'static str, text: impl Into<String>) -> Option<Line> {
    let text = text.into();
    Some(Line { tone, mark, text })
}

/// The lines of an event, without line ends; none for an event that is not worth one.
pub(crate) fn lines(event: &Event, palette: Palette) -> Vec<String> {
    match &event.kind {
        Some(EventKind::Log { log }) => vec![log_line(log, palette)],
        Some(EventKind::PhaseDesigned { phase }) => designed(phase, palette),
        Some(EventKind::FileEnd { path, size, .. }) => vec![file(path, *size, palette)],
        Some(kind) => said(kind).map_or_else(Vec::new, |line| painted(&line, palette)),
        None => Vec::new(),
    }
}

/// The table of the events that are plain text.
fn said(kind: &EventKind) -> Option<Line> {
    match kind {
        EventKind::JobQueued { prompt } => say::queued(prompt),
        EventKind::GenerationStarted { attempt, .. } => say::started(*attempt),
        EventKind::Launching { step, duration_ms } => say::launching(step, *duration_ms),
        EventKind::WorkerChanged { how } => say::worker_changed(*how),
        EventKind::OutputTruncated { limit } => say::truncated(*limit),
        EventKind::Completed { github_url, .. } => say::completed(github_url.as_deref()),
        EventKind::Failed {
            reason, message, ..
        } => say::failed(*reason, message),
        EventKind::Cancelled { .. } => line(Tone::Note, "✗", "cancelled"),
        EventKind::ArtifactPublished {
            github_url, error, ..
        } => say::published(github_url.as_deref(), error.as_deref()),
        EventKind::DeployAnswered {
            host,
            status,
            error,
            ..
        } => say::deployed(host, *status, error.as_deref()),
        EventKind::SessionChanged {
            title,
            current_job,
            forked_from,
        } => {
            let version = say::changed(*current_job, *forked_from);
            version.or_else(|| say::titled(title.as_deref()))
        }
        EventKind::SessionStart { iteration, agent } => say::round(*iteration, *agent),
        EventKind::FilesWritten { count } => say::written(*count),
        EventKind::DepsInstalled {} => line(Tone::Faint, "·", "dependencies installed"),
        EventKind::ServerStarted { url } => say::server(url.as_deref()),
        EventKind::GenerationComplete { files, phases } => say::complete(files.len(), *phases),
        EventKind::Thought { text, .. } => line(Tone::Faint, "~", text),
        EventKind::Info { message } => line(Tone::Faint, "i", message),
        EventKind::AgentError { message, .. } => line(Tone::Bad, "!", message),
        EventKind::ToolUse { name, input, .. } => say::tool(name, input),
        EventKind::ToolResult { status, .. } => say::tool_result(*status),
        EventKind::Progress { passing, total } => say::progress(*passing, *total),
        EventKind::SubprocessStart { name } => line(Tone::Faint, "$", name),
        EventKind::SubprocessComplete {
            name,
            duration_ms,
            exit_code,
        } => say::subprocess(name, *duration_ms, *exit_code),
        EventKind::Usage {
            prompt_tokens,
            completion_tokens,
            cost_usd,
            ..
        } => say::usage(*prompt_tokens, *completion_tokens, *cost_usd),
        EventKind::Log { .. }
        | EventKind::PhaseDesigned { .. }
        | EventKind::FileEnd { .. }
        | EventKind::StateChange { .. }
        | EventKind::PhaseDesigning { .. }
        | EventKind::FileStart { .. }
        | EventKind::FileChunk { .. }
        | EventKind::Heartbeat { .. }
        | EventKind::Checkpoint { .. } => None,
    }
}

/// A text of perhaps several lines behind its mark.
fn painted(line: &Line, palette: Palette) -> Vec<String> {
    let text = clean(&line.text, false);
    let marks = std::iter::once(line.mark).chain(std::iter::repeat(" "));
    marks
        .zip(text.lines())
        .map(|(mark, text)| palette.paint(line.tone, format!("{mark} {}", text.trim_end())))
        .collect()
}

fn log_line(log: &LogLine, palette: Palette) -> String {
    let tone = match log.stream {
        LogStream::Stdout | LogStream::Runner => Tone::Faint,
        LogStream::Stderr => Tone::Note,
        LogStream::System => Tone::Title,
    };
    let text = clean(&log.line, palette.colours).replace('\n', " ");
    format!("{} {}", palette.paint(tone, "│"), text.trim_end())
}

fn designed(phase: &Phase, palette: Palette) -> Vec<String> {
    let title = palette.paint(Tone::Title, format!("▸ {}", clean_line(&phase.name)));
    let mut lines = vec![format!("{title}  {}", clean_line(&phase.description))];
    lines.extend(phase.files.iter().map(|file| {
        let purpose = palette.paint(Tone::Faint, clean_line(&file.purpose));
        format!("    {}  {purpose}", clean_line(&file.path))
    }));
    lines
}

fn file(path: &str, bytes: u64, palette: Palette) -> String {
    format!(
        "{} {}  {}",
        palette.paint(Tone::Good, "+"),
        palette.paint(Tone::File, clean_line(path)),
        palette.paint(Tone::Faint, size(bytes)),
    )
}

#[cfg(test)]
mod tests;
