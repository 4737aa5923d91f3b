//! A container in which a script runs, as hardened as that of a generation.

use bollard::body_full;
use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType};
use bollard::query_parameters::{
    CreateContainerOptions, LogsOptionsBuilder, StartContainerOptions,
    UploadToContainerOptionsBuilder, WaitContainerOptions,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::Engine;
use super::task::WORKSPACE;

/// The container's memory, in bytes: that of a generation where nobody says otherwise.
const MEMORY: i64 = 2 << 30;
/// The processes and threads in it, likewise.
const PIDS: i64 = 512;

impl Engine {
    /// Runs a script of `sh` in a container without a network and with nothing to write to but `/tmp`, and
    /// gives its exit code and what it has printed. `files` is a tar archive that lies below `/workspace`,
    /// belongs to root and can only be read.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn run_script(&self, image: &str, files: Bytes, script: &str) -> (i64, String) {
        let workspace = Mount {
            target: Some(WORKSPACE.to_owned()),
            typ: Some(MountType::VOLUME),
            ..Mount::default()
        };
        let host = HostConfig {
            cap_drop: Some(vec!["ALL".to_owned()]),
            mounts: Some(vec![workspace]),
            readonly_rootfs: Some(true),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            network_mode: Some("none".to_owned()),
            tmpfs: Some(
                [(
                    "/tmp".to_owned(),
                    "rw,exec,nosuid,nodev,mode=1777".to_owned(),
                )]
                .into(),
            ),
            memory: Some(MEMORY),
            memory_swap: Some(MEMORY),
            pids_limit: Some(PIDS),
            init: Some(true),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            user: Some("10001:10001".to_owned()),
            entrypoint: Some(["sh", "-ec", script].map(str::to_owned).into()),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        };
        let made = self
            .0
            .create_container(None::<CreateContainerOptions>, body);
        let id = made.await.expect("make a container").id;
        let into = UploadToContainerOptionsBuilder::new()
            .path(WORKSPACE)
            .build();
        let uploaded = self
            .0
            .upload_to_container(&id, Some(into), body_full(files));
        uploaded.await.expect("put files into a container");
        let started = self.0.start_container(&id, None::<StartContainerOptions>);
        started.await.expect("start a container");
        let code = self.exit_code(&id).await;
        let printed = self.printed(&id).await;
        self.remove(&id).await;
        (code, printed)
    }

    async fn exit_code(&self, id: &str) -> i64 {
        let mut ends = self.0.wait_container(id, None::<WaitContainerOptions>);
        match ends.next().await.expect("wait for a container") {
            Ok(end) => end.status_code,
            Err(bollard::errors::Error::DockerContainerWaitError { code, .. }) => code,
            Err(error) => panic!("wait for a container: {error}"),
        }
    }

    async fn printed(&self, id: &str) -> String {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).build();
        let lines = self
            .0
            .logs(id, Some(options))
            .map_ok(|line| line.to_string());
        let lines: Vec<String> = lines
            .try_collect()
            .await
            .expect("read a container's output");
        lines.concat()
    }
}
