//! A Redis of one's own, to be killed and started again.

use std::process::Command;

use nix::sys::signal::Signal;
use tempfile::TempDir;
use tokio::net::UnixStream;

use crate::program::Program;
use crate::wait::wait_for;

/// A server on a socket; it keeps nothing.
#[derive(Debug)]
pub struct Redis {
    dir: TempDir,
    server: Option<Program>,
}

impl Redis {
    /// Starts a server and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().expect("make a folder");
        let mut redis = Self { dir, server: None };
        redis.restart().await;
        redis
    }

    /// Where it is, whether it runs or not.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket())
    }

    /// Kills it; everything in it is gone.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// Sends it a signal, if it runs: SIGSTOP makes it stand still with all its connections.
    pub fn signal(&self, signal: Signal) {
        if let Some(server) = &self.server {
            server.signal(signal);
        }
    }

    /// Empties it; its connections stay.
    ///
    /// # Panics
    /// When it does not do so.
    pub async fn flush(&self) {
        let client = redis::Client::open(self.url()).expect("read a URL");
        let connection = client.get_multiplexed_async_connection().await;
        let mut connection = connection.expect("connect to redis");
        let flush = redis::cmd("FLUSHALL");
        let flushed = flush.query_async::<()>(&mut connection).await;
        flushed.expect("empty redis");
    }

    /// The names of all that is in it.
    ///
    /// # Panics
    /// When it does not say.
    pub async fn keys(&self) -> Vec<String> {
        let client = redis::Client::open(self.url()).expect("read a URL");
        let connection = client.get_multiplexed_async_connection().await;
        let mut connection = connection.expect("connect to redis");
        let keys = redis::cmd("KEYS")
            .arg("*")
            .query_async(&mut connection)
            .await;
        keys.expect("ask for all keys")
    }

    /// Starts it after [`Self::kill`].
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn restart(&mut self) {
        let socket = self.socket();
        // A killed server leaves its socket.
        let _ = std::fs::remove_file(&socket);
        let mut command = Command::new("redis-server");
        command.args([
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "no",
            "--unixsocket",
            &socket,
        ]);
        self.server = Some(Program::start("redis", command, self.dir.path()));
        wait_for("answer of redis", async || {
            UnixStream::connect(&socket).await.ok()
        })
        .await;
    }

    fn socket(&self) -> String {
        self.dir
            .path()
            .join("redis.sock")
            .to_string_lossy()
            .into_owned()
    }
}
