//! The Docker engine as the tests see it: images to run, and containers that should be gone.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use bollard::models::{ContainerCreateBody, ContainerSummary, ContainerSummaryStateEnum as State};
use bollard::query_parameters::{
    BuildImageOptionsBuilder, CreateContainerOptionsBuilder, ListContainersOptionsBuilder,
    ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
    StartContainerOptions,
};
use bollard::{API_DEFAULT_VERSION, Docker, body_full};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use leo_protocol::{InstanceId, JobId};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::config;

mod script;
mod task;

/// How an image is made from a static generator.
const DOCKERFILE: &str = include_str!("../../../infra/generator.Dockerfile");
/// The label by which Leo knows its containers and volumes.
const INSTANCE: &str = "leo.instance";
/// How the name of the volume with the host's id begins.
const HOST: &str = "leo_host_";
/// Seconds that the engine may take to answer.
const TIMEOUT: u64 = 120;

/// How the name of a test's image begins; the rest tells from which bytes it is.
const PREFIX: &str = "leo-test-";
/// No test takes that long: an older container was left by a run that was killed, in seconds.
const ABANDONED_AFTER: i64 = 3600;

/// Held while an image is looked for and made, so that it is made once.
static BUILDING: Mutex<()> = Mutex::const_new(());

/// The engine of `DOCKER_HOST`.
#[derive(Debug, Clone)]
pub struct Engine(Docker);

/// A container of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The engine's name for it.
    pub id: String,
    /// Its own name.
    pub name: String,
    /// Whether it runs and does not stand still.
    pub running: bool,
    /// Whether it stands still.
    pub paused: bool,
}

impl Engine {
    /// Finds the engine; whether it answers is found out by the first call.
    ///
    /// # Panics
    /// When `DOCKER_HOST` is no address.
    #[must_use]
    pub fn connect() -> Self {
        Self::at(&config::docker_host())
    }

    /// The engine at an address such as `unix:///run/docker.sock`.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn at(host: &str) -> Self {
        let engine = match host.strip_prefix("unix://") {
            Some(path) => Docker::connect_with_unix(path, TIMEOUT, API_DEFAULT_VERSION),
            None => Docker::connect_with_http(host, TIMEOUT, API_DEFAULT_VERSION),
        };
        Self(engine.expect("use the address of a Docker engine"))
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        self.0.ping().await.is_ok()
    }

    /// Kills what runs in a container; whether there was something to kill.
    pub async fn kill(&self, container: &str) -> bool {
        self.0.kill_container(container, None).await.is_ok()
    }

    /// The containers of an installation, whatever their state.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn try_containers(&self, instance: InstanceId) -> anyhow::Result<Vec<Container>> {
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&of(instance))
            .build();
        let listed = self.0.list_containers(Some(options)).await?;
        Ok(listed.into_iter().map(container).collect())
    }

    /// The name of an image of this static generator. It is made unless the engine has one from
    /// the same bytes, which are told by the name.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn image(&self, generator: &Path) -> String {
        let binary = fs::read(generator).expect("read a generator");
        let name = image_name(&binary);
        let _one_at_a_time = BUILDING.lock().await;
        self.remove_abandoned().await;
        if self.0.inspect_image(&name).await.is_err() {
            self.build(&name, &binary).await;
        }
        name
    }

    async fn build(&self, name: &str, binary: &[u8]) {
        let options = BuildImageOptionsBuilder::new()
            .t(name)
            .rm(true)
            .forcerm(true)
            .build();
        let context = body_full(context(binary).expect("pack a build context"));
        let mut steps = std::pin::pin!(self.0.build_image(options, None, Some(context)));
        while let Some(step) = steps.try_next().await.expect("build an image") {
            assert!(
                step.error_detail.is_none(),
                "build {name}: {:?}",
                step.error_detail
            );
        }
    }

    /// Removes what killed runs have left on an engine that outlives them.
    async fn remove_abandoned(&self) {
        let options = ListContainersOptionsBuilder::new().all(true).build();
        let listed = self.0.list_containers(Some(options)).await;
        let oldest = chrono::Utc::now().timestamp() - ABANDONED_AFTER;
        for container in listed.expect("list the containers") {
            let image = container.image.unwrap_or_default();
            if image.starts_with(PREFIX) && container.created.is_some_and(|made| made < oldest) {
                self.remove(&container.id.unwrap_or_default()).await;
            }
        }
    }

    async fn remove(&self, id: &str) {
        let options = RemoveContainerOptionsBuilder::new()
            .force(true)
            .v(true)
            .build();
        // One that is being removed is as good as gone.
        let _ = self.0.remove_container(id, Some(options)).await;
    }

    /// The containers of an installation, whatever their state.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn containers(&self, instance: InstanceId) -> Vec<Container> {
        self.try_containers(instance)
            .await
            .expect("list the containers")
    }

    /// Makes and starts a container that looks like that of an attempt, as an engine does that carries
    /// out an order long after it was given.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_late(&self, image: &str, instance: InstanceId, job: JobId, attempt: u32) {
        let labels = [
            (INSTANCE, instance.to_string()),
            ("leo.job", job.to_string()),
            ("leo.attempt", attempt.to_string()),
        ];
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            env: Some(vec!["PROMPT=hang".to_owned()]),
            labels: Some(labels.map(|(name, value)| (name.to_owned(), value)).into()),
            ..ContainerCreateBody::default()
        };
        let options = CreateContainerOptionsBuilder::new()
            .name(&format!("gen_{job}_{attempt}"))
            .build();
        let made = self.0.create_container(Some(options), body).await;
        let id = made.expect("make a container").id;
        let started = self.0.start_container(&id, None::<StartContainerOptions>);
        started.await.expect("start a container");
    }

    /// Removes the containers of an installation, running or not.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn remove_containers(&self, instance: InstanceId) {
        for container in self.containers(instance).await {
            self.remove(&container.id).await;
        }
    }

    /// Makes the engine forget which host it is for an installation, as who prunes volumes does.
    ///
    /// # Panics
    /// When it does not remember.
    pub async fn forget_host(&self, instance: InstanceId) {
        let name = format!("{HOST}{instance}");
        let removed = self.0.remove_volume(&name, None::<RemoveVolumeOptions>);
        removed.await.expect("remove the volume with the host's id");
    }

    /// Removes the containers and volumes of an installation.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn clear(&self, instance: InstanceId) {
        self.remove_containers(instance).await;
        let options = ListVolumesOptionsBuilder::new()
            .filters(&of(instance))
            .build();
        let listed = self
            .0
            .list_volumes(Some(options))
            .await
            .expect("list the volumes");
        for volume in listed.volumes.unwrap_or_default() {
            let _ = self
                .0
                .remove_volume(&volume.name, None::<RemoveVolumeOptions>)
                .await;
        }
    }
}

fn container(found: ContainerSummary) -> Container {
    let names = found.names.unwrap_or_default().concat();
    Container {
        id: found.id.unwrap_or_default(),
        name: names.trim_start_matches('/').to_owned(),
        running: found.state == Some(State::RUNNING),
        paused: found.state == Some(State::PAUSED),
    }
}

fn of(instance: InstanceId) -> HashMap<&'static str, Vec<String>> {
    HashMap::from([("label", vec![format!("{INSTANCE}={instance}")])])
}

fn image_name(binary: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(DOCKERFILE)
        .chain_update(binary)
        .finalize();
    let mut name = PREFIX.to_owned();
    for byte in &digest[..8] {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// What the Dockerfile wants to find, as a tar archive.
fn context(binary: &[u8]) -> std::io::Result<Bytes> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |path: &str, mode, kind, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        header.set_entry_type(kind);
        archive.append_data(&mut header, path, content)
    };
    add(
        "Dockerfile",
        0o644,
        tar::EntryType::Regular,
        DOCKERFILE.as_bytes(),
    )?;
    add("leo-generator", 0o755, tar::EntryType::Regular, binary)?;
    add("workspace/app/", 0o755, tar::EntryType::Directory, &[])?;
    archive.into_inner().map(Bytes::from)
}
