//! What a stream has to say and to believe, without any I/O.
//!
//! [`Machine::open`] is what a fresh connection begins with; [`Machine::receive`] takes one frame.
//! Its promise: events come out once, in order and without a hole. A hole in what the server sends
//! ends the connection, and the next one resumes before the hole.

use leo_protocol::repl::{
    CLOSE_FORBIDDEN, CLOSE_NOT_FOUND, CLOSE_RESTART, CLOSE_UNAUTHENTICATED, ClientMessage,
    ServerMessage,
};
use leo_protocol::{EventKind, JobId, SessionId};

use super::frame::{self, Frame};
use super::{Begin, Command, Link, StreamError, StreamEvent, Submit, Update};

/// Received bytes after which an acknowledgement goes out. The server waits at 1 MiB.
const ACK_EVERY: usize = 256 << 10;
/// Codes of errors that pass: the same request may work on the next connection.
const PASSING: &[&str] = &["internal", "unavailable", "rate_limited"];

/// Codes of errors about a session that is joined, after which nothing more of it comes.
const ENDING: &[&str] = &["not_found", "events_missing", "events_unreadable"];

/// Codes of errors that say why the server is about to close: the close tells of them.
const CLOSING: &[&str] = &[
    "token_expired",
    "token_revoked",
    "signed_out",
    "account_closed",
];

/// The state of one stream.
#[derive(Debug)]
pub(crate) struct Machine {
    session: Option<SessionId>,
    /// The last `seq` handed on; `None` while only the server knows where the stream begins.
    cursor: Option<u64>,
    /// Still to be sent, again on each connection.
    submit: Option<Submit>,
    /// The prompt whose `job_queued` tells which job is ours.
    awaited: Option<String>,
    cancel: Option<JobId>,
    link: LinkState,
    unacknowledged: usize,
    acknowledges: bool,
    last_error: Option<(String, String)>,
}

/// How far this connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LinkState {
    /// The session has never been joined.
    New,
    /// It had been joined on an earlier connection.
    Lost,
    /// It is joined.
    Joined,
}

/// What a frame leads to: answers to send, once the updates have been taken.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) updates: Vec<Update>,
    pub(crate) replies: Vec<ClientMessage>,
}

/// Why a connection ends.
#[derive(Debug)]
pub(crate) enum Stop {
    /// And with it the stream.
    Fatal(StreamError),
    /// Another one is made.
    Reconnect { cause: String, restart: bool },
    /// Nobody reads the stream any more.
    Left,
}

impl Stop {
    pub(crate) fn broken(cause: impl Into<String>) -> Self {
        Self::Reconnect {
            cause: cause.into(),
            restart: false,
        }
    }
}

impl Machine {
    pub(crate) fn new(begin: Begin) -> Self {
        let (session, cursor, submit) = match begin {
            Begin::Submit(submit) => (submit.session, None, Some(submit)),
            Begin::Follow { session, after } => (Some(session), Some(after), None),
        };
        Self {
            session,
            cursor,
            awaited: submit.as_ref().map(|submit| submit.request.prompt.clone()),
            submit,
            cancel: None,
            link: LinkState::New,
            unacknowledged: 0,
            acknowledges: false,
            last_error: None,
        }
    }

    /// The first messages of a connection.
    pub(crate) fn open(&mut self, token: Option<&str>) -> Vec<ClientMessage> {
        if self.link == LinkState::Joined {
            self.link = LinkState::Lost;
        }
        self.acknowledges = false;
        self.last_error = None;
        let mut messages = Vec::new();
        messages.extend(token.map(|token| ClientMessage::Authenticate {
            token: token.to_owned(),
        }));
        match self.session {
            Some(session) => messages.push(join(session, self.cursor)),
            // The server makes a session for it and joins that.
            None => messages.extend(self.submit.as_ref().map(start)),
        }
        messages.extend(
            self.cancel
                .map(|job_id| ClientMessage::CancelGeneration { job_id }),
        );
        messages
    }

    /// Takes a wish of the stream's owner.
    pub(crate) fn command(&mut self, command: Command) -> ClientMessage {
        let Command::Cancel(job_id) = command;
        self.cancel = Some(job_id);
        ClientMessage::CancelGeneration { job_id }
    }

    /// Takes a frame.
    pub(crate) fn receive(&mut self, text: &str) -> Result<Step, Stop> {
        match frame::parse(text).map_err(Stop::Fatal)? {
            Frame::Events {
                session,
                first,
                events,
            } if Some(session) == self.session => self.events(first, events, text.len()),
            Frame::Message(message) => self.message(*message),
            Frame::Events { .. } | Frame::Unknown => Ok(Step::default()),
        }
    }

    /// The server has closed the connection.
    pub(crate) fn closed(&mut self, code: u16, reason: &str) -> Stop {
        let said = self.last_error.take();
        let named = match code {
            CLOSE_UNAUTHENTICATED => "unauthenticated",
            CLOSE_FORBIDDEN => "forbidden",
            CLOSE_NOT_FOUND => "not_found",
            CLOSE_RESTART => {
                return Stop::Reconnect {
                    cause: "the server restarts".to_owned(),
                    restart: true,
                };
            }
            _ => return Stop::broken(format!("the server closed the connection ({code})")),
        };
        let (detail, code) = said.unwrap_or_else(|| (reason.to_owned(), named.to_owned()));
        Stop::Fatal(StreamError::Refused { detail, code })
    }

    /// Whether the session has been joined on this connection.
    pub(crate) fn is_joined(&self) -> bool {
        self.link == LinkState::Joined
    }

    fn events(&mut self, first: u64, events: Vec<String>, size: usize) -> Result<Step, Stop> {
        let mut step = Step::default();
        for (seq, json) in (first..).zip(events) {
            let cursor = self.cursor.unwrap_or(0);
            if seq <= cursor {
                continue;
            }
            if seq != cursor + 1 {
                return Err(Stop::broken(format!(
                    "events {} to {} are missing",
                    cursor + 1,
                    seq - 1
                )));
            }
            let event = frame::event(json).map_err(Stop::Fatal)?;
            step.updates
                .extend(self.accepted(&event).map(Update::Accepted));
            self.note_end(&event);
            self.cursor = Some(seq);
            step.updates.push(Update::Event(Box::new(event)));
        }
        step.replies.extend(self.acknowledge(size));
        Ok(step)
    }

    /// The job, if this event says that ours is in the queue.
    fn accepted(&mut self, event: &StreamEvent) -> Option<JobId> {
        let prompt = self.awaited.as_deref()?;
        match &event.event.kind {
            Some(EventKind::JobQueued { prompt: queued }) if queued.trim() == prompt.trim() => {
                self.awaited = None;
                self.submit = None;
                event.event.job_id
            }
            _ => None,
        }
    }

    fn note_end(&mut self, event: &StreamEvent) {
        let ended = event
            .event
            .kind
            .as_ref()
            .is_some_and(EventKind::is_terminal);
        if ended && event.event.job_id == self.cancel {
            self.cancel = None;
        }
    }

    /// The first frame is acknowledged at once, which turns the server's flow control on.
    fn acknowledge(&mut self, size: usize) -> Option<ClientMessage> {
        self.unacknowledged += size;
        if self.acknowledges && self.unacknowledged < ACK_EVERY {
            return None;
        }
        self.acknowledges = true;
        self.unacknowledged = 0;
        Some(ClientMessage::Ack {
            session_id: self.session?,
            seq: self.cursor?,
        })
    }

    fn message(&mut self, message: ServerMessage) -> Result<Step, Stop> {
        match message {
            ServerMessage::SessionJoined {
                session_id,
                last_seq,
                jobs,
            } if self.session.is_none_or(|session| session == session_id) => {
                let mut step = self.joined(session_id, last_seq);
                step.updates.push(Update::Joined {
                    session: session_id,
                    last_seq,
                    jobs,
                });
                Ok(step)
            }
            ServerMessage::Reset { session_id, .. } if self.session == Some(session_id) => {
                self.cursor = Some(0);
                Ok(Step {
                    updates: vec![Update::Reset],
                    replies: vec![join(session_id, self.cursor)],
                })
            }
            ServerMessage::Error {
                error,
                code,
                session_id,
                job_id,
            } => {
                let of_stream = session_id.is_some() && session_id == self.session;
                let ends = of_stream && job_id.is_none() && ENDING.contains(&code.as_str());
                self.error(error, code, ends)
            }
            ServerMessage::Connected { .. }
            | ServerMessage::Authenticated { .. }
            | ServerMessage::SessionJoined { .. }
            | ServerMessage::State { .. }
            | ServerMessage::Reset { .. }
            | ServerMessage::Pong {} => Ok(Step::default()),
        }
    }

    fn joined(&mut self, session: SessionId, last_seq: u64) -> Step {
        let mut step = Step::default();
        if self.session.is_none() {
            // The session was made for our job: it is accepted, and everything in it is wanted.
            self.session = Some(session);
            self.cursor = Some(0);
            self.submit = None;
        }
        let cursor = *self.cursor.get_or_insert(last_seq);
        match self.link {
            LinkState::New => step.updates.push(Update::Link(Link::Connected)),
            LinkState::Lost => step.updates.push(Update::Link(Link::Resumed {
                missed: last_seq.saturating_sub(cursor),
            })),
            LinkState::Joined => {}
        }
        if self.link != LinkState::Joined {
            // Only with a known cursor is the job's first event sure to be seen.
            step.replies.extend(self.submit.as_ref().map(start));
        }
        self.link = LinkState::Joined;
        step
    }

    /// `ends` says that the server does not show the session any more.
    fn error(&mut self, detail: String, code: String, ends: bool) -> Result<Step, Stop> {
        self.last_error = Some((detail.clone(), code.clone()));
        let needed = ends || self.awaited.is_some() || !self.is_joined();
        if needed && PASSING.contains(&code.as_str()) {
            return Err(Stop::broken(detail));
        }
        if needed {
            return Err(Stop::Fatal(StreamError::Refused { detail, code }));
        }
        if CLOSING.contains(&code.as_str()) {
            return Ok(Step::default());
        }
        Ok(Step {
            updates: vec![Update::Refused { detail, code }],
            replies: Vec::new(),
        })
    }
}

fn join(session_id: SessionId, after: Option<u64>) -> ClientMessage {
    ClientMessage::JoinSession {
        session_id,
        after,
        batch: true,
    }
}

fn start(submit: &Submit) -> ClientMessage {
    let request = &submit.request;
    ClientMessage::StartGeneration {
        session_id: submit.session,
        prompt: request.prompt.clone(),
        mode: request.mode,
        max_iterations: request.max_iterations,
        model: request.model.clone(),
        budget: request.budget,
        idempotency_key: Some(submit.key.clone()),
    }
}
