//! The settings of api and worker: read from the environment as in the hosted shape, except for
//! what the stack provides.

use std::ffi::OsString;
use std::net::SocketAddr;

use anyhow::anyhow;
use clap::{CommandFactory, FromArgMatches, Parser};
use leo_api::ApiConfig;
use leo_common::config::{self, Logging, Model, NotRead, PrivateAddresses};
use leo_worker::WorkerConfig;
use leo_worker::config::{OrchestratorMode, Running, Transport};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::ServiceArgs;
use crate::WrongUse;
use crate::stack::Stack;

/// Where results are kept, below the data folder.
const ARTIFACTS: &str = "artifacts";
/// Where files wait on their way into and out of containers, below the data folder.
const WORKSPACES: &str = "workspaces";
/// What stands for the program where settings are read.
const PROGRAM: &str = "leo";

/// All settings of `leo-api`.
#[derive(Parser)]
pub(crate) struct ApiSettings {
    #[command(flatten)]
    pub(crate) api: ApiConfig,
    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// All settings of `leo-worker`.
#[derive(Parser)]
pub(crate) struct WorkerSettings {
    #[command(flatten)]
    pub(crate) worker: WorkerConfig,
}

/// The settings that decide what the stack is made of.
#[derive(Parser)]
struct PlanSettings {
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    model: Model,
}

/// What the stack has to provide.
pub(super) struct Plan {
    /// Generators run in containers, and not as child processes.
    pub(super) in_containers: bool,
    /// The generator's image.
    pub(super) image: String,
    /// Containers need a network.
    pub(super) network: bool,
}

impl Plan {
    /// Reads it from the environment.
    pub(super) fn read() -> anyhow::Result<Self> {
        let PlanSettings { running, model } = read([])?;
        Ok(Self {
            in_containers: running.orchestrator_mode == OrchestratorMode::Local,
            network: model.llm_provider.needs_network()
                || running.transport() == Transport::Websocket,
            image: running.docker_image,
        })
    }
}

/// What is given to api and worker instead of the environment, as arguments that only this process
/// sees.
pub(super) struct Made {
    shared: Vec<OsString>,
    worker: Vec<OsString>,
}

impl Made {
    pub(super) fn new(
        args: &ServiceArgs,
        plan: &Plan,
        stack: &Stack,
        address: SocketAddr,
        key: &SecretString,
    ) -> anyhow::Result<Self> {
        let data = stack.data_dir();
        let artifacts = match &args.artifact_store {
            Some(store) => store.clone(),
            None => Url::from_directory_path(data.join(ARTIFACTS))
                .map_err(|()| anyhow!("failed to name {}", data.display()))?
                .into(),
        };
        let workspaces = args
            .workspace_dir
            .clone()
            .unwrap_or_else(|| data.join(WORKSPACES));
        let mut worker = vec![argument("--workspace-dir", workspaces)];
        worker.extend(
            stack
                .docker_host()
                .map(|host| argument("--docker-host", host)),
        );
        if let Some(generator) = args.generator.as_ref().filter(|_| !plan.in_containers) {
            worker.push(argument("--generator-command", generator));
        }
        Ok(Self {
            shared: vec![
                argument("--database-url", stack.database_url()),
                argument("--redis-url", stack.redis_url()),
                argument("--artifact-store", artifacts),
                argument("--leo-bind", address.to_string()),
                argument("--leo-secret-key", key.expose_secret()),
            ],
            worker,
        })
    }

    pub(super) fn api(&self) -> anyhow::Result<ApiConfig> {
        let settings: ApiSettings = read(self.shared.iter().cloned())?;
        Ok(settings.api)
    }

    /// With what the worker is called: where nobody says, by this process, so that another one of
    /// this machine has another name. `policy` is that of the api in this process.
    pub(super) fn worker(
        &self,
        policy: PrivateAddresses,
    ) -> anyhow::Result<(WorkerConfig, String)> {
        let settings: WorkerSettings = read(self.shared.iter().chain(&self.worker).cloned())?;
        let mut worker = settings.worker;
        worker.outgoing.private_addresses = Some(policy);
        let own = || format!("dev-{}", std::process::id());
        let name = worker.running.worker_name.get_or_insert_with(own).clone();
        Ok((worker, name))
    }
}

/// Reads settings from these arguments and, where they say nothing, from the environment.
///
/// # Errors
/// [`WrongUse`] with the line that names the setting.
pub(crate) fn read<P: CommandFactory + FromArgMatches>(
    arguments: impl IntoIterator<Item = OsString>,
) -> anyhow::Result<P> {
    let all = std::iter::once(PROGRAM.into()).chain(arguments);
    config::read(all).map_err(|error| match error {
        NotRead::Wrong(line) | NotRead::Asked(line) => WrongUse(line).into(),
    })
}

/// `--name=value`, so that a value may begin with a hyphen.
fn argument(name: &str, value: impl Into<OsString>) -> OsString {
    let mut argument = OsString::from(name);
    argument.push("=");
    argument.push(value.into());
    argument
}
