//! What can be seen of the queue, in a form that the model and the tables share. Jobs, users,
//! sessions and workers stand for their places in the order in which they were made.

/// Everything that can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) jobs: Vec<JobLook>,
    pub(super) users: Vec<Counters>,
    pub(super) sessions: Vec<SessionLook>,
    /// Generating jobs that no registered worker holds, with their epochs.
    pub(super) orphans: Vec<(usize, u32)>,
}

/// A row of `jobs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobLook {
    pub(super) status: String,
    pub(super) epoch: u32,
    pub(super) attempt: u32,
    pub(super) holder: Option<usize>,
    pub(super) cancel: bool,
}

/// A row of `users`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) queued: i32,
    pub(super) delayed: i32,
    pub(super) ready: i32,
    pub(super) running: i32,
}

/// A row of `session_heads`, with the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionLook {
    pub(super) front: Option<usize>,
    pub(super) epoch: u32,
    pub(super) attempt: u32,
    /// The types of the events, in order.
    pub(super) stream: Vec<String>,
}

/// What an operation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    /// How many can be claimed by it.
    Due(u32),
    Same(usize),
    Conflict,
    /// Jobs with epoch and attempt, in order.
    Claimed(Vec<(usize, u32, u32)>),
    Cancelled(Cancel),
    /// Whether the job has ended by this.
    Finished(Vec<bool>),
    /// Epoch and attempt.
    Taken(Option<(u32, u32)>),
    Released(u64),
    Gone,
    /// Whether there was anybody to be told.
    Told(bool),
    Stored(u64),
    Duplicate(u64),
    Gap(u64),
    Fenced,
}

/// What a cancel answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cancel {
    Ended,
    Requested,
    Final,
}
