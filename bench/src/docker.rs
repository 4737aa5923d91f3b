//! The Docker engine by its command, as a person uses it. The command finds the engine in its
//! environment, as the harness does.

use anyhow::{Context as _, bail};
use leo_tests::{Leo, wait_for};
use tokio::process::Command;

/// The engine's number of the only container.
pub(crate) async fn running(leo: &Leo) -> String {
    wait_for("container that runs", async || {
        let containers = leo.containers().await;
        containers.into_iter().find(|container| container.running)
    })
    .await
    .id
}

/// A property of a container.
pub(crate) async fn inspect(container: &str, format: &str) -> anyhow::Result<String> {
    docker(&["inspect", "--format", format, container]).await
}

/// What a docker command says.
pub(crate) async fn docker(arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("docker").args(arguments).output().await;
    let output = output.context("run docker")?;
    if !output.status.success() {
        bail!(
            "docker {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
