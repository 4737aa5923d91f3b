//! The whole product: stack, server and worker.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use super::servers::Servers;
use super::settings::{Made, Plan};
use super::{ServiceArgs, ending, remark, secret_key};
use crate::WrongUse;
use crate::client::http::Client;
use crate::client::{Server, parse_base};
use crate::stack::command::Signals;
use crate::stack::image::GeneratorImage;
use crate::stack::{DockerConfig, Stack, StackConfig};

/// The address that the other commands use by themselves.
pub(super) const USUAL_URL: &str = "http://127.0.0.1:5013";
/// Why mode `process` is not for servers that others can reach.
const UNISOLATED: &str =
    "ORCHESTRATOR_MODE=process runs generated code without isolation; it needs a loopback address";
/// How long the server may take to become ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How often it is asked.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Leo, running.
pub(super) struct Leo {
    stack: Stack,
    servers: Servers,
    client: Client,
    /// What the worker is called.
    worker: String,
}

impl Leo {
    /// Starts everything and waits until the server is ready. The future may be dropped at any
    /// time; what it has started by then is ended.
    ///
    /// # Errors
    /// When a setting is wrong or something does not start.
    pub(super) async fn start(
        args: &ServiceArgs,
        data: PathBuf,
        listener: TcpListener,
    ) -> anyhow::Result<Self> {
        let address = listener
            .local_addr()
            .context("failed to read the address")?;
        let plan = Plan::read()?;
        if !plan.in_containers && !address.ip().is_loopback() {
            return Err(WrongUse(UNISOLATED.to_owned()).into());
        }
        let stack = Box::pin(Stack::start(stack_config(args, data, &plan), &remark)).await?;
        match Box::pin(serve(args, &plan, &stack, listener)).await {
            Ok((servers, client, worker)) => Ok(Self {
                stack,
                servers,
                client,
                worker,
            }),
            Err(error) => {
                stack.stop().await?;
                Err(error)
            }
        }
    }

    /// The server's address, as a program on this machine reaches it.
    pub(super) fn url(&self) -> String {
        self.client.server().shown().to_owned()
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn data_dir(&self) -> &Path {
        self.stack.data_dir()
    }

    /// Waits until something ends that nobody stopped, and tells why. Safe to drop and call again.
    pub(super) async fn broken(&mut self) -> anyhow::Error {
        tokio::select! {
            reason = self.servers.broken() => reason,
            reason = self.stack.broken() => reason,
        }
    }

    /// Cancels what runs, then ends everything. Another signal cuts the waiting for jobs short.
    ///
    /// # Errors
    /// When something does not end in order.
    pub(super) async fn stop(self, signals: &mut Signals) -> anyhow::Result<()> {
        let ended = tokio::select! {
            ended = ending::cancel_running(&self.client, &self.worker) => ended,
            _ = signals.next() => Ok(()),
        };
        if let Err(error) = ended {
            remark(&format!("failed to end what runs: {error:#}"));
        }
        self.tear_down().await
    }

    /// Ends everything as it is.
    ///
    /// # Errors
    /// When something does not end in order.
    pub(super) async fn tear_down(self) -> anyhow::Result<()> {
        let servers = self.servers.stop().await;
        let stack = self.stack.stop().await;
        servers.and(stack)
    }
}

fn stack_config(args: &ServiceArgs, data: PathBuf, plan: &Plan) -> StackConfig {
    let plain = |secret: &SecretString| secret.expose_secret().to_owned();
    let image = args.generator.clone().map(|generator| GeneratorImage {
        name: plan.image.clone(),
        generator,
    });
    StackConfig {
        data_dir: data,
        search_path: args.search_path.clone(),
        database_url: args.database_url.as_ref().map(plain),
        redis_url: args.redis_url.as_ref().map(plain),
        docker: plan.in_containers.then(|| DockerConfig {
            host: args.docker_host.clone(),
            network: plan.network,
            image,
        }),
    }
}

/// Starts server and worker on a running stack; with them, what the worker is called.
async fn serve(
    args: &ServiceArgs,
    plan: &Plan,
    stack: &Stack,
    listener: TcpListener,
) -> anyhow::Result<(Servers, Client, String)> {
    let address = listener
        .local_addr()
        .context("failed to read the address")?;
    let key = match &args.leo_secret_key {
        Some(key) => key.clone(),
        None => secret_key::keep(stack.data_dir())?,
    };
    let made = Made::new(args, plan, stack, address, &key)?;
    let server = Server::new(
        parse_base(&reachable(address)).map_err(anyhow::Error::msg)?,
        None,
    );
    let client = Client::new(server)?;
    let api = made.api()?;
    let (worker, name) = made.worker(api.private_addresses(address))?;
    let mut servers = Servers::start(api, worker, listener);
    let ready = tokio::select! {
        ready = timeout(READY_WITHIN, ready(&client)) => ready.context("the server does not become ready"),
        reason = servers.broken() => Err(reason),
    };
    match ready {
        Ok(()) => Ok((servers, client, name)),
        Err(error) => {
            servers.stop().await?;
            Err(error)
        }
    }
}

async fn ready(client: &Client) {
    while client.ready().await.is_err() {
        sleep(ASK_EVERY).await;
    }
}

/// The URL of a listener for programs on this machine.
fn reachable(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_reached_on_this_machine() {
        for (listener, url) in [
            ("127.0.0.1:5013", USUAL_URL),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("10.0.0.7:80", "http://10.0.0.7:80"),
        ] {
            assert_eq!(reachable(listener.parse().unwrap()), url);
        }
    }
}
