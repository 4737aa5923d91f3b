//! What a container is made of.
//!
//! Generated code is hostile, so it has no privilege, a root file system that it cannot write to,
//! no network unless its provider needs one, and limited memory, processors and processes. All
//! that costs nothing measurable at the start. The image brings the entry point.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, MountVolumeOptions,
    ResourcesUlimits,
};

use super::labels::labels;
use super::{DockerConfig, quota};
use crate::orchestrator::RunSpec;

/// Where the workspace lies in the container.
pub(super) const WORKSPACE: &str = "/workspace";

/// The user and group that the generator runs as: nobody that the image or the host knows.
pub(super) const USER: u64 = 10001;

/// `/tmp`: programs may run from it, as build tools do. What lies there counts as memory.
const TMP: &str = "rw,exec,nosuid,nodev,mode=1777";

/// The part of the container's memory that `/tmp` may take: the packages of an app lie there, and some are
/// large. It is the share that Linux gives such a file system by itself.
const TMP_SHARE: u64 = 2;

/// How many files a process may have open.
const OPEN_FILES: i64 = 16_384;

/// How much longer an entry can be in the log file than it is with its overhead: `<` becomes
/// `\u003c`.
const LOG_EXPANSION: u64 = 6;

/// Room in the log file for what is written between reaching the output limit and being stopped.
const LOG_SLACK: u64 = 64 << 20;

/// The request that makes the attempt's container.
pub(super) fn container(config: &DockerConfig, spec: &RunSpec) -> ContainerCreateBody {
    ContainerCreateBody {
        image: Some(config.image.clone()),
        user: Some(format!("{USER}:{USER}")),
        env: Some(
            spec.env
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        labels: Some(labels(spec)),
        // With a terminal, stdout and stderr would be one raw stream.
        tty: Some(false),
        host_config: Some(host_config(config, spec)),
        ..ContainerCreateBody::default()
    }
}

fn host_config(config: &DockerConfig, spec: &RunSpec) -> HostConfig {
    let memory = i64::try_from(config.memory_bytes).unwrap_or(i64::MAX);
    HostConfig {
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        readonly_rootfs: Some(true),
        tmpfs: Some(HashMap::from([("/tmp".to_owned(), tmp(config))])),
        mounts: Some(vec![workspace(config, spec)]),
        network_mode: Some(network(config, spec)),
        extra_hosts: extra_hosts(spec),
        memory: Some(memory),
        memory_swap: Some(memory),
        nano_cpus: Some(nano_cpus(config.cpus)),
        pids_limit: Some(config.pids),
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("nofile".to_owned()),
            soft: Some(OPEN_FILES),
            hard: Some(OPEN_FILES),
        }]),
        // A process 1 without a handler of its own would ignore SIGTERM and reap no children.
        init: Some(true),
        log_config: Some(log_config(config.output_limit)),
        // Removed with its end, a container would take its workspace and its exit code along.
        auto_remove: Some(false),
        runtime: config.runtime.clone(),
        ..HostConfig::default()
    }
}

fn tmp(config: &DockerConfig) -> String {
    format!("{TMP},size={}", config.memory_bytes / TMP_SHARE)
}

/// A volume without a name, which goes with the container. The engine cannot copy into or out of a
/// temporary file system, nor into a read-only root. Its own folder belongs to root, so that the
/// generator cannot put something else in the place of `app`. It is all that the generator can write
/// to on disk, so its quota is the container's.
fn workspace(config: &DockerConfig, spec: &RunSpec) -> Mount {
    Mount {
        target: Some(WORKSPACE.to_owned()),
        typ: Some(MountType::VOLUME),
        volume_options: Some(MountVolumeOptions {
            no_copy: Some(true),
            labels: Some(labels(spec)),
            driver_config: config.workspace_quota.map(quota::driver),
            ..MountVolumeOptions::default()
        }),
        ..Mount::default()
    }
}

/// Even an internal network reaches the host, so it is none wherever none is needed.
fn network(config: &DockerConfig, spec: &RunSpec) -> String {
    match (&config.network, spec.network) {
        (_, false) => "none".to_owned(),
        (Some(name), true) => name.clone(),
        (None, true) => "bridge".to_owned(),
    }
}

/// The engine knows the machine's address on the container's network; `host-gateway` asks for it.
fn extra_hosts(spec: &RunSpec) -> Option<Vec<String>> {
    let gateway = spec.gateway.filter(|_| spec.network)?;
    Some(vec![format!("{gateway}:host-gateway")])
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast to an integer saturates"
)]
fn nano_cpus(cpus: f64) -> i64 {
    (cpus * 1e9) as i64
}

/// The log is what makes output outlive a worker. Nothing unread may rotate away, or the places
/// of all entries would change; a single file hangs its readers when it is full.
fn log_config(output_limit: u64) -> HostConfigLogConfig {
    let size = output_limit
        .saturating_mul(LOG_EXPANSION)
        .saturating_add(LOG_SLACK);
    HostConfigLogConfig {
        typ: Some("json-file".to_owned()),
        config: Some(HashMap::from([
            (
                "max-size".to_owned(),
                i64::try_from(size).unwrap_or(i64::MAX).to_string(),
            ),
            ("max-file".to_owned(), "2".to_owned()),
            // The engine's own default may be one that drops entries.
            ("mode".to_owned(), "blocking".to_owned()),
        ])),
    }
}

#[cfg(test)]
mod tests {
    use leo_protocol::{InstanceId, JobId};

    use super::*;
    use crate::orchestrator::Wanted;

    fn host(network: Option<&str>, wanted: bool) -> HostConfig {
        let config = DockerConfig {
            docker_host: None,
            image: "image".to_owned(),
            network: network.map(str::to_owned),
            memory_bytes: 1 << 30,
            cpus: 1.5,
            pids: 100,
            runtime: Some("runsc".to_owned()),
            output_limit: 64 << 20,
            workspace_quota: Some(1 << 30),
            instance: InstanceId::generate(),
        };
        let spec = RunSpec {
            instance: config.instance,
            job: JobId::generate(),
            attempt: 1,
            env: Vec::new(),
            inputs: "/nowhere".into(),
            network: wanted,
            gateway: Some("gateway"),
            wanted: Wanted::always(),
        };
        host_config(&config, &spec)
    }

    #[test]
    fn there_is_no_network_where_none_is_needed() {
        let mode = |network, wanted| host(network, wanted).network_mode.unwrap();
        assert_eq!(mode(None, false), "none");
        assert_eq!(mode(Some("some"), false), "none");
        assert_eq!(mode(None, true), "bridge");
        assert_eq!(mode(Some("some"), true), "some");
        assert_eq!(host(None, false).extra_hosts, None);
        let hosts = host(None, true).extra_hosts.unwrap();
        assert_eq!(hosts, ["gateway:host-gateway"]);
    }

    #[test]
    fn the_quota_is_that_of_the_workspace() {
        let mounts = host(None, false).mounts.unwrap();
        let driver = mounts[0].volume_options.clone().unwrap().driver_config;
        let size = HashMap::from([("size".to_owned(), "1073741824".to_owned())]);
        assert_eq!(driver.unwrap().options, Some(size));
    }

    #[test]
    fn temporary_files_take_no_more_than_half_of_the_memory() {
        let tmp = host(None, false).tmpfs.unwrap().remove("/tmp").unwrap();
        assert!(tmp.ends_with(",size=536870912"), "{tmp}");
    }

    #[test]
    fn the_runtime_is_handed_on() {
        assert_eq!(host(None, false).runtime.as_deref(), Some("runsc"));
    }
}
