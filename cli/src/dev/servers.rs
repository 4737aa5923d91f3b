//! Api and worker as tasks of this process.

use std::future::Future;

use anyhow::{Context as _, anyhow};
use leo_api::ApiConfig;
use leo_worker::WorkerConfig;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A server as a task.
struct Part {
    name: &'static str,
    task: JoinHandle<anyhow::Result<()>>,
    /// Dropped, it asks the task to end.
    shutdown: DropGuard,
}

/// Both. Dropped, both are asked to end.
pub(super) struct Servers {
    api: Part,
    worker: Part,
}

impl Servers {
    pub(super) fn start(api: ApiConfig, worker: WorkerConfig, listener: TcpListener) -> Self {
        Self {
            api: Part::start("the server", |shutdown| {
                leo_api::serve(api, listener, shutdown)
            }),
            worker: Part::start("the worker", |shutdown| leo_worker::run(worker, shutdown)),
        }
    }

    /// Waits until one of them ends by itself, and tells why. Safe to drop and call again, until
    /// it has answered.
    pub(super) async fn broken(&mut self) -> anyhow::Error {
        tokio::select! {
            reason = self.api.broken() => reason,
            reason = self.worker.broken() => reason,
        }
    }

    /// Ends the server, then the worker.
    ///
    /// # Errors
    /// When one of them does not end in order; the other is ended all the same.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        let api = self.api.stop().await;
        let worker = self.worker.stop().await;
        api.and(worker)
    }
}

impl Part {
    fn start<F>(name: &'static str, start: impl FnOnce(CancellationToken) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let shutdown = CancellationToken::new();
        Self {
            name,
            task: tokio::spawn(start(shutdown.clone())),
            shutdown: shutdown.drop_guard(),
        }
    }

    async fn broken(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(Ok(())) => anyhow!("{} has ended", self.name),
            Ok(Err(error)) => error.context(format!("{} failed", self.name)),
            Err(error) => anyhow!(error).context(format!("{} broke", self.name)),
        }
    }

    async fn stop(self) -> anyhow::Result<()> {
        // One that has ended by itself has been reported, and its task cannot be asked again.
        if self.task.is_finished() {
            return Ok(());
        }
        drop(self.shutdown);
        self.task
            .await
            .with_context(|| format!("{} broke", self.name))?
            .with_context(|| format!("{} did not end in order", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_fails_is_named_and_one_that_is_asked_to_ends() {
        let mut failing = Part::start("the server", |_| async { anyhow::bail!("no port") });
        assert_eq!(
            format!("{:#}", failing.broken().await),
            "the server failed: no port"
        );
        failing.stop().await.unwrap();

        let waiting = Part::start("the worker", |shutdown| async move {
            shutdown.cancelled().await;
            Ok(())
        });
        waiting.stop().await.unwrap();
    }
}
