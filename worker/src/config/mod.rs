//! The settings of a worker.

use std::net::SocketAddr;
use std::path::PathBuf;

use leo_common::config::{
    Bytes, Database, GitHub, Hooks, Keeping, Limits, Logging, Model, Outgoing, RedisServer,
    Runners, Signing,
};
use leo_common::job_model::JobModel;

use crate::dial::Dial;
use crate::reach::Reach;

mod ecs;

pub use ecs::{EcsSettings, LaunchType};

/// Everything that a worker is told.
#[derive(Debug, Clone, clap::Args)]
pub struct WorkerConfig {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub database: Database,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub redis: RedisServer,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub logging: Logging,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub signing: Signing,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub runners: Runners,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub keeping: Keeping,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub limits: Limits,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub model: Model,
    /// What it may ask for users. Whether others can reach the api is not known here, so addresses of
    /// private networks are asked only where that is set.
    #[command(flatten)]
    pub outgoing: Outgoing,
    /// Whom it tells of what happens.
    #[command(flatten)]
    pub hooks: Hooks,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub github: GitHub,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub running: Running,
}

/// How containers are run.
#[derive(Debug, Clone, clap::Args)]
pub struct Running {
    /// `local`: in Docker; `ecs`: as tasks of AWS ECS; `process`: as a plain child process, without
    /// isolation, for development.
    #[arg(long, env = "ORCHESTRATOR_MODE", default_value = "local")]
    pub orchestrator_mode: OrchestratorMode,
    /// Where the api listens. Mode `process` has no isolation and refuses all but loopback.
    #[arg(long, env = "LEO_BIND", default_value = "127.0.0.1:5013")]
    pub leo_bind: SocketAddr,
    /// The address that people use, where it is not the one that the api listens on: links to results
    /// begin with it.
    #[arg(long, env = "LEO_PUBLIC_URL")]
    pub leo_public_url: Option<url::Url>,
    /// Jobs that this worker runs at once.
    #[arg(long, env = "WORKER_CONCURRENCY", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub worker_concurrency: u32,
    /// Where this worker tells its metrics, to anybody who asks; nowhere if not set.
    #[arg(long, env = "LEO_METRICS_BIND")]
    pub leo_metrics_bind: Option<SocketAddr>,
    /// The worker's name in lists; the host's name where none is given.
    #[arg(long, env = "WORKER_NAME")]
    pub worker_name: Option<String>,
    /// The generator image.
    #[arg(long, env = "DOCKER_IMAGE", default_value = "leo-websocket")]
    pub docker_image: String,
    /// The Docker engine, where it is not at its usual place.
    #[arg(long, env = "DOCKER_HOST")]
    pub docker_host: Option<String>,
    /// The generator of mode `process`; `leo-generator` beside this program where none is given.
    #[arg(long, env = "GENERATOR_COMMAND")]
    pub generator_command: Option<PathBuf>,
    /// A folder for files on their way into and out of containers.
    #[arg(long, env = "WORKSPACE_DIR", default_value = "/tmp/generations")]
    pub workspace_dir: PathBuf,
    /// How output reaches Leo; `stdout` where none is given, `websocket` in mode `ecs`.
    #[arg(long, env = "GENERATOR_TRANSPORT")]
    pub generator_transport: Option<Transport>,
    /// How files get into containers and out of them; `copy` where none is given, `fetch` in mode
    /// `ecs`.
    #[arg(long, env = "WORKSPACE_TRANSFER")]
    pub workspace_transfer: Option<WorkspaceTransfer>,
    /// Memory of one container.
    #[arg(long, env = "CONTAINER_MEMORY", default_value = "2GiB")]
    pub container_memory: Bytes,
    /// Processors of one container.
    #[arg(long, env = "CONTAINER_CPUS", default_value_t = 2.0)]
    pub container_cpus: f64,
    /// Processes and threads of one container.
    #[arg(long, env = "CONTAINER_PIDS", default_value_t = 512)]
    pub container_pids: i64,
    /// The network of containers that need one, for their model provider or their transport;
    /// Docker's default where none is given. The others get none.
    #[arg(long, env = "CONTAINER_NETWORK")]
    pub container_network: Option<String>,
    /// The OCI runtime, as in `runsc`; Docker's default where none is given.
    #[arg(long, env = "CONTAINER_RUNTIME")]
    pub container_runtime: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub ecs: EcsSettings,
}

impl Running {
    /// How output reaches Leo.
    #[must_use]
    pub fn transport(&self) -> Transport {
        let usual = match self.orchestrator_mode {
            OrchestratorMode::Ecs => Transport::Websocket,
            OrchestratorMode::Local | OrchestratorMode::Process => Transport::Stdout,
        };
        self.generator_transport.unwrap_or(usual)
    }

    /// How files get into containers and out of them.
    #[must_use]
    pub fn transfer(&self) -> WorkspaceTransfer {
        let usual = match self.orchestrator_mode {
            OrchestratorMode::Ecs => WorkspaceTransfer::Fetch,
            OrchestratorMode::Local | OrchestratorMode::Process => WorkspaceTransfer::Copy,
        };
        self.workspace_transfer.unwrap_or(usual)
    }
}

/// Where attempts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OrchestratorMode {
    /// In Docker, on this host.
    Local,
    /// As tasks of AWS ECS.
    Ecs,
    /// As child processes.
    Process,
}

/// How output reaches Leo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Transport {
    /// The worker follows the container's stored log.
    Stdout,
    /// The container dials in; what it prints is followed all the same.
    Websocket,
}

/// How files get into containers and out of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WorkspaceTransfer {
    /// The worker copies them.
    Copy,
    /// The container is told its job's id and an address, fetches the rest there, and uploads its
    /// workspace.
    Fetch,
}

impl WorkerConfig {
    /// Whether generated code would reach all that listens on this machine.
    pub(crate) fn shares_host_network(&self) -> bool {
        self.running.container_network.as_deref() == Some("host")
    }

    /// Finds settings that contradict each other.
    ///
    /// # Errors
    /// One line that names the setting and says what is expected; of mode `ecs` a line for each
    /// mistake.
    pub fn validate(&self) -> Result<(), String> {
        if self.limits.lost_after.get() <= self.limits.lease_seconds.get() {
            return Err("LOST_AFTER must be longer than LEASE_SECONDS".to_owned());
        }
        let exposed = !self.running.leo_bind.ip().is_loopback();
        if self.running.orchestrator_mode == OrchestratorMode::Process && exposed {
            return Err(format!(
                "ORCHESTRATOR_MODE=process runs generated code without isolation and works on loopback only; \
                 LEO_BIND is {}",
                self.running.leo_bind
            ));
        }
        if self.running.orchestrator_mode == OrchestratorMode::Ecs {
            let mistakes = ecs::mistakes(&self.running, &self.keeping.artifact_store);
            if !mistakes.is_empty() {
                return Err(mistakes.join("\n"));
            }
        }
        let stdout = self.running.transport() == Transport::Stdout;
        if self.running.transfer() == WorkspaceTransfer::Fetch && stdout {
            return Err(
                "WORKSPACE_TRANSFER=fetch needs GENERATOR_TRANSPORT=websocket: containers fetch where they dial in"
                    .to_owned(),
            );
        }
        let network = self
            .running
            .container_network
            .as_deref()
            .unwrap_or_default();
        if network.starts_with("container:") {
            return Err(format!(
                "CONTAINER_NETWORK must not be another container's network, as `{network}` is"
            ));
        }
        if !(self.running.container_cpus.is_finite() && self.running.container_cpus > 0.0) {
            return Err("CONTAINER_CPUS must be a number above 0, like 1.5".to_owned());
        }
        if self
            .model
            .demo_speed
            .is_some_and(|speed| !(speed.is_finite() && speed >= 0.0))
        {
            return Err("DEMO_SPEED must be 0 or a number above it".to_owned());
        }
        self.hooks.deploy_hook()?;
        let model = JobModel::of_installation(&self.model, None);
        if let Some(address) = Reach::of(self).refuses(&model) {
            return Err(format!(
                "LLM_BASE_URL: containers cannot reach the loopback address {address}, expected one of the model \
                 server's own, like http://10.0.0.5:11434/v1"
            ));
        }
        Dial::read(self).map(drop)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Sample {
        #[command(flatten)]
        config: WorkerConfig,
    }

    /// What a worker is told that is told this, and besides only what it cannot do without.
    pub(crate) fn sample(more: &[&str]) -> WorkerConfig {
        let basic = ["leo-worker", "--database-url=x", "--redis-url=y"];
        let arguments: Vec<_> = basic.iter().chain(more).map(Into::into).collect();
        leo_common::config::read::<Sample>(arguments)
            .unwrap()
            .config
    }

    #[test]
    fn who_fetches_has_to_dial_in() {
        let error = sample(&["--workspace-transfer=fetch"])
            .validate()
            .unwrap_err();
        assert!(error.contains("GENERATOR_TRANSPORT"), "{error}");
    }

    fn ecs(more: &[&str]) -> Result<(), String> {
        let basic = [
            "--orchestrator-mode=ecs",
            "--leo-secret-key=0123456789abcdef0123456789abcdef",
        ];
        sample(&[&basic, more].concat()).validate()
    }

    const WHOLE: [&str; 5] = [
        "--ecs-cluster=leo",
        "--ecs-task-definition=generator",
        "--ecs-subnets=subnet-1, subnet-2",
        "--artifact-store=s3://bucket",
        "--leo-runner-url=wss://leo.example",
    ];

    #[test]
    fn mode_ecs_brings_its_own_defaults() {
        assert_eq!(ecs(&WHOLE), Ok(()));
    }

    #[test]
    fn each_mistake_of_mode_ecs_has_a_line() {
        let error = ecs(&[
            "--generator-transport=stdout",
            "--workspace-transfer=copy",
            "--ecs-subnets=10.0.0.0/8",
            "--ecs-security-groups=sg-1,default",
        ])
        .unwrap_err();
        let lines: Vec<&str> = error.lines().collect();
        let names = [
            "ECS_CLUSTER: ",
            "ECS_TASK_DEFINITION: ",
            "ECS_SUBNETS: `10.0.0.0/8`",
            "ECS_SECURITY_GROUPS: `default`",
            "GENERATOR_TRANSPORT=stdout",
            "WORKSPACE_TRANSFER=copy",
            "ARTIFACT_STORE: `file:///",
        ];
        assert_eq!(lines.len(), names.len(), "{error}");
        for (line, name) in lines.iter().zip(names) {
            assert!(line.starts_with(name), "{line}");
        }
    }

    #[test]
    fn tasks_have_to_know_where_the_api_is() {
        let error = ecs(&WHOLE[..4]).unwrap_err();
        assert!(error.starts_with("LEO_RUNNER_URL: missing"), "{error}");
    }
}
