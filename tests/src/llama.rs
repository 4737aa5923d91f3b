//! A server of models that is not ours: llama.cpp, with a model drawn at random, so that it speaks
//! as it does and says nothing that makes sense.

use std::process::Command;

use tempfile::TempDir;

use crate::config;
use crate::program::Program;
use crate::wait::wait_for;

/// What starts it, below the repository's root.
const SCRIPT: &str = "tests/foreign/llama.py";
/// What the script says when it takes requests.
const SERVING: &str = "serving at http://";

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Llama {
    port: String,
    _server: Program,
    _dir: TempDir,
}

impl Llama {
    /// A server that only this machine reaches, with room for `context` tokens.
    ///
    /// # Panics
    /// When it does not come up; `scripts/setup --test` installs it.
    pub async fn start(context: u32) -> Self {
        Self::start_at("127.0.0.1", context).await
    }

    /// A server that containers reach too, at the address of their bridge.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub async fn start_everywhere(context: u32) -> Self {
        Self::start_at("0.0.0.0", context).await
    }

    async fn start_at(host: &str, context: u32) -> Self {
        let dir = tempfile::tempdir().expect("make a folder");
        let mut command = Command::new(config::python());
        command
            .arg(config::repository().join(SCRIPT))
            .arg(dir.path());
        command
            .args([host, &context.to_string()])
            .env_remove("PYTHONPATH");
        let mut server = Program::start("llama", command, dir.path());
        let port = wait_for("address of llama.cpp", async || {
            let log = server.log();
            assert!(server.is_running(), "llama.cpp has ended: {log}");
            let (_, address) = log.split_once(SERVING)?;
            let (_, port) = address.lines().next()?.rsplit_once(':')?;
            Some(port.to_owned())
        });
        Self {
            port: port.await,
            _server: server,
            _dir: dir,
        }
    }

    /// Its base URL for whoever is on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    /// Its base URL for whoever reaches this machine as `host`.
    #[must_use]
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}/v1", self.port)
    }
}
