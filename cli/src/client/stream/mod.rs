//! A session's live stream over the REPL WebSocket, which survives the connection.
//!
//! An [`EventStream`] gives each event of a session once and in order, whatever happens to the
//! connection: it remembers the last `seq`, comes back with backoff and jitter (perhaps to another
//! replica), and resumes behind it. A submit carries an idempotency key and is repeated until its
//! first event is seen; a cancel is repeated until the job has ended.
//!
//! `machine` decides, without any I/O; `task` carries the frames. The reader slows the server
//! down: what is not taken from the stream is not acknowledged.

use std::time::Duration;

use leo_protocol::http::{Job, SubmitJob};
use leo_protocol::{Event, JobId, SessionId};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::{Server, Unreachable};

mod backoff;
mod frame;
mod machine;
mod task;

pub(crate) use frame::event as read_event;

#[cfg(test)]
mod tests;

/// Updates that wait for their reader.
const UPDATES_WAITING: usize = 256;
/// Commands that wait for the connection.
const COMMANDS_WAITING: usize = 8;

/// What a stream is opened for.
#[derive(Debug, Clone)]
pub enum Begin {
    /// To submit a job and follow its session from there on.
    Submit(Submit),
    /// To follow a session behind `after`; 0 is everything.
    Follow {
        /// Which.
        session: SessionId,
        /// The last `seq` that is not wanted.
        after: u64,
    },
}

/// A job to submit.
#[derive(Debug, Clone)]
pub struct Submit {
    /// In which session; `None` makes one.
    pub session: Option<SessionId>,
    /// What is asked for; only what the REPL's `start_generation` has is sent.
    pub request: SubmitJob,
    /// The same key gives the same job, however often it is sent.
    pub key: String,
}

/// What comes out of a stream.
#[derive(Debug)]
pub enum Update {
    /// The connection changed.
    Link(Link),
    /// The session is followed.
    Joined {
        /// Which.
        session: SessionId,
        /// The head of its stream.
        last_seq: u64,
        /// Its latest jobs.
        jobs: Vec<Job>,
    },
    /// The job of [`Begin::Submit`] is accepted. Its `job_queued` event follows.
    Accepted(JobId),
    /// The next event.
    Event(Box<StreamEvent>),
    /// The server's stream is shorter than ours was: it follows from its beginning.
    Reset,
    /// The server refused something that the stream does not depend on.
    Refused {
        /// For people.
        detail: String,
        /// For programs.
        code: String,
    },
}

/// One event, parsed and as text.
#[derive(Debug)]
pub struct StreamEvent {
    /// The event.
    pub event: Event,
    /// The event as one line of JSON, its fields as the server wrote them.
    pub json: String,
}

/// The state of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Connected for the first time.
    Connected,
    /// Not connected; the next try comes after `wait`.
    Reconnecting {
        /// How long.
        wait: Duration,
        /// Why, for people.
        cause: String,
    },
    /// Connected again; so many events were missed and follow.
    Resumed {
        /// How many.
        missed: u64,
    },
}

/// Why a stream ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// There is no server, or it has not come back.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The server says no.
    #[error("{detail} ({code})")]
    Refused {
        /// For people.
        detail: String,
        /// For programs.
        code: String,
    },
    /// The server speaks another language.
    #[error("the server sent what no Leo sends: {0}")]
    Protocol(String),
}

/// A session's stream. Dropping it closes the connection.
#[derive(Debug)]
pub struct EventStream {
    commands: mpsc::Sender<Command>,
    updates: mpsc::Receiver<Result<Update, StreamError>>,
    _task: AbortOnDropHandle<()>,
}

/// What the owner of a stream can ask for.
#[derive(Debug)]
enum Command {
    Cancel(JobId),
}

impl EventStream {
    /// Starts to connect. The first connection is tried once; one that was there is sought again
    /// for ten minutes.
    #[must_use]
    pub fn open(server: &Server, begin: Begin) -> Self {
        let (commands, commanded) = mpsc::channel(COMMANDS_WAITING);
        let (sender, updates) = mpsc::channel(UPDATES_WAITING);
        let task = task::Task::new(server.clone(), begin, commanded, sender);
        Self {
            commands,
            updates,
            _task: AbortOnDropHandle::new(tokio::spawn(task.run())),
        }
    }

    /// The next update. Safe to drop and call again.
    ///
    /// # Errors
    /// When the stream has ended for good.
    pub async fn next(&mut self) -> Result<Update, StreamError> {
        let ended = || StreamError::Protocol("nothing more".to_owned());
        self.updates.recv().await.unwrap_or_else(|| Err(ended()))
    }

    /// Asks the server to cancel a job, now or when it is back. That it has ended is told by its
    /// last event.
    pub async fn cancel(&self, job: JobId) {
        // A stream that has ended tells so by `next`.
        let _ = self.commands.send(Command::Cancel(job)).await;
    }
}
