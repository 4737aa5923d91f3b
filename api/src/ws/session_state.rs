//! What the agent of a session does and has written, read from the stream.
//!
//! Not kept anywhere: the events say it all. Reading them is bounded by the output that a job may
//! have, a few such readings run at once, and only lines that can matter are parsed.

use std::collections::BTreeMap;

use leo_common::history::{History, HistoryError};
use leo_common::store::jobs::JobRecord;
use leo_protocol::batch;
use leo_protocol::{AgentState, EventKind, JobStatus};
use memchr::memmem;
use tokio::sync::Semaphore;

/// Readings at the same time in this process.
static READINGS: Semaphore = Semaphore::const_new(2);
/// Batches of a page.
const PAGE_ROWS: u32 = 256;
/// Bytes of a page.
const PAGE_BYTES: u64 = 256 << 10;
/// Bytes that are read of a job at most; what comes after is not looked at.
const MAX_BYTES: usize = 64 << 20;
/// Files that are listed at most.
const MAX_FILES: usize = 10_000;
/// What a line holds whose event changes the answer.
const TELLING: [&[u8]; 3] = [
    b"\"type\":\"state_change\"",
    b"\"type\":\"file_end\"",
    b"\"type\":\"generation_started\"",
];

/// What the events of a job add up to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) agent: AgentState,
    /// By path, sizes in bytes.
    pub(super) files: BTreeMap<String, u64>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            agent: AgentState::Idle,
            files: BTreeMap::new(),
        }
    }
}

impl Seen {
    fn take(&mut self, event: EventKind) {
        // Matched by `if`: the other kinds of events do not matter here, nor will new ones.
        if let EventKind::StateChange { state } = event {
            self.agent = state;
        } else if let EventKind::FileEnd { path, size, .. } = event {
            if self.files.len() < MAX_FILES || self.files.contains_key(&path) {
                self.files.insert(path, size);
            }
        } else if let EventKind::GenerationStarted { .. } = event {
            // A new attempt begins again.
            *self = Self::default();
        }
    }

    /// An end that the agent could not tell of itself.
    fn end(&mut self, status: JobStatus) {
        match status {
            JobStatus::Cancelled => self.agent = AgentState::Cancelled,
            JobStatus::Failed => self.agent = AgentState::Error,
            JobStatus::Queued | JobStatus::Generating | JobStatus::Completed => {}
        }
    }
}

/// The job that runs or, where none does, has run last; `jobs` are oldest first.
pub(super) fn present_job(jobs: &[JobRecord]) -> Option<&JobRecord> {
    let running = jobs.iter().find(|job| job.status == JobStatus::Generating);
    running.or_else(|| jobs.iter().rfind(|job| job.status != JobStatus::Queued))
}

/// Reads a job's events.
///
/// # Errors
/// When the events cannot be read.
pub(super) async fn read(history: &History, job: &JobRecord) -> Result<Seen, HistoryError> {
    // Nobody closes the semaphore.
    let _permit = READINGS.acquire().await.ok();
    let mut seen = Seen::default();
    let mut cursor = job.queued_seq.saturating_sub(1);
    let mut bytes = 0;
    while bytes < MAX_BYTES && job.ended_seq.is_none_or(|end| cursor < end) {
        let page = history
            .read(job.session_id, cursor, PAGE_ROWS, PAGE_BYTES)
            .await?;
        let Some(last) = page.last() else { break };
        cursor = last.last;
        for batch in page {
            bytes += batch.body.len();
            if batch.place.job_id == Some(job.id) {
                events(&batch.body).for_each(|event| seen.take(event));
            }
        }
    }
    seen.end(job.status);
    Ok(seen)
}

/// The events of a body that matter here.
fn events(body: &[u8]) -> impl Iterator<Item = EventKind> {
    batch::lines(body)
        .filter(|line| {
            let mut telling = TELLING.iter();
            telling.any(|text| memmem::find(line, text).is_some())
        })
        .filter_map(|line| serde_json::from_slice(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::JobId;

    fn seen(kinds: &[EventKind]) -> Seen {
        let mut body = batch::BodyBuilder::new();
        for kind in kinds {
            body.push(chrono::Utc::now(), kind);
        }
        let mut seen = Seen::default();
        events(&body.finish()).for_each(|event| seen.take(event));
        seen
    }

    fn file(path: &str, size: u64) -> EventKind {
        EventKind::FileEnd {
            path: path.to_owned(),
            size,
            sha256: String::new(),
            content: None,
            partial: false,
        }
    }

    #[test]
    fn the_last_state_and_all_files_are_seen() {
        let state = AgentState::ImplementingPhase;
        let message = r#"it says "type":"file_end" and means nothing"#.to_owned();
        let seen = seen(&[
            file("a", 1),
            EventKind::StateChange { state },
            EventKind::Info { message },
            file("b", 2),
            file("a", 3),
        ]);
        let files = BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 2)]);
        assert_eq!(
            seen,
            Seen {
                agent: state,
                files
            }
        );
    }

    #[test]
    fn a_new_attempt_begins_again() {
        let started = EventKind::GenerationStarted {
            request_id: JobId::generate(),
            attempt: 2,
        };
        assert_eq!(seen(&[file("a", 1), started]), Seen::default());
    }
}
