//! A stand-in for AWS: `moto_server`, as a child process.
//!
//! It keeps everything in memory and checks no signature, no role and no checksum: that the right
//! things are signed is shown on the requests themselves, not by its accepting them.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Weak};

use leo_common::config::Aws;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::Mutex;
use url::Url;

use crate::config;
use crate::installation::Builder;
use crate::program::Program;
use crate::wait::wait_for;

pub mod agent;
pub mod ecs;

pub use agent::Agent;
pub use ecs::Cluster;

/// What it says when it takes connections.
const RUNNING: &str = "Running on ";
/// Any region does.
const REGION: &str = "eu-central-1";
/// Any key does.
const KEY: &str = "test";

/// The server that tests share while one of them needs it.
static SHARED: Mutex<Weak<Moto>> = Mutex::const_new(Weak::new());

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Moto {
    url: Url,
    _server: Program,
    _dir: TempDir,
}

impl Moto {
    /// The server that all tests of this process share; it starts with the first and ends with the
    /// last that has it.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().await;
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let started = Arc::new(Self::start().await);
        *shared = Arc::downgrade(&started);
        started
    }

    async fn start() -> Self {
        let dir = tempfile::tempdir().expect("make a folder");
        let mut command = Command::new(config::python());
        command
            .args(["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .env_remove("PYTHONPATH");
        let mut server = Program::start("moto", command, dir.path());
        let url = wait_for("address of moto", async || {
            let log = server.log();
            assert!(server.is_running(), "moto has ended: {log}");
            let (_, after) = log.split_once(RUNNING)?;
            Url::parse(after.split_whitespace().next()?).ok()
        })
        .await;
        Self {
            url,
            _server: server,
            _dir: dir,
        }
    }

    /// How Leo reaches it.
    #[must_use]
    pub fn aws(&self) -> Aws {
        Aws {
            aws_region: Some(REGION.to_owned()),
            aws_endpoint_url: Some(self.url.clone()),
            aws_access_key_id: Some(KEY.to_owned()),
            aws_secret_access_key: Some(SecretString::from(KEY)),
            ..Aws::default()
        }
    }

    /// The settings of a process that keeps what it keeps in this store here.
    #[must_use]
    pub fn store_settings(&self, store: &str) -> [(&'static str, String); 5] {
        [
            ("ARTIFACT_STORE", store.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ENDPOINT_URL", self.url.to_string()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", KEY.to_owned()),
        ]
    }

    /// Where it listens.
    ///
    /// # Panics
    /// When it listens nowhere.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        let addresses = self.url.socket_addrs(|| None).expect("an address of moto");
        *addresses.first().expect("an address of moto")
    }

    /// An installation that keeps what it keeps in this store here.
    #[must_use]
    pub fn keeping(&self, wishes: Builder, store: &str) -> Builder {
        let settings = self.store_settings(store).into_iter();
        settings.fold(wishes, |wishes, (name, value)| wishes.set(name, &value))
    }

    /// Makes a bucket that nobody else uses; its name.
    ///
    /// # Panics
    /// When it is not made.
    pub async fn bucket(&self) -> String {
        let name = format!("leo-{}", uuid::Uuid::now_v7().simple());
        let url = self.url.join(&name).expect("the name of a bucket");
        let body = format!(
            "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        );
        let request = reqwest::Client::new().put(url).body(body);
        let answer = request.send().await.expect("reach moto");
        assert!(answer.status().is_success(), "{answer:?}");
        name
    }
}
