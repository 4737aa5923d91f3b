//! The Docker engine: the one that was named, else the machine's, else a private one.

use std::time::Duration;

use anyhow::{Context, bail};
use bollard::{API_DEFAULT_VERSION, Docker};

use super::child::Child;
use super::dockerd::Dockerd;
use super::ground::Ground;
use super::privilege::Privilege;
use super::{DockerConfig, Report};

/// Where the machine's own engine listens.
const MACHINE: &str = "unix:///var/run/docker.sock";
/// How long an engine may take to answer a ping.
const PING_WITHIN: Duration = Duration::from_secs(5);
/// How long an engine may take for any other call, in seconds.
const CALL_WITHIN: u64 = 120;

/// An engine that answers.
pub(crate) enum Engine {
    /// Somebody else's.
    Found(String),
    /// Ours.
    Own(Box<Dockerd>),
}

impl Engine {
    pub(crate) async fn find_or_start(
        ground: &Ground,
        config: &DockerConfig,
        report: &Report<'_>,
    ) -> anyhow::Result<Self> {
        if let Some(host) = &config.host {
            ping(host)
                .await
                .with_context(|| format!("the Docker engine at {host} does not answer"))?;
            return Ok(Self::Found(host.clone()));
        }
        let Err(reason) = ping(MACHINE).await else {
            return Ok(Self::Found(MACHINE.to_owned()));
        };
        let Some(privilege) = Privilege::find(&ground.programs).await else {
            bail!(
                "no Docker engine can be used ({MACHINE}: {reason:#}) and only root can start one: start Docker and join the group docker, set DOCKER_HOST, or allow sudo without a password"
            );
        };
        report("starting a private Docker engine");
        Dockerd::start(ground, privilege, config.network)
            .await
            .map(|dockerd| Self::Own(Box::new(dockerd)))
            .context("failed to start a private Docker engine")
    }

    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Found(host) => host,
            Self::Own(dockerd) => dockerd.host(),
        }
    }

    /// The child, if the engine is ours.
    pub(crate) fn child(&mut self) -> Option<&mut Child> {
        match self {
            Self::Found(_) => None,
            Self::Own(dockerd) => Some(dockerd.child()),
        }
    }

    /// Ends a private engine with all its containers; leaves any other alone.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self {
            Self::Found(_) => Ok(()),
            Self::Own(dockerd) => dockerd.stop().await,
        }
    }
}

/// A client for the engine. It speaks the engine's version of the protocol.
pub(crate) async fn connect(host: &str) -> anyhow::Result<Docker> {
    let client = if host.starts_with("unix://") {
        Docker::connect_with_unix(host, CALL_WITHIN, API_DEFAULT_VERSION)?
    } else if host.starts_with("tcp://") || host.starts_with("http://") {
        Docker::connect_with_http(host, CALL_WITHIN, API_DEFAULT_VERSION)?
    } else {
        bail!("only unix:// and tcp:// are understood");
    };
    Ok(client.negotiate_version().await?)
}

/// Whether the engine answers.
pub(crate) async fn ping(host: &str) -> anyhow::Result<()> {
    let ping = async { anyhow::Ok(connect(host).await?.ping().await?) };
    match tokio::time::timeout(PING_WITHIN, ping).await {
        Ok(answer) => answer.map(drop),
        Err(_) => bail!("no answer within {} s", PING_WITHIN.as_secs()),
    }
}
