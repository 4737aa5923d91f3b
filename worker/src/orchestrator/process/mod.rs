//! Generators as plain child processes, for development and tests.
//!
//! There is no isolation whatever: the child runs as the worker's own user, with its network and
//! its files. It gets a clean environment, a folder of its own and a process group of its own.
//!
//! A child ends with its worker: when this orchestrator is dropped, the whole group is killed. A
//! worker that is itself killed with SIGKILL, or stopped, leaves its children behind. Nobody can go
//! on with those, for their output had no other reader; so their attempts are lost, and whoever
//! removes them ends their groups first. All workers of one user on one machine are one host, as long
//! as that machine runs, so that this is done at once and by any of them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use leo_protocol::{HostId, JobId};
use tokio::time::timeout;

use self::child::Run;
use super::{
    CollectError, CollectLimits, Collected, FoundRun, LaunchError, Launched, Orchestrator,
    OrchestratorError, OutputEntry, RunExit, RunHandle, RunSpec, Usage,
};

mod child;
mod folder;
mod host;
mod left;
mod spool;

/// How long a child may take to end after SIGKILL.
const KILL_TIMEOUT: Duration = Duration::from_secs(30);

/// How children are started, from the configuration.
#[derive(Debug, Clone)]
pub struct ProcessConfig {
    /// The generator.
    pub command: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Where each attempt gets its folder, and beside it the file with its output. For one
    /// installation only, and the same for all its workers on a machine: what lies there and
    /// belongs to no attempt of theirs is removed.
    pub root: PathBuf,
    /// At how many bytes of output, with [`super::ENTRY_OVERHEAD`] for each entry, the caller
    /// stops a child. What comes after twice as many is read and dropped.
    pub output_limit: u64,
}

/// Runs attempts as child processes.
#[derive(Debug)]
pub struct Process {
    config: ProcessConfig,
    host: HostId,
    runs: Mutex<HashMap<(JobId, u32), Arc<Run>>>,
    /// Held while something starts: two calls for the same attempt must not start it twice.
    launching: tokio::sync::Mutex<()>,
}

impl Process {
    /// Prepares the folder for the attempts' folders.
    ///
    /// # Errors
    /// If that folder cannot be made.
    pub fn new(mut config: ProcessConfig) -> io::Result<Self> {
        std::fs::create_dir_all(&config.root)?;
        config.root = config.root.canonicalize()?;
        Ok(Self {
            host: host::identify(&config.root),
            config,
            runs: Mutex::default(),
            launching: tokio::sync::Mutex::default(),
        })
    }

    /// The map is whole after every statement that changes it, so a panic elsewhere spoils nothing.
    fn runs(&self) -> MutexGuard<'_, HashMap<(JobId, u32), Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run, if this worker has started it and not removed it.
    fn find(&self, handle: &RunHandle) -> Option<Arc<Run>> {
        let run = self.runs().get(&(handle.job, handle.attempt)).cloned();
        run.filter(|run| run.id() == handle.id)
    }

    fn folder(&self, job: JobId, attempt: u32) -> PathBuf {
        self.config.root.join(format!("{job}_{attempt}"))
    }

    async fn start(&self, spec: &RunSpec) -> anyhow::Result<Launched> {
        let folder = self.folder(spec.job, spec.attempt);
        // A worker that was lost before it could tell what it had started.
        left::end(&left::recorded(&folder)).await?;
        let (folder, filled) = folder::prepare(folder, &spec.inputs).await?;
        let (run, started) = child::start(&self.config, spec, folder).await?;
        let handle = RunHandle {
            job: spec.job,
            attempt: spec.attempt,
            id: run.id(),
        };
        self.runs().insert((spec.job, spec.attempt), Arc::new(run));
        Ok(Launched {
            handle,
            steps: vec![("copy inputs", filled), ("start", started)],
        })
    }
}

#[async_trait]
impl Orchestrator for Process {
    fn kind(&self) -> &'static str {
        "process"
    }

    fn host(&self) -> HostId {
        self.host
    }

    fn outlives_worker(&self) -> bool {
        false
    }

    async fn launch(&self, spec: &RunSpec) -> Result<Launched, LaunchError> {
        let _one_at_a_time = self.launching.lock().await;
        let run = self.runs().get(&(spec.job, spec.attempt)).cloned();
        if let Some(run) = run {
            let handle = RunHandle {
                job: spec.job,
                attempt: spec.attempt,
                id: run.id(),
            };
            return Ok(Launched {
                handle,
                steps: Vec::new(),
            });
        }
        if !spec.wanted.is_true() {
            return Err(LaunchError::Unwanted);
        }
        self.start(spec).await.map_err(LaunchError::Failed)
    }

    async fn output(
        &self,
        handle: &RunHandle,
        after: u64,
    ) -> Result<BoxStream<'static, Result<OutputEntry, OrchestratorError>>, OrchestratorError> {
        let Some(run) = self.find(handle) else {
            return Ok(stream::empty().boxed());
        };
        let entries = run.spool.follow(after).await;
        entries.map_err(|error| failed("read the child's output", error))
    }

    async fn wait(&self, handle: &RunHandle) -> Result<RunExit, OrchestratorError> {
        match self.find(handle) {
            Some(run) => Ok(run.wait().await),
            None => Ok(RunExit::Lost),
        }
    }

    async fn stop(&self, handle: &RunHandle, grace: Duration) -> Result<(), OrchestratorError> {
        match self.find(handle) {
            Some(run) => stop(&run, grace).await,
            None => Ok(()),
        }
    }

    async fn pause(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        self.find(handle).iter().for_each(|run| run.pause());
        Ok(())
    }

    async fn is_paused(&self, handle: &RunHandle) -> Result<bool, OrchestratorError> {
        Ok(self.find(handle).is_some_and(|run| run.is_paused()))
    }

    async fn resume(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        self.find(handle).iter().for_each(|run| run.resume());
        Ok(())
    }

    async fn collect(
        &self,
        handle: &RunHandle,
        into: &Path,
        limits: CollectLimits,
    ) -> Result<Collected, CollectError> {
        let run = self.find(handle).ok_or(CollectError::Gone)?;
        if run.is_running() {
            return Err(CollectError::Failed(anyhow::anyhow!(
                "the child still runs"
            )));
        }
        folder::collect(run.folder.clone(), into.to_owned(), limits).await
    }

    async fn usage(
        &self,
        handle: &RunHandle,
        limits: CollectLimits,
    ) -> Result<Option<Usage>, OrchestratorError> {
        let Some(run) = self.find(handle) else {
            return Ok(None);
        };
        let measured = folder::usage(run.folder.clone(), limits).await;
        let usage = measured.map_err(|error| failed("measure the child's folder", error))?;
        Ok(Some(usage))
    }

    async fn remove(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        let Some(run) = self.find(handle) else {
            return self.remove_left(handle).await;
        };
        stop(&run, Duration::ZERO).await?;
        let removed = folder::remove(run.folder.clone()).await;
        removed.map_err(|error| failed("remove the child's folder", error))?;
        self.runs().remove(&(handle.job, handle.attempt));
        Ok(())
    }

    async fn list(&self) -> Result<Vec<FoundRun>, OrchestratorError> {
        let left = left::attempts(&self.config.root)
            .map_err(|error| failed("list the children's folders", error))?;
        let runs = self.runs();
        let left = left.into_iter().filter(|key| !runs.contains_key(key));
        let left = left.map(|(job, attempt)| {
            let id = left::recorded(&self.folder(job, attempt));
            let running = left::runs(&id);
            let handle = RunHandle { job, attempt, id };
            FoundRun { handle, running }
        });
        let own = runs.iter().map(|(&(job, attempt), run)| FoundRun {
            handle: RunHandle {
                job,
                attempt,
                id: run.id(),
            },
            running: run.is_running(),
        });
        Ok(own.chain(left).collect())
    }
}

impl Process {
    /// Ends and removes what another worker has started.
    async fn remove_left(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        const WHAT: &str = "end what another worker has started";
        let ended = left::end(&handle.id).await;
        ended.map_err(|error| failed(WHAT, error))?;
        let key = (handle.job, handle.attempt);
        if self.runs().contains_key(&key) {
            // Started again here: the folder is that one's.
            return Ok(());
        }
        let folder = self.folder(handle.job, handle.attempt);
        let ended = left::end(&left::recorded(&folder)).await;
        ended.map_err(|error| failed(WHAT, error))?;
        let removed = folder::remove(folder).await;
        removed.map_err(|error| failed("remove the child's folder", error))
    }
}

async fn stop(run: &Run, grace: Duration) -> Result<(), OrchestratorError> {
    if !grace.is_zero() {
        run.terminate();
        if timeout(grace, run.wait()).await.is_ok() {
            return Ok(());
        }
    }
    run.kill();
    match timeout(KILL_TIMEOUT, run.wait()).await {
        Ok(_) => Ok(()),
        Err(error) => Err(failed("kill the child", error)),
    }
}

fn failed(what: &'static str, error: impl Into<anyhow::Error>) -> OrchestratorError {
    OrchestratorError {
        what,
        source: error.into(),
    }
}
