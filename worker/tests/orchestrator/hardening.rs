//! The walls around generated code: each one looked at from outside or tried from inside.

use bollard::models::{ContainerInspectResponse, HostConfig};
use bollard::query_parameters::InspectContainerOptions;
use leo_worker::orchestrator::OutputStream;
use leo_worker::orchestrator::docker::Docker;

use crate::docker_only::engine;
use crate::stage::{MEMORY, Stage, docker_config, exited, text};

/// What the container prints when it carries out the script, and its exit code is 0.
async fn printed(stage: &Stage, script: &str) -> String {
    let (_, output, exit) = stage.run(&stage.spec(script)).await;
    assert_eq!(exit, exited(0), "{output:?}");
    text(&output, OutputStream::Stdout)
}

/// Whether the container can do it.
async fn can(stage: &Stage, script: &str) -> bool {
    let (_, _, exit) = stage.run(&stage.spec(script)).await;
    exit == exited(0)
}

async fn inspect(id: &str) -> ContainerInspectResponse {
    let engine = engine().await;
    let found = engine.inspect_container(id, None::<InspectContainerOptions>);
    found.await.unwrap()
}

#[tokio::test]
async fn it_has_no_privilege_and_none_to_gain() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let status = printed(&stage, "read /proc/self/status;quiet").await;
    for expected in [
        "CapInh:\t0000000000000000",
        "CapPrm:\t0000000000000000",
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "CapAmb:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Uid:\t10001\t10001\t10001\t10001",
        "Gid:\t10001\t10001\t10001\t10001",
        // A filter; the engine's own, as none is named.
        "Seccomp:\t2",
    ] {
        assert!(status.contains(expected), "{expected} in {status}");
    }
    let groups = status.lines().find(|line| line.starts_with("Groups:"));
    assert!(
        matches!(groups, Some("Groups:\t" | "Groups:\t10001 " | "Groups:\t ")),
        "{groups:?}"
    );
    stage.leave_nothing().await;
}

#[tokio::test]
async fn it_writes_nowhere_but_in_its_workspace_and_a_limited_tmp() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    assert!(
        can(
            &stage,
            "write /workspace/app/x y;write ../.leo/x y;write /tmp/x y"
        )
        .await
    );
    // Of the workspace only app and .leo belong to the generator.
    for place in [
        "/x",
        "/etc/x",
        "/workspace/x",
        "/proc/sys/kernel/x",
        "/sys/x",
        "/dev/x",
    ] {
        assert!(!can(&stage, &format!("write {place} y")).await, "{place}");
    }
    let mounts = printed(&stage, "read /proc/self/mounts;quiet").await;
    let options = |at: &str| {
        let mut mounts = mounts
            .lines()
            .map(|line| line.split(' ').collect::<Vec<_>>());
        mounts.find(|mount| mount[1] == at).unwrap()[3].to_owned()
    };
    assert!(options("/").starts_with("ro,"), "{}", options("/"));
    let size = format!("size={}k", MEMORY / 2 / 1024);
    for option in ["nosuid", "nodev", &size] {
        assert!(options("/tmp").contains(option), "{}", options("/tmp"));
    }
    assert!(
        options("/dev/shm").contains("size="),
        "{}",
        options("/dev/shm")
    );
    stage.leave_nothing().await;
}

#[tokio::test]
async fn it_sees_neither_the_network_nor_the_engine() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let network = printed(&stage, "read /proc/net/dev;quiet").await;
    // Two lines of headings come first, and tunnels that are down are everywhere.
    let busy = network
        .lines()
        .skip(2)
        .filter(|line| !line.trim().starts_with("lo:"));
    let busy: Vec<_> = busy.filter(|line| !line.contains(" 0        0 ")).collect();
    assert_eq!(busy, Vec::<&str>::new());
    let routes = printed(&stage, "read /proc/net/route;quiet").await;
    assert_eq!(routes.lines().count(), 1, "{routes}");
    for socket in [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
    ] {
        assert!(!can(&stage, &format!("read {socket}")).await, "{socket}");
    }
    let mounts = printed(&stage, "read /proc/self/mountinfo;quiet").await;
    assert!(!mounts.contains(".sock"), "{mounts}");
    stage.leave_nothing().await;
}

#[tokio::test]
async fn its_processes_and_files_are_limited() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let pids = docker_config().unwrap().pids;
    let crowd = printed(&stage, "crowd 1000;quiet").await;
    let crowd: i64 = crowd
        .trim()
        .strip_prefix("crowd ")
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..pids).contains(&crowd), "{crowd} threads beside {pids}");
    let limits = printed(&stage, "read /proc/self/limits;quiet").await;
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let files: Vec<_> = files.unwrap().split_whitespace().skip(3).take(2).collect();
    assert_eq!(files, ["16384", "16384"]);
    stage.leave_nothing().await;
}

#[tokio::test]
async fn the_engine_was_told_all_of_it() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let config = docker_config().unwrap();
    let handle = stage.start("hang").await;
    let found = inspect(&handle.id).await;
    let mounts = found.mounts.unwrap();
    assert_eq!(mounts.len(), 1, "{mounts:?}");
    assert_eq!(mounts[0].destination.as_deref(), Some("/workspace"));
    assert_eq!(mounts[0].typ.as_deref(), Some("volume"));
    let host = found.host_config.unwrap();
    assert_no_door(&host);
    assert_eq!(host.memory, Some(i64::try_from(MEMORY).unwrap()));
    assert_eq!(host.memory_swap, host.memory, "there is no swap on top");
    assert_eq!(host.nano_cpus, Some(1_000_000_000));
    assert_eq!(host.pids_limit, Some(config.pids));
    let log = host.log_config.unwrap();
    assert_eq!(log.typ.as_deref(), Some("json-file"));
    let size: u64 = log.config.unwrap()["max-size"].parse().unwrap();
    assert!(
        size > config.output_limit,
        "what is unread would rotate away"
    );
    stage.leave_nothing().await;
}

fn assert_no_door(host: &HostConfig) {
    assert_eq!(host.privileged, Some(false));
    assert_eq!(host.cap_drop.as_deref(), Some(&["ALL".to_owned()][..]));
    assert_eq!(host.cap_add, None);
    let security = host.security_opt.as_deref();
    assert_eq!(security, Some(&["no-new-privileges".to_owned()][..]));
    assert_eq!(host.readonly_rootfs, Some(true));
    assert_eq!(host.network_mode.as_deref(), Some("none"));
    for shared in [&host.pid_mode, &host.uts_mode, &host.userns_mode] {
        assert_eq!(shared.as_deref().unwrap_or_default(), "");
    }
    assert_ne!(host.ipc_mode.as_deref(), Some("host"));
    for empty in [&host.binds, &host.volumes_from, &host.group_add] {
        assert!(empty.as_ref().is_none_or(Vec::is_empty), "{empty:?}");
    }
    assert!(host.devices.as_ref().is_none_or(Vec::is_empty));
    assert!(host.device_requests.as_ref().is_none_or(Vec::is_empty));
    assert_eq!(host.auto_remove, Some(false));
}

#[tokio::test]
async fn the_runtime_is_the_one_that_was_asked_for() {
    let (Some(mut config), Some(mut stage)) = (docker_config(), Stage::docker().await) else {
        return;
    };
    // The other name by which every engine knows its own one.
    config.runtime = Some("io.containerd.runc.v2".to_owned());
    config.instance = stage.instance;
    stage.orchestrator = Box::new(Docker::connect(config).await.unwrap());
    let handle = stage.start("hang").await;
    let host = inspect(&handle.id).await.host_config.unwrap();
    assert_eq!(host.runtime.as_deref(), Some("io.containerd.runc.v2"));
    stage.leave_nothing().await;
}
