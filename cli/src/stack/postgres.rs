//! A private Postgres: reachable through a socket in a folder that is closed to others, durable
//! like a real one, and never run as root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::child::{self, Child, Start};
use super::ground::Ground;
use super::initdb::{self, Server};
use super::procfs::{until, works_in};
use super::{Report, account::Account};

/// The superuser of the private server.
pub(crate) const USER: &str = "leo";
/// The database that is made with it.
pub(crate) const DATABASE: &str = "leo";
/// How long the server may take to be ready, including the recovery after a crash.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long the server may take to write its last checkpoint.
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// How long the processes of a killed server may take to notice that it is gone.
const ORPHANS_WITHIN: Duration = Duration::from_secs(10);
/// What differs from the server's own defaults. Durability is on: what is tested here must hold.
const SETTINGS: [&str; 8] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=64MB",
    "fsync=on",
    "synchronous_commit=on",
    "logging_collector=off",
    "timezone=UTC",
];

/// A running server.
pub(crate) struct Postgres {
    child: Child,
    url: String,
}

impl Postgres {
    /// Starts the server, making its data folder if there is none, and waits until it answers.
    pub(crate) async fn start(ground: &Ground, report: &Report<'_>) -> anyhow::Result<Self> {
        let (server, data) = initdb::prepare(ground, report).await?;
        clear_stale_pid(&data).await?;
        let sockets = ground.layout.run_dir("postgres")?;
        if let Some(account) = &ground.account {
            account.own(&sockets)?;
        }
        let start = Start {
            name: "postgres",
            command: command(ground, &server, &data, &sockets)?,
            // The fast shutdown: ends sessions, writes a checkpoint.
            stop: "INT",
            log: ground.layout.fresh_log("postgres")?,
            own_session: false,
        };
        let mut child = Child::start(start, &ground.record)?;
        let pid = child.pid().to_string();
        child
            .ready(READY_WITHIN, async || is_ready(&data, &pid))
            .await?;
        Ok(Self {
            child,
            url: url(&sockets),
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.child.stop(STOP_WITHIN).await
    }
}

fn command(
    ground: &Ground,
    server: &Server,
    data: &Path,
    sockets: &Path,
) -> anyhow::Result<Command> {
    let sockets = sockets
        .to_str()
        .context("the folder of the sockets has a name that is not UTF-8")?;
    let mut command = child::watched(&ground.programs, "INT", &server.program("postgres"));
    command.arg("-D").arg(data);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    // The setting is a list with commas; quotes keep a name with one in it together.
    let sockets = sockets.replace('"', "\"\"");
    command.args(["-c", &format!("unix_socket_directories=\"{sockets}\"")]);
    ground
        .account
        .as_ref()
        .inspect(|account| Account::apply(account, &mut command));
    Ok(command)
}

/// Whether the server of this process number takes connections: it says so in the eighth line of
/// its file, as `pg_ctl` reads it.
fn is_ready(data: &Path, pid: &str) -> bool {
    let Ok(text) = fs::read_to_string(pid_file(data)) else {
        return false;
    };
    let mut lines = text.lines();
    lines.next() == Some(pid) && lines.nth(6).is_some_and(|status| status.trim() == "ready")
}

/// Removes the file by which a killed server still claims its data. The server does so itself
/// unless the number in the file belongs to some other process by now; so it is done here, where
/// the lock of the stack and a look at all processes say that nobody uses the data.
async fn clear_stale_pid(data: &Path) -> anyhow::Result<()> {
    if !pid_file(data).exists() {
        return Ok(());
    }
    if !until(ORPHANS_WITHIN, || !works_in(data)).await {
        bail!("processes of another server still use {}", data.display());
    }
    fs::remove_file(pid_file(data)).with_context(|| format!("failed to clear {}", data.display()))
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// A URL that both libpq and sqlx understand. The host in front is for URL parsers that want one;
/// the parameter wins.
fn url(sockets: &Path) -> String {
    let sockets = sockets.to_string_lossy();
    let host = utf8_percent_encode(&sockets, NON_ALPHANUMERIC);
    format!("postgres://{USER}@localhost/{DATABASE}?host={host}")
}
