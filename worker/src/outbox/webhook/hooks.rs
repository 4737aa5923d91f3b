//! What a worker needs for deliveries, made once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use leo_common::config::DeployHook;
use leo_common::links::Links;
use leo_common::outgoing::{Outgoing, bounded};
use reqwest::Client;
use tokio::sync::Semaphore;
use url::Url;

use crate::config::WorkerConfig;

/// How long a delivery may take, from the look-up of the name to the head of the answer.
pub(super) const WHOLE: Duration = Duration::from_secs(15);
/// Zips that are made for deploys at once.
const ZIPS: usize = 2;

/// Whom deliveries go through. Shared by reference.
pub(crate) struct Hooks {
    /// Asks what users have named.
    pub(super) outgoing: Outgoing,
    /// Asks what the installation's settings name.
    pub(super) anywhere: Client,
    /// The installation's deploy hook.
    pub(super) deploy: Option<DeployHook>,
    /// Makes addresses of results.
    pub(super) links: Links,
    /// Places to make zips in.
    pub(super) zips: Semaphore,
}

impl Hooks {
    /// # Errors
    /// When a setting is wrong, or this machine cannot make requests.
    pub(crate) fn new(config: &WorkerConfig) -> anyhow::Result<Self> {
        let deploy = config.hooks.deploy_hook().map_err(|wrong| anyhow!(wrong))?;
        let signing = &config.signing;
        let base = base(config)?;
        let anywhere = bounded(WHOLE).build();
        Ok(Self {
            outgoing: Outgoing::new(config.outgoing.policy(false), None)
                .context("prepare asking other servers")?,
            anywhere: anywhere.context("prepare asking the deploy hook")?,
            deploy,
            links: Links::new(signing.usable(), signing.previous(), base),
            zips: Semaphore::new(ZIPS),
        })
    }
}

/// Where people reach the api.
fn base(config: &WorkerConfig) -> anyhow::Result<Url> {
    if let Some(public) = &config.running.leo_public_url {
        return Ok(public.clone());
    }
    let text = format!("http://{}", reachable(config.running.leo_bind));
    text.parse().context("make the api's address")
}

/// A listener on every address is reached on this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::sample;

    #[test]
    fn links_lead_to_where_people_reach_the_api() {
        for (arguments, expected) in [
            (&[][..], "http://127.0.0.1:5013/"),
            (&["--leo-bind=0.0.0.0:80"], "http://127.0.0.1/"),
            (&["--leo-bind=[::]:1"], "http://[::1]:1/"),
            (
                &[
                    "--leo-bind=0.0.0.0:80",
                    "--leo-public-url=https://leo.example/x",
                ],
                "https://leo.example/x",
            ),
        ] {
            assert_eq!(base(&sample(arguments)).unwrap().as_str(), expected);
        }
    }
}
