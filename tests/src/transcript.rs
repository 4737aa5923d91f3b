//! The events of a stream as somebody has received them.

use leo_protocol::{Event, EventKind, JobId, LogLine, LogStream};
use serde_json::Value;

/// A gapless piece of a session's stream.
#[derive(Debug, Clone)]
pub struct Transcript {
    after: u64,
    events: Vec<Event>,
}

impl Transcript {
    /// Nothing yet; the first event will be the one behind `after`.
    #[must_use]
    pub const fn new(after: u64) -> Self {
        Self {
            after,
            events: Vec::new(),
        }
    }

    /// Adds the next event.
    ///
    /// # Panics
    /// When it is not the next one: the stream has a gap or says something twice.
    pub fn push(&mut self, event: Event) {
        let expected = self.last_seq() + 1;
        assert_eq!(event.seq, expected, "a gap or a double: {event:?}");
        self.events.push(event);
    }

    /// The last event's place; where nothing has come, the place behind which it begins.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.events.last().map_or(self.after, |event| event.seq)
    }

    /// All events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events of one job.
    pub fn of_job(&self, job: JobId) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |event| event.job_id == Some(job))
    }

    /// The types of a job's events, in order.
    #[must_use]
    pub fn types(&self, job: JobId) -> Vec<String> {
        self.of_job(job).map(type_of).collect()
    }

    /// The job's last event, once it has ended.
    #[must_use]
    pub fn end(&self, job: JobId) -> Option<&Event> {
        self.of_job(job).find(|event| is_terminal(event))
    }

    /// The log lines of a job.
    pub fn log(&self, job: JobId) -> impl Iterator<Item = &LogLine> {
        self.of_job(job).filter_map(|event| match &event.kind {
            Some(EventKind::Log { log }) => Some(log),
            _ => None,
        })
    }

    /// The text of a job's lines on one stream.
    #[must_use]
    pub fn lines(&self, job: JobId, stream: LogStream) -> Vec<&str> {
        let of_stream = self.log(job).filter(|log| log.stream == stream);
        of_stream.map(|log| log.line.as_str()).collect()
    }

    /// Everything as it came, to be compared with what somebody else has received.
    #[must_use]
    pub fn raw(&self) -> Vec<Value> {
        let events = self.events.iter();
        events
            .map(|event| Value::Object(event.raw.clone()))
            .collect()
    }

    /// Checks what every stream of one finished job promises: `job_queued` first, then
    /// `generation_started`, and exactly one terminal event, the last.
    ///
    /// # Panics
    /// When one of it does not hold.
    pub fn assert_whole(&self, job: JobId) {
        let types = self.types(job);
        assert_eq!(
            types.first().map(String::as_str),
            Some("job_queued"),
            "{types:?}"
        );
        assert_eq!(
            types.get(1).map(String::as_str),
            Some("generation_started"),
            "{types:?}"
        );
        let ends: Vec<_> = self
            .of_job(job)
            .filter(|event| is_terminal(event))
            .collect();
        assert_eq!(ends.len(), 1, "{types:?}");
        assert_eq!(self.of_job(job).last(), Some(ends[0]), "{types:?}");
    }
}

/// The `type` of an event.
#[must_use]
pub fn type_of(event: &Event) -> String {
    event.raw["type"].as_str().unwrap_or_default().to_owned()
}

/// The text of a log line; `None` for an event of another type.
#[must_use]
pub fn line_of(event: &Event) -> Option<&str> {
    match &event.kind {
        Some(EventKind::Log { log }) => Some(&log.line),
        _ => None,
    }
}

/// Whether it is the last event of a job.
#[must_use]
pub fn is_terminal(event: &Event) -> bool {
    event.kind.as_ref().is_some_and(EventKind::is_terminal)
}

/// The lines that `lines N` of the mini-generator prints.
#[must_use]
pub fn numbered(count: u64) -> Vec<String> {
    (1..=count).map(|n| format!("line {n}")).collect()
}
