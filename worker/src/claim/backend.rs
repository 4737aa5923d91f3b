//! The apalis backend: claimed jobs, one after the other.
//!
//! It never fails, because apalis drops what is in flight when a backend does; a database that
//! cannot be asked is the claimer's to wait for. It holds no job back: a job leaves it only with
//! a free slot.

use std::convert::Infallible;
use std::sync::Mutex;
use std::task::{Context, Poll};

use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use tokio::sync::mpsc;
use tower::layer::util::Identity;

use super::Claimed;

/// Claimed jobs as tasks of apalis.
#[derive(Debug)]
pub(crate) struct ClaimBackend {
    claims: mpsc::Receiver<Claimed>,
}

/// A claimed job as the argument of a task. Apalis hands arguments on by sharing; the handler
/// takes the job out.
#[derive(Debug)]
pub(crate) struct JobTask(Mutex<Option<Claimed>>);

impl JobTask {
    /// The job; `None` when it has been taken before.
    pub(crate) fn take(&self) -> Option<Claimed> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()
    }
}

impl ClaimBackend {
    pub(crate) fn new(claims: mpsc::Receiver<Claimed>) -> Self {
        Self { claims }
    }
}

impl Backend for ClaimBackend {
    type Task = Task<JobTask>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        self.claims
            .poll_recv(cx)
            .map(|claim| claim.map(|claim| Ok(Task::new(JobTask(Mutex::new(Some(claim)))))))
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        self.claims.close();
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for ClaimBackend {
    type Args = JobTask;
    type Id = uuid::Uuid;
    type Kind = apalis_core::backend::finalize::Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
