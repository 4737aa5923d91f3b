//! Watching one job on a stream, to its end.

use leo_protocol::http::Job;
use leo_protocol::{EventKind, JobId, SessionId};
use nix::sys::signal::Signal;

use crate::client::stream::{EventStream, StreamEvent, Update};
use crate::render::view::View;
use crate::stack::command::Signals;

/// How the watching ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    Failed,
    Cancelled {
        /// By Ctrl-C in this command.
        by_us: bool,
    },
    /// The job goes on, and the user has left.
    Left,
    /// The job is accepted, and that was all that was wanted.
    Detached,
}

/// What Ctrl-C means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// First: cancel the job. Then: leave.
    Cancels,
    /// Leave.
    Leaves,
}

/// A job that is watched.
pub(crate) struct Watch<'a> {
    stream: EventStream,
    view: &'a mut View,
    signals: &'a mut Signals,
    interrupt: Interrupt,
    detach: bool,
    session: Option<SessionId>,
    job: Option<JobId>,
    interrupted: bool,
}

/// What is known in the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched {
    pub(crate) end: End,
    pub(crate) session: Option<SessionId>,
    pub(crate) job: Option<JobId>,
}

impl<'a> Watch<'a> {
    /// Watches the job that the stream submits.
    pub(crate) fn submitted(
        stream: EventStream,
        view: &'a mut View,
        signals: &'a mut Signals,
    ) -> Self {
        Self {
            stream,
            view,
            signals,
            interrupt: Interrupt::Cancels,
            detach: false,
            session: None,
            job: None,
            interrupted: false,
        }
    }

    /// Watches this job.
    pub(crate) fn of(
        stream: EventStream,
        job: &Job,
        view: &'a mut View,
        signals: &'a mut Signals,
    ) -> Self {
        Self {
            session: Some(job.session_id),
            job: Some(job.id),
            ..Self::submitted(stream, view, signals)
        }
    }

    pub(crate) fn on_interrupt(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }

    /// Ends the watching as soon as the job is accepted.
    pub(crate) fn detach(self, detach: bool) -> Self {
        Self { detach, ..self }
    }

    /// Writes what happens, until the end.
    ///
    /// # Errors
    /// When the stream ends for good, or stdout cannot be written.
    pub(crate) async fn until_its_end(mut self) -> anyhow::Result<Watched> {
        let end = loop {
            tokio::select! {
                update = self.stream.next() => {
                    if let Some(end) = self.take(update?)? {
                        break end;
                    }
                }
                signal = self.signals.next() => {
                    if let Some(end) = self.interrupted(signal).await {
                        break end;
                    }
                }
            }
        };
        self.view.end();
        Ok(Watched {
            end,
            session: self.session,
            job: self.job,
        })
    }

    fn take(&mut self, update: Update) -> anyhow::Result<Option<End>> {
        match update {
            Update::Link(link) => self.view.link(&link),
            Update::Joined { session, .. } => self.session = Some(session),
            Update::Accepted(job) => self.job = Some(job),
            Update::Event(event) => return self.event(&event),
            Update::Reset => self
                .view
                .remark("the server's stream begins anew; what follows may repeat"),
            Update::Refused { detail, code } => self.view.remark(&format!("{detail} ({code})")),
        }
        Ok(None)
    }

    fn event(&mut self, event: &StreamEvent) -> anyhow::Result<Option<End>> {
        // Other jobs of the session have their own watchers.
        if event.event.job_id != self.job || self.job.is_none() {
            return Ok(None);
        }
        self.view.event(event)?;
        if self.detach {
            return Ok(Some(End::Detached));
        }
        Ok(event.event.kind.as_ref().and_then(|kind| self.end_of(kind)))
    }

    fn end_of(&self, kind: &EventKind) -> Option<End> {
        if matches!(kind, EventKind::Completed { .. }) {
            Some(End::Completed)
        } else if matches!(kind, EventKind::Failed { .. }) {
            Some(End::Failed)
        } else if matches!(kind, EventKind::Cancelled { .. }) {
            Some(End::Cancelled {
                by_us: self.interrupted,
            })
        } else {
            None
        }
    }

    /// Only Ctrl-C is about the job; who is told to end or has lost the terminal just leaves.
    async fn interrupted(&mut self, signal: Signal) -> Option<End> {
        let cancels = signal == Signal::SIGINT && self.interrupt == Interrupt::Cancels;
        let Some(job) = self.job else {
            self.view
                .remark("left before Leo has accepted the job; leo jobs shows whether it has");
            return Some(End::Left);
        };
        if !cancels || self.interrupted {
            let text = format!("left; to see how the job ends: leo logs -f {job}");
            self.view.remark(&text);
            return Some(End::Left);
        }
        self.interrupted = true;
        self.view.cancelling();
        self.stream.cancel(job).await;
        None
    }
}
