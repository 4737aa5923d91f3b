//! Tasks of AWS ECS, one for each attempt.
//!
//! A task is named by nobody: ECS gives it an ARN, and the attempt's token makes sure that there is one
//! of it, whoever starts it and however often. Tasks belong to the cluster and not to a worker:
//! every worker of the installation with the same cluster is on the same *host*, and takes over from
//! any other by ARN. What a task prints goes where its definition says; Leo follows what the container
//! sends to the api instead, and lets it fetch and upload its files there. A task keeps nothing once
//! it has ended, and it cannot be halted.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::anyhow;
use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use leo_common::config::Aws;
use leo_protocol::{HostId, InstanceId};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, timeout};
use url::Url;
use uuid::Uuid;

use super::{
    CollectError, CollectLimits, Collected, FoundRun, LaunchError, Launched, Orchestrator,
    OrchestratorError, OutputEntry, RunExit, RunHandle, RunSpec, Start, StartStep, Usage,
};
use crate::config::{EcsSettings, LaunchType};

mod api;
mod check;
mod end;
mod errors;
mod launch;
mod list;
mod poller;
mod request;
mod retry;
mod sdk;
mod sent;
mod start;
#[cfg(test)]
mod tests;
mod told;
mod wait;

use api::{Api, ApiError, Kind};
use list::Lister;
use poller::{Poller, View};
use start::Steps;

/// Where Fargate's Spot machines come from, in ECS's words.
const SPOT_PROVIDER: &str = "FARGATE_SPOT";
/// What a task is told to be stopped for.
const STOP_REASON: &str = "Leo stops it";
/// How often tasks are looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(3);
/// How long a task may be unknown to ECS before it counts as gone: ECS takes a while to know what it
/// has started, and forgets what has ended for an hour.
const MISSING_PATIENCE: Duration = Duration::from_secs(30);
/// How long a stopped task may take to end: `stopTimeout` is two minutes at most.
const STOP_PATIENCE: Duration = Duration::from_secs(180);
/// How long no new job is taken after ECS had no place for one.
const BREATHER: Duration = Duration::from_secs(5);
/// How often orphaned tasks are looked for: the calls are counted for all workers together.
const LEFTOVERS_INTERVAL: Duration = Duration::from_secs(30);
/// What is hashed before the cluster, so that the id is like no other made of the same name.
const HOST_PURPOSE: &str = "leo ecs host v1";
/// Bytes of a uuid.
const UUID_LENGTH: usize = 16;

/// How tasks are made and looked at, from the configuration.
#[derive(Debug, Clone)]
pub(crate) struct EcsConfig {
    cluster: String,
    task_definition: String,
    /// Empty where the definition's only one is meant.
    container: String,
    subnets: Vec<String>,
    security_groups: Vec<String>,
    assign_public_ip: bool,
    launch_type: LaunchType,
    endpoint: Option<Url>,
    instance: InstanceId,
    start_within: Duration,
    dial_within: Duration,
    look_interval: Duration,
    missing_patience: Duration,
}

impl EcsConfig {
    /// From the settings, which were seen to be complete.
    pub(crate) fn new(settings: &EcsSettings, aws: &Aws, instance: InstanceId) -> Self {
        let text = |given: Option<&str>| given.unwrap_or_default().to_owned();
        let endpoint = settings.aws_endpoint_url_ecs.as_ref();
        Self {
            cluster: text(settings.cluster()),
            task_definition: text(settings.task_definition()),
            container: text(settings.container()),
            subnets: settings.subnets(),
            security_groups: settings.security_groups(),
            assign_public_ip: settings.ecs_assign_public_ip,
            launch_type: settings.ecs_launch_type,
            endpoint: endpoint.or(aws.aws_endpoint_url.as_ref()).cloned(),
            instance,
            start_within: settings.ecs_start_timeout.get(),
            dial_within: settings.ecs_dial_timeout.get(),
            look_interval: LOOK_INTERVAL,
            missing_patience: MISSING_PATIENCE,
        }
    }
}

/// Runs attempts as tasks of ECS.
pub(crate) struct Ecs {
    api: Arc<dyn Api>,
    config: EcsConfig,
    host: HostId,
    poller: Poller,
    lister: Lister,
    /// Until when nothing new is to be started.
    breather: Mutex<Option<Instant>>,
}

impl Ecs {
    /// Sees that cluster and task definition are there and fit the settings.
    ///
    /// # Errors
    /// A line for each mistake.
    pub(crate) async fn connect(mut config: EcsConfig, aws: &Aws) -> anyhow::Result<Self> {
        check::place(&config, aws).map_err(|line| anyhow!(line))?;
        let api: Arc<dyn Api> = Arc::new(sdk::Sdk::new(config.clone(), aws)?);
        let checked = check::check(api.as_ref(), &config).await;
        let checked = checked.map_err(|mistakes| anyhow!(mistakes.join("\n")))?;
        config.container.clone_from(&checked.container);
        let api: Arc<dyn Api> = Arc::new(sdk::Sdk::new(config.clone(), aws)?);
        Ok(Self::new(api, config, &checked.cluster))
    }

    fn new(api: Arc<dyn Api>, config: EcsConfig, cluster: &str) -> Self {
        Self {
            poller: Poller::start(api.clone(), config.look_interval),
            api,
            config,
            host: host(cluster),
            lister: Lister::default(),
            breather: Mutex::new(None),
        }
    }

    fn breathe(&self) {
        let until = Instant::now() + BREATHER;
        *self.breather.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    /// Asks for the end of a task; one that is gone is fine.
    async fn ask_to_stop(&self, arn: &str) -> Result<(), OrchestratorError> {
        match retry::patiently(|| self.api.stop_task(arn, STOP_REASON)).await {
            Err(error) if error.kind != Kind::NotFound => Err(refused("stop the task", error)),
            _ => Ok(()),
        }
    }

    fn has_ended(&self, arn: &str) -> bool {
        let last = self.poller.last(arn);
        last.is_some_and(|task| end::exit(&task, &self.config.container).is_some())
    }
}

/// What is seen of a start, until it is over.
fn steps(view: Receiver<View>, steps: Steps) -> BoxStream<'static, StartStep> {
    let begin = (view, steps, false);
    let seen = stream::unfold(begin, |(mut view, mut steps, looked)| async move {
        if steps.is_over() {
            return None;
        }
        if looked {
            view.changed().await.ok()?;
        }
        let (task, at) = wait::next(&mut view).await?;
        let told: Vec<StartStep> = steps.see(&task, at);
        Some((stream::iter(told), (view, steps, true)))
    });
    seen.flatten().boxed()
}

/// All workers of a cluster are one host.
fn host(cluster: &str) -> HostId {
    let digest = Sha256::digest(format!("{HOST_PURPOSE}\n{cluster}"));
    let mut bytes = [0; UUID_LENGTH];
    bytes.copy_from_slice(&digest[..UUID_LENGTH]);
    let id: Uuid = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    id.into()
}

fn failed(what: &'static str, source: anyhow::Error) -> OrchestratorError {
    OrchestratorError { what, source }
}

fn refused(what: &'static str, error: ApiError) -> OrchestratorError {
    failed(what, error.into())
}

#[async_trait]
impl Orchestrator for Ecs {
    fn kind(&self) -> &'static str {
        "ecs"
    }

    fn engine(&self) -> &'static str {
        "AWS ECS"
    }

    fn host(&self) -> HostId {
        self.host
    }

    fn outlives_worker(&self) -> bool {
        true
    }

    fn can_pause(&self) -> bool {
        false
    }

    fn leftovers_interval(&self) -> Duration {
        LEFTOVERS_INTERVAL
    }

    async fn launch(&self, spec: &RunSpec) -> Result<Launched, LaunchError> {
        let launched = launch::launch(self.api.as_ref(), &self.config.container, spec).await;
        if let Err(LaunchError::NoCapacity(_) | LaunchError::Unreachable(_)) = &launched {
            self.breathe();
        }
        launched
    }

    fn start(&self, handle: &RunHandle, own: bool) -> Option<Start> {
        let view = self.poller.watch(&handle.id);
        Some(Start {
            steps: steps(view, Steps::new(own)),
            within: self.config.start_within,
            dial_within: self.config.dial_within,
        })
    }

    /// Nothing: what a task prints does not come here. Ends with the task.
    async fn output(
        &self,
        handle: &RunHandle,
        _after: u64,
    ) -> Result<BoxStream<'static, Result<OutputEntry, OrchestratorError>>, OrchestratorError> {
        let mut view = self.poller.watch(&handle.id);
        let config = self.config.clone();
        let end = async move {
            let over = wait::over(&mut view, &config.container, config.missing_patience).await;
            over.err().map(Err)
        };
        Ok(stream::once(end).filter_map(async |end| end).boxed())
    }

    async fn wait(&self, handle: &RunHandle) -> Result<RunExit, OrchestratorError> {
        let mut view = self.poller.watch(&handle.id);
        let config = &self.config;
        wait::over(&mut view, &config.container, config.missing_patience).await
    }

    /// The grace is that of the task definition, `stopTimeout`.
    async fn stop(&self, handle: &RunHandle, _grace: Duration) -> Result<(), OrchestratorError> {
        if !self.has_ended(&handle.id) {
            self.ask_to_stop(&handle.id).await?;
        }
        match timeout(STOP_PATIENCE, self.wait(handle)).await {
            Ok(ended) => ended.map(drop),
            Err(error) => Err(failed("stop the task", error.into())),
        }
    }

    async fn pause(&self, _handle: &RunHandle) -> Result<(), OrchestratorError> {
        Ok(())
    }

    async fn is_paused(&self, _handle: &RunHandle) -> Result<bool, OrchestratorError> {
        Ok(false)
    }

    async fn resume(&self, _handle: &RunHandle) -> Result<(), OrchestratorError> {
        Ok(())
    }

    /// A task keeps nothing.
    async fn collect(
        &self,
        _handle: &RunHandle,
        _into: &Path,
        _limits: CollectLimits,
    ) -> Result<Collected, CollectError> {
        Err(CollectError::Gone)
    }

    async fn usage(
        &self,
        _handle: &RunHandle,
        _limits: CollectLimits,
    ) -> Result<Option<Usage>, OrchestratorError> {
        Ok(None)
    }

    async fn is_ready(&self) -> bool {
        let breather = self.breather.lock().unwrap_or_else(PoisonError::into_inner);
        breather.is_none_or(|until| until <= Instant::now())
    }

    async fn remove(&self, handle: &RunHandle) -> Result<(), OrchestratorError> {
        if self.has_ended(&handle.id) {
            return Ok(());
        }
        self.ask_to_stop(&handle.id).await
    }

    async fn list(&self) -> Result<Vec<FoundRun>, OrchestratorError> {
        let listed = self.lister.list(self.api.as_ref(), self.config.instance);
        listed
            .await
            .map_err(|error| refused("list the tasks", error))
    }
}
