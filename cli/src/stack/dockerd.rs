//! A private Docker engine: own socket, data, state and, where asked for, own network.
//!
//! It runs in a mount and a process namespace of its own (`engine.sh`). So it never meets the
//! machine's engine or containerd, and whatever happens to it or to us, no container, helper
//! process or mount outlives it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use futures_util::future::join_all;
use nix::unistd::Gid;

use super::bridge::Bridge;
use super::child::{Child, Start, WATCH};
use super::engine::{connect, ping};
use super::ground::Ground;
use super::privilege::Privilege;

/// How long the engine may take to answer.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long the engine may take to end, its containers included.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// How long the running containers may take to be killed before the engine is stopped regardless.
const KILL_WITHIN: Duration = Duration::from_secs(10);
/// The first process in the engine's namespaces.
const ENGINE: &str = include_str!("engine.sh");
/// Where the engine's state and containerd's sockets lie, inside the namespace only.
const STATE: &str = "/run/containerd/leo";

/// A running engine.
pub(crate) struct Dockerd {
    child: Child,
    host: String,
}

impl Dockerd {
    pub(crate) async fn start(
        ground: &Ground,
        privilege: Privilege,
        network: bool,
    ) -> anyhow::Result<Self> {
        let bridge = match network {
            true => Some(Bridge::choose(ground.layout.data_dir(), &ground.programs).await?),
            false => None,
        };
        let socket = ground.layout.run_dir("docker")?.join("docker.sock");
        let host = format!("unix://{}", socket.display());
        let data = ground.layout.data_dir().join("docker");
        let mut command = in_namespaces(ground, privilege, bridge.as_ref())?;
        command
            .args(["--host", &host])
            .arg("--data-root")
            .arg(&data);
        add_options(&mut command, bridge.as_ref());
        let start = Start {
            name: "docker",
            command,
            stop: "TERM",
            log: ground.layout.fresh_log("docker")?,
            own_session: privilege == Privilege::Sudo,
        };
        let mut child = Child::start(start, &ground.record)?;
        child
            .ready(READY_WITHIN, async || {
                is_socket(&socket) && ping(&host).await.is_ok()
            })
            .await?;
        Ok(Self { child, host })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        // The engine would ask each container to end and give it ten seconds. What still runs here
        // is nobody's any more, and if this fails the engine does it.
        let _ = tokio::time::timeout(KILL_WITHIN, kill_containers(&self.host)).await;
        self.child.stop(STOP_WITHIN).await
    }
}

/// `dockerd` in namespaces of its own, up to the place of its first option.
fn in_namespaces(
    ground: &Ground,
    privilege: Privilege,
    bridge: Option<&Bridge>,
) -> anyhow::Result<Command> {
    let programs = &ground.programs;
    let unshare = programs.find("unshare", "util-linux")?;
    let dockerd = programs.find("dockerd", "docker.io")?;
    let mut command = match privilege {
        Privilege::Root => programs.command(unshare),
        Privilege::Sudo => {
            // Without a terminal, so that sudo neither asks nor puts one between us and the child.
            let mut command = programs.command(programs.find("setsid", "util-linux")?);
            command
                .arg(programs.find("sudo", "sudo")?)
                .args(["-n", "--"])
                .arg(unshare);
            command
        }
    };
    command
        .args(["--mount", "--propagation", "slave"])
        .args(["--pid", "--fork", "--kill-child", "--mount-proc", "--"])
        .args(["/bin/sh", "-c", ENGINE, "sh", WATCH])
        .args(bridge.map_or(["-", "-"], |bridge| [&bridge.name, &bridge.address]))
        .arg("TERM")
        .arg(dockerd);
    Ok(command)
}

fn add_options(command: &mut Command, bridge: Option<&Bridge>) {
    command
        .args(["--exec-root", STATE, "--pidfile", "/run/containerd/leo.pid"])
        // The socket is for whoever started the stack, also if the engine is root's.
        .args(["--group", &Gid::effective().to_string()])
        .args(["--bridge", bridge.map_or("none", |bridge| &bridge.name)])
        // The machine's rules stay as they are; those of the bridge are made by `engine.sh`.
        .args(["--iptables=false", "--ip6tables=false"])
        .args(["--ip-forward=false", "--ip-masq=false"])
        // Over D-Bus systemd would take the process numbers of the namespace for its own.
        .args(["--exec-opt", "native.cgroupdriver=cgroupfs"]);
}

/// Whether somebody listens who lets us in, which saves the client from trying.
fn is_socket(socket: &Path) -> bool {
    socket
        .metadata()
        .is_ok_and(|data| data.permissions().mode() & 0o660 == 0o660)
}

async fn kill_containers(host: &str) -> anyhow::Result<()> {
    let docker = connect(host).await?;
    let running = docker
        .list_containers(None)
        .await
        .context("failed to list containers")?;
    let ids = running
        .iter()
        .filter_map(|container| container.id.as_deref());
    join_all(ids.map(|id| docker.kill_container(id, None))).await;
    Ok(())
}
