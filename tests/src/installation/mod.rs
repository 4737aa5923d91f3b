//! An installation of Leo for one test: processes of its own on a database of its own.

use std::path::PathBuf;
use std::process::Command;

use leo_protocol::InstanceId;
use tempfile::TempDir;
use tokio::sync::SemaphorePermit;

use crate::chaos::pg_proxy::PgProxy;
use crate::client::Client;
use crate::config;
use crate::database::Database;
use crate::engine::{Container, Engine};
use crate::procfs;
use crate::program::Program;
use crate::redis::Redis;
use crate::wait::wait_for;

mod builder;
mod credentials;
mod end;
mod refusal;
mod rotation;

pub use builder::Builder;

/// Signs the tokens of all tests; no secret of anybody.
const SECRET_KEY: &str = "a-key-that-everybody-may-read-in-this-file";
/// What an API says when it takes connections.
const LISTENING: &str = "listening";
/// What a worker says when it takes jobs.
const RUNNING: &str = "the worker runs";

/// The folder of the workers' `WORKSPACE_DIR`, one for all as on a real machine.
const STAGING: &str = "staging";

/// Where generators run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As child processes of the worker.
    Process,
    /// In containers.
    Docker,
}

/// A running installation.
///
/// Its end is a test of its own: see the destructor.
#[derive(Debug)]
pub struct Leo {
    apis: Vec<(Program, Client)>,
    workers: Vec<Program>,
    servers: Servers,
    image: Option<String>,
    database: Database,
    dir: TempDir,
    wishes: Builder,
    _places: Vec<SemaphorePermit<'static>>,
}

/// What it stands on beside its database, where the test has asked for it.
#[derive(Debug)]
struct Servers {
    redis: Option<Redis>,
    proxy: Option<PgProxy>,
    engine: Option<Engine>,
}

impl Leo {
    /// An installation to be started whose generators run there.
    #[must_use]
    pub fn in_mode(mode: Mode) -> Builder {
        Builder::new(mode)
    }

    fn empty(
        wishes: Builder,
        database: Database,
        servers: Servers,
        image: Option<String>,
        places: Vec<SemaphorePermit<'static>>,
    ) -> Self {
        Self {
            apis: Vec::new(),
            workers: Vec::new(),
            servers,
            image,
            database,
            dir: tempfile::tempdir().expect("make a folder"),
            wishes,
            _places: places,
        }
    }

    /// Where its generators run.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.wishes.mode
    }

    /// Its database.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Its name.
    #[must_use]
    pub const fn instance(&self) -> InstanceId {
        self.database.instance()
    }

    /// Its own Redis.
    ///
    /// # Panics
    /// When it was not asked for one.
    pub const fn redis(&mut self) -> &mut Redis {
        let redis = self.servers.redis.as_mut();
        redis.expect("Builder::own_redis was called")
    }

    /// The way of the first worker to Postgres.
    ///
    /// # Panics
    /// When it was not asked for one.
    #[must_use]
    pub const fn way_to_postgres(&self) -> &PgProxy {
        let proxy = self.servers.proxy.as_ref();
        proxy.expect("Builder::cut_off was called")
    }

    /// The engine of its containers.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        let engine = self.servers.engine.as_ref();
        engine.expect("its generators run in containers")
    }

    /// The folder of its artifact store.
    #[must_use]
    pub fn artifacts(&self) -> PathBuf {
        self.dir.path().join("artifacts")
    }

    /// A client of the first API, as the developer of this machine.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client_of(0)
    }

    /// A client of the API with this number, from 0 in the order of their starts.
    #[must_use]
    pub fn client_of(&self, api: usize) -> Client {
        self.apis[api].1.clone()
    }

    /// The API process with this number, from 0 in the order of their starts.
    pub fn api(&mut self, number: usize) -> &mut Program {
        &mut self.apis[number].0
    }

    /// The worker with this number, from 0 in the order of their starts.
    pub fn worker(&mut self, number: usize) -> &mut Program {
        &mut self.workers[number]
    }

    /// Starts one more API process.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_api(&mut self) {
        let name = format!("api-{}", self.apis.len());
        let mut command = self.command("leo-api");
        command.env("LEO_BIND", "127.0.0.1:0");
        let mut api = Program::start(&name, command, self.dir.path());
        let address = said(&mut api, LISTENING, "address").await;
        let client = Client::new(&format!("http://{address}"));
        wait_for("readiness", async || {
            let ready = client.get("/health/ready").await;
            (ready.status == 200).then_some(())
        })
        .await;
        self.apis.push((api, client));
    }

    /// Starts one more worker.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_worker(&mut self) {
        self.start_worker_in(self.mode()).await;
    }

    /// Starts one more worker, whose generators run there; [`Mode::Process`] needs nothing.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_worker_in(&mut self, mode: Mode) {
        let name = format!("worker-{}", self.workers.len());
        let mut command = self.command("leo-worker");
        command
            .env("WORKER_NAME", &name)
            .env("WORKSPACE_DIR", self.dir.path().join(STAGING))
            .env("GENERATOR_COMMAND", &self.wishes.generator);
        match (mode, &self.image) {
            (Mode::Docker, Some(image)) => command
                .env("ORCHESTRATOR_MODE", "local")
                .env("DOCKER_HOST", self.docker_host())
                .env("DOCKER_IMAGE", image),
            _ => command.env("ORCHESTRATOR_MODE", "process"),
        };
        // What a test sets wins.
        command.envs(
            self.wishes
                .settings
                .iter()
                .map(|(name, value)| (name, value)),
        );
        if let (true, Some(proxy)) = (self.workers.is_empty(), &self.servers.proxy) {
            command.env("DATABASE_URL", proxy.url(&self.database.url()));
        }
        let mut worker = Program::start(&name, command, self.dir.path());
        said(&mut worker, RUNNING, "message").await;
        self.workers.push(worker);
    }

    fn docker_host(&self) -> String {
        let host = self.wishes.engine.clone();
        host.unwrap_or_else(config::docker_host)
    }

    /// Kills its containers behind its back, as a person may do; how many.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn kill_containers(&self) -> usize {
        let mut killed = 0;
        if let Some(engine) = &self.servers.engine {
            for container in self.containers().await {
                killed += usize::from(engine.kill(&container.id).await);
            }
        }
        killed
    }

    /// The containers of this installation, whatever their state.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn containers(&self) -> Vec<Container> {
        match &self.servers.engine {
            Some(engine) => engine.containers(self.instance()).await,
            None => Vec::new(),
        }
    }

    /// Removes its containers behind its back, as a person may do.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn remove_containers(&self) {
        if let Some(engine) = &self.servers.engine {
            engine.remove_containers(self.instance()).await;
        }
    }

    /// How many generators run, as containers or as processes.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn generators(&self) -> usize {
        match self.mode() {
            Mode::Process => self.generator_processes().len(),
            Mode::Docker => {
                let containers = self.containers().await;
                containers
                    .iter()
                    .filter(|container| container.running)
                    .count()
            }
        }
    }

    /// The processes of the generators of mode `process`, whichever worker has started them.
    #[must_use]
    pub fn generator_processes(&self) -> Vec<i32> {
        procfs::working_below(self.dir.path())
    }

    /// What the workers keep in a folder of their staging for this installation.
    #[must_use]
    pub fn staging(&self, folder: &str) -> Vec<PathBuf> {
        let staging = self.dir.path().join(STAGING);
        let folder = staging.join(folder).join(self.instance().to_string());
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }

    /// How many generators stand still, as containers or as processes.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn halted(&self) -> usize {
        match self.mode() {
            Mode::Process => {
                let generators = self.generator_processes().into_iter();
                generators.filter(|pid| procfs::is_halted(*pid)).count()
            }
            Mode::Docker => {
                let containers = self.containers().await;
                containers
                    .iter()
                    .filter(|container| container.paused)
                    .count()
            }
        }
    }

    /// Waits until no generator runs and nothing of one is left.
    ///
    /// # Panics
    /// When that does not happen in time.
    pub async fn cleared(&self) {
        wait_for("end of all generators", async || {
            let left = self.generators().await + self.containers().await.len();
            (left == 0).then_some(())
        })
        .await;
    }

    /// A program of Leo with what all of them are told, and nothing of this process's environment.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let redis = self
            .servers
            .redis
            .as_ref()
            .map_or_else(config::redis_url, Redis::url);
        let artifacts = self.artifacts();
        let mut command = Command::new(config::binary(program));
        command
            .env_clear()
            .current_dir("/")
            .env("DATABASE_URL", self.database.url())
            .env("REDIS_URL", redis)
            .env("LEO_SECRET_KEY", SECRET_KEY)
            .env("ARTIFACT_STORE", format!("file://{}", artifacts.display()))
            .env("LOG_FORMAT", "json")
            .env("RUST_LOG", "info")
            .envs(
                self.wishes
                    .settings
                    .iter()
                    .map(|(name, value)| (name, value)),
            );
        command
    }
}

/// Waits for a message in a program's log; the value of one of its fields.
async fn said(program: &mut Program, message: &str, field: &str) -> String {
    let what = format!("`{message}` of {}", program.name());
    wait_for(&what, async || {
        let log = program.log();
        assert!(program.is_running(), "{} has ended: {log}", program.name());
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut lines = lines.filter(|line: &serde_json::Value| line["message"] == *message);
        lines.next_back()?[field].as_str().map(str::to_owned)
    })
    .await
}
