//! Containers on a Docker engine, reached over its socket.
//!
//! One container per attempt, named `gen_{jobId}_{attempt}` and labelled with the instance, so
//! that nobody touches what is not theirs. The engine keeps the container, its output and its
//! workspace until [`Orchestrator::remove`]; a worker that dies loses nothing of them, and another
//! one on the same engine goes on from there. Works with engines from 20.10 on.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bollard::errors::Error as EngineError;
use futures_util::stream::BoxStream;
use leo_protocol::{HostId, InstanceId};
use tokio::time::timeout;

use super::{
    CollectError, CollectLimits, Collected, FoundRun, LaunchError, Launched, Orchestrator,
    OrchestratorError, OutputEntry, RunExit, RunHandle, RunSpec, Usage,
};

mod archive;
mod disk;
mod end;
mod host;
mod labels;
mod launch;
mod logs;
mod loss;
mod pause;
mod quota;
mod spec;
mod starts;

/// Where the engine listens unless configured otherwise.
pub const DEFAULT_HOST: &str = "unix:///var/run/docker.sock";

/// How long an engine that was away may take to show that it is back.
const PING_WITHIN: Duration = Duration::from_secs(2);

/// How containers are made, from the configuration.
#[derive(Debug, Clone)]
pub struct DockerConfig {
    /// The engine's address as in `DOCKER_HOST` (`unix://` or `tcp://`), or [`DEFAULT_HOST`].
    pub docker_host: Option<String>,
    /// The generator's image. It has to be on the host: Leo pulls nothing.
    pub image: String,
    /// The network of generators that need one, or the engine's default bridge. All others have
    /// none.
    pub network: Option<String>,
    /// The memory of one container, with all that it keeps in `/tmp`. There is no swap.
    pub memory_bytes: u64,
    /// Its share of the processors; 1.5 is one and a half.
    pub cpus: f64,
    /// How many processes and threads it may have.
    pub pids: i64,
    /// Another container runtime than the engine's default, such as `runsc`.
    pub runtime: Option<String>,
    /// At how many bytes of output, with [`super::ENTRY_OVERHEAD`] for each entry, the caller
    /// stops a container. The kept log holds more than that.
    pub output_limit: u64,
    /// At how many bytes of disk the engine refuses a workspace more, where it can. Ignored where it
    /// cannot: the caller has to look at [`Orchestrator::usage`] in any case.
    pub workspace_quota: Option<u64>,
    /// Whose containers these are.
    pub instance: InstanceId,
}

/// Runs attempts as Docker containers.
#[derive(Debug)]
pub struct Docker {
    engine: bollard::Docker,
    config: DockerConfig,
    host: HostId,
    disk: disk::Disk,
    /// The engine did not answer the last launch.
    away: AtomicBool,
}

/// Why the engine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It does not answer.
    #[error("reach the Docker engine at {host}")]
    Unreachable {
        /// Its address.
        host: String,
        /// Why.
        #[source]
        source: EngineError,
    },
    /// It does not have the configured runtime.
    #[error("use the container runtime `{wanted}`: the engine has only {known}")]
    UnknownRuntime {
        /// The configured one.
        wanted: String,
        /// Those that it has.
        known: String,
    },
    /// The host's id cannot be kept on it.
    #[error("keep the host's id on the Docker engine")]
    Host(#[source] anyhow::Error),
}

impl Docker {
    /// Connects to the engine, and finds out which host it is and what it can do.
    ///
    /// # Errors
    /// If it does not answer, lacks the configured runtime, or cannot keep the host's id.
    pub async fn connect(mut config: DockerConfig) -> Result<Self, ConnectError> {
        let address = config.docker_host.as_deref().unwrap_or(DEFAULT_HOST);
        let engine = reach(address)
            .await
            .map_err(|source| ConnectError::Unreachable {
                host: address.to_owned(),
                source,
            })?;
        host::check(&engine, address, &config).await?;
        let host = host::identify(&engine, config.instance)
            .await
            .map_err(ConnectError::Host)?;
        if config.workspace_quota.is_some() && !quota::is_kept(&engine, config.instance).await {
            config.workspace_quota = None;
        }
        Ok(Self {
            disk: disk::Disk::new(address),
            engine,
            config,
            host,
            away: AtomicBool::new(false),
        })
    }
}

/// Engines refuse a newer protocol than their own, so the version is agreed on first.
async fn reach(address: &str) -> Result<bollard::Docker, EngineError> {
    bollard::Docker::connect_with_host(address)?
        .negotiate_version()
        .await
}

#[async_trait]
impl Orchestrator for Docker {
    fn kind(&self) -> &'static str {
        "docker"
    }

    fn host(&self) -> HostId {
        self.host
    }

    fn outlives_worker(&self) -> bool {
        true
    }

    async fn launch(&self, spec: &RunSpec) -> Result<Launched, LaunchError> {
        let launched = launch::launch(&self.engine, &self.config, spec).await;
        let away = matches!(launched, Err(LaunchError::Unreachable(_)));
        self.away.store(away, Ordering::Relaxed);
        launched
    }

    async fn output(
        &self,
        handle: &RunHandle,
        after: u64,
    ) -> Result<BoxStream<'static, Result<OutputEntry, OrchestratorError>>, OrchestratorError> {
        Ok(logs::follow(self.engine.clone(), handle.id.clone(), after))
    }

    async fn wait(&self, handle: &RunHandle) -> Result<RunExit, OrchestratorError> {
        end::wait(&self.engine, &handle.id).await
    }

    async fn stop(&self, handle: &RunHandle, grace: Duration) -> Result<(), OrchestratorError> {
        end::stop(&self.engine, &handle.id, grace).await
    }

    async fn pause(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        pause::pause(&self.engine, &handle.id).await
    }

    async fn is_paused(&self, handle: &RunHandle) -> Result<bool, OrchestratorError> {
        pause::is_paused(&self.engine, &handle.id).await
    }

    async fn resume(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        pause::resume(&self.engine, &handle.id).await
    }

    async fn collect(
        &self,
        handle: &RunHandle,
        into: &Path,
        limits: CollectLimits,
    ) -> Result<Collected, CollectError> {
        archive::collect(&self.engine, &handle.id, into, limits).await
    }

    async fn usage(
        &self,
        handle: &RunHandle,
        limits: CollectLimits,
    ) -> Result<Option<Usage>, OrchestratorError> {
        self.disk.usage(&self.engine, &handle.id, limits).await
    }

    async fn is_ready(&self) -> bool {
        if self.away.load(Ordering::Relaxed) {
            let answer = timeout(PING_WITHIN, self.engine.ping()).await;
            self.away
                .store(!matches!(answer, Ok(Ok(_))), Ordering::Relaxed);
        }
        !self.away.load(Ordering::Relaxed)
    }

    async fn remove(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        end::remove(&self.engine, &handle.id).await
    }

    async fn list(&self) -> Result<Vec<FoundRun>, OrchestratorError> {
        labels::list(&self.engine, self.config.instance).await
    }

    fn starts(&self) -> BoxStream<'static, Result<RunHandle, OrchestratorError>> {
        starts::follow(&self.engine, self.config.instance)
    }
}

impl Docker {
    /// Whether the engine itself keeps workspaces to [`DockerConfig::workspace_quota`].
    #[must_use]
    pub fn has_quota(&self) -> bool {
        self.config.workspace_quota.is_some()
    }
}

/// The engine's answer in numbers, if it gave one.
fn status(error: &EngineError) -> Option<u16> {
    if let EngineError::DockerResponseServerError { status_code, .. } = error {
        return Some(*status_code);
    }
    None
}

/// Whether the engine did not answer at all, or broke off: it may answer later.
fn is_away(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::HyperLegacyError { .. }
            | EngineError::HyperResponseError { .. }
            | EngineError::IOError { .. }
            | EngineError::RequestTimeoutError
            | EngineError::SocketNotFoundError(_)
    )
}

/// The engine knows nothing by that name.
const NOT_FOUND: u16 = 404;

/// The state of things forbids it: the name is taken, the container does not run, or is on its
/// way out already.
const CONFLICT: u16 = 409;

fn failed(what: &'static str, error: impl Into<anyhow::Error>) -> OrchestratorError {
    OrchestratorError {
        what,
        source: error.into(),
    }
}
