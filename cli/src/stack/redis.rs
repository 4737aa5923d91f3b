//! A private Redis on a socket: keeps nothing on disk, refuses writes rather than drop keys.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use url::Url;

use super::child::{self, Child, Start};
use super::ground::Ground;

/// How long the server may take to answer.
const READY_WITHIN: Duration = Duration::from_secs(15);
/// How long the server may take to end.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A server, running or killed.
pub(crate) struct Redis {
    child: Option<Child>,
    url: String,
}

impl Redis {
    /// Starts the server and waits until it answers.
    pub(crate) async fn start(ground: &Ground) -> anyhow::Result<Self> {
        let socket = socket(ground)?;
        Ok(Self {
            child: Some(launch(ground, &socket).await?),
            url: url(&socket)?,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The child; `None` while the server is killed.
    pub(crate) fn child(&mut self) -> Option<&mut Child> {
        self.child.as_mut()
    }

    /// Kills the server without a chance to do anything.
    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        match self.child.take() {
            Some(mut child) => child.kill().await,
            None => Ok(()),
        }
    }

    /// Starts the server again after [`Self::kill`].
    pub(crate) async fn restart(&mut self, ground: &Ground) -> anyhow::Result<()> {
        if self.child.is_some() {
            bail!("redis runs already");
        }
        self.child = Some(launch(ground, &socket(ground)?).await?);
        Ok(())
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self.child {
            Some(child) => child.stop(STOP_WITHIN).await,
            None => Ok(()),
        }
    }
}

fn socket(ground: &Ground) -> anyhow::Result<PathBuf> {
    Ok(ground.layout.run_dir("redis")?.join("redis.sock"))
}

async fn launch(ground: &Ground, socket: &Path) -> anyhow::Result<Child> {
    let program = ground.programs.find("redis-server", "redis-server")?;
    let mut command = child::watched(&ground.programs, "TERM", &program);
    command
        .args(["--port", "0", "--unixsocketperm", "700", "--unixsocket"])
        .arg(socket)
        .args([
            "--save",
            "",
            "--appendonly",
            "no",
            "--maxmemory-policy",
            "noeviction",
        ])
        .arg("--dir")
        .arg(ground.layout.service_dir("redis")?);
    let start = Start {
        name: "redis",
        command,
        stop: "TERM",
        log: ground.layout.fresh_log("redis")?,
        own_session: false,
    };
    let mut child = Child::start(start, &ground.record)?;
    child
        .ready(READY_WITHIN, async || answers(socket).await)
        .await?;
    Ok(child)
}

/// Whether the server answers a ping.
async fn answers(socket: &Path) -> bool {
    let ping = async {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await?;
        Ok::<_, std::io::Error>(&answer == b"+PONG")
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(1), ping).await,
        Ok(Ok(true))
    )
}

fn url(socket: &Path) -> anyhow::Result<String> {
    let url = Url::from_file_path(socket)
        .map_err(|()| anyhow!("{} is no path for a URL", socket.display()))?;
    Ok(format!("redis+unix://{}", url.path()))
}
