//! An answer of a model, part by part.

mod calls;
mod drive;
mod exchange;
mod incoming;
mod outcome;
mod record;
mod rest;
mod runaway;
mod seam;
mod think;
mod tries;
mod voice;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use self::drive::Drive;
use self::record::Record;
use super::client::Inner;
use super::{ModelError, Request, ToolCall, Usage};

/// How many parts may wait for their reader; then nothing more is read from the server.
const WAITING: usize = 64;

/// A part of an answer, or what happens to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text. All of them together are the answer.
    Text(String),
    /// Thoughts of the model, which are no part of its answer.
    Reasoning(String),
    /// A sign of life: a comment, an empty chunk, a piece of a tool call.
    Alive,
    /// The request is made again after that time.
    Retrying {
        /// How long the client waits.
        after: Duration,
        /// What went wrong.
        why: String,
    },
    /// The answer was cut off, and the model is asked for the rest.
    Continuing {
        /// Why it ended where it did.
        why: String,
    },
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// All of its text.
    pub text: String,
    /// What the model asks for.
    pub tool_calls: Vec<ToolCall>,
    /// What it has used, with all that was continued.
    pub usage: Usage,
    /// Whether the server knows no tools, and was asked without them.
    pub without_tools: bool,
    /// What the user should know although it went well: that the server may not have read all of
    /// the prompt.
    pub warning: Option<String>,
    /// The model that answered, as the server calls it.
    pub model: Option<String>,
    /// From the request to the first sign of the answer, thoughts included.
    pub first_token: Duration,
    /// From the request to the end.
    pub total: Duration,
}

/// An answer that comes. Dropping it aborts its request at once.
pub struct Answer {
    parts: mpsc::Receiver<Part>,
    state: State,
    record: Arc<Record>,
}

type Driving = Pin<Box<dyn Future<Output = Result<Finished, ModelError>> + Send>>;

enum State {
    Running(Driving),
    Over(Result<Finished, ModelError>),
}

impl Answer {
    pub(super) fn new(client: Arc<Inner>, request: Request) -> Self {
        let (sender, parts) = mpsc::channel(WAITING);
        let record = Arc::new(Record::new());
        let drive = Drive::new(client, request, sender, record.clone());
        Self {
            parts,
            state: State::Running(Box::pin(drive.run())),
            record,
        }
    }

    /// The next part; none when the answer is whole. May be dropped and called again: nothing is lost.
    ///
    /// # Errors
    /// When there is no answer, or not the whole of it. The parts before it are given first.
    pub async fn next(&mut self) -> Result<Option<Part>, ModelError> {
        while let State::Running(driving) = &mut self.state {
            tokio::select! {
                biased;
                Some(part) = self.parts.recv() => return Ok(Some(part)),
                over = driving => self.state = State::Over(over),
            }
        }
        if let Ok(part) = self.parts.try_recv() {
            return Ok(Some(part));
        }
        match &self.state {
            State::Over(Err(error)) => Err(error.clone()),
            State::Over(Ok(_)) | State::Running(_) => Ok(None),
        }
    }

    /// The whole answer. What was not read is read and dropped.
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    pub async fn finish(mut self) -> Result<Finished, ModelError> {
        while self.next().await?.is_some() {}
        match self.state {
            State::Over(over) => over,
            State::Running(driving) => driving.await,
        }
    }

    /// What has been used so far: as the server has counted, or else an estimate. For the books,
    /// where an answer fails or is dropped.
    #[must_use]
    pub fn usage_so_far(&self) -> Usage {
        self.record.usage()
    }

    /// The text so far, where an answer fails or is dropped.
    #[must_use]
    pub fn text_so_far(&self) -> String {
        self.record.text()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = matches!(self.state, State::Over(_));
        f.debug_struct("Answer")
            .field("over", &over)
            .finish_non_exhaustive()
    }
}
