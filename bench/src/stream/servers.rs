//! The servers that are compared, each ready to be viewed and written to.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use leo_tests::{Leo, config};
use tokio::process::Command;

use super::Unit;
use super::writer::{Holder, Path, Writer};
use crate::sidecar::Sidecar;
use crate::viewers::Script;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `leo-api`.
    Leo,
    /// See [`crate::relay`].
    Relay,
    /// Socket.IO with its Redis adapter between the writer's process and the viewers'.
    SocketIo,
}

impl Kind {
    /// In the order of the table.
    pub(crate) const ALL: [Self; 3] = [Self::Leo, Self::Relay, Self::SocketIo];

    /// For the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Leo => "leo-api",
            Self::Relay => "bare axum relay",
            Self::SocketIo => "socket.io 4 + redis",
        }
    }
}

/// A server that runs, and who writes to it.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    pub(crate) script: Script,
    pub(crate) writer: Writer,
    // They end with this.
    _relay: Option<Sidecar>,
    _leo: Leo,
}

impl Served {
    /// Starts one beside `leo`.
    pub(crate) async fn start(kind: Kind, unit: Unit, mut leo: Leo) -> anyhow::Result<Self> {
        let holder = Box::new(Holder::of_a_job(&leo).await?);
        let whole = unit == Unit::Batch;
        let session = holder.session();
        let (relay, script, path) = match kind {
            Kind::Leo => {
                let script = Script::Leo {
                    session,
                    after: None,
                    batch: whole,
                };
                (None, script, Path::Stored(holder))
            }
            Kind::Relay => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["relay", "--redis-url", &config::redis_url()]);
                command.args(["--instance", &leo.instance().to_string()]);
                command.args(["--session", &session.to_string()]);
                command.args(whole.then_some("--batch"));
                (
                    Some(Sidecar::start(command).await?),
                    Script::Relay,
                    Path::Stored(holder),
                )
            }
            Kind::SocketIo => {
                let server = Sidecar::start(node("server.mjs")).await?;
                let mut emitter = node("emitter.mjs");
                emitter.args(whole.then_some("batch"));
                let emitter = Box::new(Sidecar::start(emitter).await?);
                (Some(server), Script::SocketIo, Path::Emitted(emitter))
            }
        };
        let address = match &relay {
            Some(relay) => relay.said().to_owned(),
            None => leo.client().base().trim_start_matches("http://").to_owned(),
        };
        Ok(Self {
            address: address
                .parse()
                .with_context(|| format!("`{address}` is no address"))?,
            pid: relay
                .as_ref()
                .map_or_else(|| leo.api(0).pid(), Sidecar::pid),
            script,
            writer: Writer::new(path),
            _relay: relay,
            _leo: leo,
        })
    }
}

/// A server of Socket.IO.
fn node(program: &str) -> Command {
    let folder: PathBuf = config::repository().join("bench/peers/socketio");
    let mut command = Command::new("node");
    command.arg(folder.join(program));
    command.env("REDIS_URL", config::redis_url());
    command.env("NODE_ENV", "production");
    command
}
