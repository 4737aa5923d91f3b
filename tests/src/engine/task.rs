//! Containers as ECS starts them on Fargate, for who stands in for it.

use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, KillContainerOptionsBuilder,
    StartContainerOptions,
};

use super::Engine;

/// The folder that can be written to, an empty volume.
pub(super) const WORKSPACE: &str = "/workspace";

impl Engine {
    /// Starts a container with this environment and nothing else: a root that cannot be written to, no
    /// capabilities, an empty workspace. It shares the machine's network, as the engines of tests have none
    /// of their own, and is removed when it ends. What it is called by.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_task(&self, image: &str, env: Vec<String>) -> String {
        let workspace = Mount {
            target: Some(WORKSPACE.to_owned()),
            typ: Some(MountType::VOLUME),
            ..Mount::default()
        };
        let host = HostConfig {
            auto_remove: Some(true),
            cap_drop: Some(vec!["ALL".to_owned()]),
            mounts: Some(vec![workspace]),
            network_mode: Some("host".to_owned()),
            readonly_rootfs: Some(true),
            tmpfs: Some([("/tmp".to_owned(), "mode=1777".to_owned())].into()),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            env: Some(env),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        };
        let made = self
            .0
            .create_container(None::<CreateContainerOptions>, body);
        let id = made.await.expect("make a container").id;
        let started = self.0.start_container(&id, None::<StartContainerOptions>);
        started.await.expect("start a container");
        id
    }

    /// Whether a container is there and runs.
    pub async fn runs(&self, id: &str) -> bool {
        let found = self
            .0
            .inspect_container(id, None::<InspectContainerOptions>);
        let state = found.await.ok().and_then(|found| found.state);
        state.and_then(|state| state.running) == Some(true)
    }

    /// Asks what runs in a container to end.
    pub async fn ask_to_end(&self, id: &str) {
        let options = KillContainerOptionsBuilder::new().signal("SIGTERM").build();
        // One that has ended is as good.
        let _ = self.0.kill_container(id, Some(options)).await;
    }
}
