//! A Redis for `BullMQ` alone, which may write to a file what it is told.

use std::process::Command;

use leo_tests::program::Program;
use leo_tests::wait_for;
use tempfile::TempDir;
use tokio::net::UnixStream;

/// A server on a socket, with nothing in it; gone when dropped.
#[derive(Debug)]
pub(super) struct Redis {
    // The server ends before its folder is removed.
    _server: Program,
    dir: TempDir,
}

impl Redis {
    /// Starts one and waits until it takes connections.
    pub(super) async fn start(appends: bool) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let socket = dir.path().join("redis.sock");
        let mut command = Command::new("redis-server");
        command
            .args(["--port", "0", "--save", "", "--maxmemory-policy"])
            .args(["noeviction", "--appendfsync", "everysec", "--appendonly"])
            .arg(if appends { "yes" } else { "no" })
            .arg("--dir")
            .arg(dir.path())
            .arg("--unixsocket")
            .arg(&socket);
        let server = Program::start("redis", command, dir.path());
        wait_for("answer of redis", async || {
            UnixStream::connect(&socket).await.ok()
        })
        .await;
        Ok(Self {
            _server: server,
            dir,
        })
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        format!("redis+unix://{}/redis.sock", self.dir.path().display())
    }
}
