//! An installation of Leo that can be hurt: its own Redis, a proxy before Postgres, and a balancer
//! between the jobs' sockets and the replicas.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tokio::sync::Mutex;

use super::Sabotage;
use super::balancer::Balancer;
use super::pg_proxy::{PgProxy, Rewrite};
use super::programs::{SABOTAGED_API, program};
use super::replica::{Replica, free_address};
use crate::config;
use crate::database::Database;
use crate::procfs;
use crate::program::Program;
use crate::redis::Redis;
use crate::wait::wait_for;

/// API processes.
const REPLICAS: usize = 3;
/// Workers.
const WORKERS: usize = 2;
/// Jobs of one user, and of a worker, that may run at once: all of them.
const JOBS_AT_ONCE: &str = "64";
/// Signs tokens; no secret of anybody.
const SECRET_KEY: &str = "a-key-that-everybody-may-read-in-this-file";
/// What a worker says when it takes jobs.
const RUNNING: &str = "the worker runs";
/// What a Rust program says when it should not have.
const PANICKED: &str = "panicked at";
/// The check of the append that [`Sabotage::PositionCheck`] takes out, and what comes instead.
const POSITION_CHECK: Rewrite = ("k.pos = i.pos_from", "true              ");

/// The processes; all of them are gone when this is dropped. The fields are in the order of their
/// ends.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) replicas: Vec<Replica>,
    workers: Vec<Program>,
    pub(crate) balancer: Balancer,
    pub(crate) redis: Mutex<Redis>,
    pub(crate) proxy: PgProxy,
    pub(crate) database: Database,
    dir: TempDir,
}

impl Arena {
    /// Starts everything.
    ///
    /// # Panics
    /// When something does not come up.
    pub(crate) async fn start(sabotage: Option<Sabotage>) -> Self {
        let database = Database::create().await;
        let rewrite = (sabotage == Some(Sabotage::PositionCheck)).then_some(POSITION_CHECK);
        let addresses: Vec<_> = (0..REPLICAS).map(|_| free_address()).collect();
        let mut arena = Self {
            replicas: Vec::new(),
            workers: Vec::new(),
            balancer: Balancer::start(addresses.clone()).await,
            redis: Mutex::new(Redis::start().await),
            proxy: PgProxy::start(&database.url(), rewrite).await,
            database,
            dir: tempfile::tempdir().expect("make a folder"),
        };
        let broken = sabotage == Some(Sabotage::GapCheck);
        let api = if broken { SABOTAGED_API } else { "leo-api" };
        arena.start_replicas(api, &addresses).await;
        arena.start_workers().await;
        arena
    }

    async fn start_replicas(&mut self, api: &str, addresses: &[SocketAddr]) {
        let launch = self.launch(api).await;
        for (number, address) in addresses.iter().enumerate() {
            let name = format!("api-{number}");
            let replica = Replica::start(&name, *address, self.dir.path(), &launch).await;
            self.replicas.push(replica);
        }
    }

    async fn start_workers(&mut self) {
        // Every job may dial in; whether it does is said in its prompt.
        let runners = format!("ws://{}", self.balancer.address());
        let launch = self.launch("leo-worker").await;
        let launch = launch.with("GENERATOR_TRANSPORT", "websocket");
        let launch = launch.with("LEO_RUNNER_URL", &runners);
        for number in 0..WORKERS {
            let worker = start_worker(number, &launch, self.dir.path()).await;
            self.workers.push(worker);
        }
    }

    /// A program of Leo with what all of them are told.
    async fn launch(&self, name: &str) -> Launch {
        let artifacts = self.dir.path().join("artifacts");
        let settings = [
            ("DATABASE_URL", self.proxy.url(&self.database.url())),
            ("REDIS_URL", self.redis.lock().await.url()),
            ("LEO_SECRET_KEY", SECRET_KEY.to_owned()),
            ("ARTIFACT_STORE", format!("file://{}", artifacts.display())),
            ("MAX_JOBS_PER_USER", JOBS_AT_ONCE.to_owned()),
            ("WORKER_CONCURRENCY", JOBS_AT_ONCE.to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
            ("RUST_LOG", "info".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        Launch::new(name, settings.to_vec())
    }

    /// Looks whether a process has ended by itself, or has panicked and gone on; says which.
    pub(crate) async fn defects(&mut self) -> Vec<String> {
        let mut defects = Vec::new();
        for worker in &mut self.workers {
            if !worker.is_running() {
                defects.push(format!("{} has ended by itself", worker.name()));
            }
        }
        let mut logs: Vec<_> = self.workers.iter().map(Program::log).collect();
        for replica in &self.replicas {
            logs.push(replica.log().await);
        }
        let lines = logs.iter().flat_map(|log| log.lines());
        let panics = lines.filter(|line| line.contains(PANICKED));
        defects.extend(panics.map(str::to_owned));
        defects
    }

    /// Keeps the logs for whoever wants to know what has happened.
    ///
    /// # Panics
    /// When they cannot be copied.
    pub(crate) fn keep_logs(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("make a folder for logs");
        let entries = std::fs::read_dir(self.dir.path());
        for entry in entries.into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|end| end == "log") {
                std::fs::copy(entry.path(), folder.join(entry.file_name())).expect("keep a log");
            }
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        self.workers.clear();
        procfs::kill_below(self.dir.path());
    }
}

/// How a program is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    program: PathBuf,
    settings: Vec<(String, String)>,
}

impl Launch {
    /// A program of the workspace with these settings.
    pub(crate) fn new(name: &str, settings: Vec<(String, String)>) -> Self {
        Self {
            program: program(name),
            settings,
        }
    }

    /// With one more setting.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program with these settings and nothing of this process's environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        command.env_clear().current_dir("/").envs(settings);
        command
    }
}

async fn start_worker(number: usize, launch: &Launch, dir: &Path) -> Program {
    let name = format!("worker-{number}");
    let staging = dir.join(format!("staging-{name}"));
    let launch = launch
        .clone()
        .with("WORKER_NAME", &name)
        .with("ORCHESTRATOR_MODE", "process")
        .with("WORKSPACE_DIR", &staging.to_string_lossy())
        .with(
            "GENERATOR_COMMAND",
            &config::mini_generator().to_string_lossy(),
        );
    let mut worker = Program::start(&name, launch.command(), dir);
    let what = format!("`{RUNNING}` of {name}");
    wait_for(&what, async || {
        assert!(worker.is_running(), "{name} has ended: {}", worker.log());
        worker.log().contains(RUNNING).then_some(())
    })
    .await;
    worker
}
