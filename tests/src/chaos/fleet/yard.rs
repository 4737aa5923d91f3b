//! The installation that is attacked: everything in it is its own, and all of it can be hurt.

use std::path::{Path, PathBuf};
use std::process::Command;

use leo_protocol::InstanceId;
use sqlx::PgConnection;
use tempfile::TempDir;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::Options;
use super::absences::Absences;
use super::pace::{MAX_ATTEMPTS, Pace};
use super::postgres::Postgres;
use super::slot::{Folders, Place, Slot};
use crate::chaos::arena::Launch;
use crate::chaos::pg_proxy::PgProxy;
use crate::chaos::programs::program;
use crate::chaos::replica::{Replica, free_address};
use crate::config;
use crate::private_engine::PrivateEngine;
use crate::procfs;
use crate::redis::Redis;

/// Jobs of one user that may run at once.
pub(super) const JOBS_PER_USER: u32 = 3;
/// Generators that a worker runs at once, as its children and as containers.
const CONCURRENCY: [&str; 2] = ["8", "3"];
/// Signs tokens; no secret of anybody.
const SECRET_KEY: &str = "a-key-that-everybody-may-read-in-this-file";
/// What a Rust program says when it should not have.
const PANICKED: &str = "panicked at";

/// The processes; all of them are gone when this is dropped. The fields are in the order of their
/// ends.
#[derive(Debug)]
pub(super) struct Yard {
    pub(super) replicas: Vec<Replica>,
    pub(super) slots: Vec<Slot>,
    pub(super) engine: Option<Mutex<PrivateEngine>>,
    pub(super) redis: Mutex<Redis>,
    pub(super) proxy: PgProxy,
    pub(super) postgres: Mutex<Postgres>,
    /// Where Postgres is, past the proxy.
    pub(super) database: String,
    pub(super) instance: InstanceId,
    pub(super) dir: TempDir,
}

impl Yard {
    /// Starts everything. Without a Docker engine all workers run plain processes, and `tell`
    /// hears why.
    ///
    /// # Panics
    /// When something does not come up.
    pub(super) async fn start(options: &Options, pace: Pace) -> Self {
        let postgres = Postgres::start().await;
        let mut connection = postgres.connect().await.expect("connect to Postgres");
        let instance: Uuid = sqlx::query_scalar("select id from instance")
            .fetch_one(&mut connection)
            .await
            .expect("know the installation");
        let mut yard = Self {
            replicas: Vec::new(),
            slots: Vec::new(),
            engine: engine(options).await.map(Mutex::new),
            redis: Mutex::new(Redis::start().await),
            proxy: PgProxy::start(&postgres.url(), None).await,
            database: postgres.url(),
            postgres: Mutex::new(postgres),
            instance: instance.into(),
            dir: tempfile::tempdir().expect("make a folder"),
        };
        yard.start_replicas(options, pace).await;
        yard.start_workers(options, pace).await;
        yard
    }

    async fn start_replicas(&mut self, options: &Options, pace: Pace) {
        let launch = self.launch("leo-api", pace).await;
        for number in 0..options.apis {
            let name = format!("api-{number}");
            let replica = Replica::start(&name, free_address(), self.dir.path(), &launch).await;
            self.replicas.push(replica);
        }
    }

    async fn start_workers(&mut self, options: &Options, pace: Pace) {
        let launch = self.launch("leo-worker", pace).await;
        let folders = Folders {
            base: self.dir.path().to_owned(),
            ledgers: self.ledgers(),
        };
        std::fs::create_dir(&folders.ledgers).expect("make a folder");
        for number in 0..options.workers {
            let launch = launch
                .clone()
                .with("ORCHESTRATOR_MODE", "process")
                .with("WORKER_CONCURRENCY", CONCURRENCY[0]);
            let slot = Slot::start(number, Place::Process, &launch, &folders).await;
            self.slots.push(slot);
        }
        let Some(engine) = &self.engine else { return };
        let engine = engine.lock().await;
        let image = engine.client().image(&config::mini_generator()).await;
        for number in options.workers..options.workers + options.container_workers {
            let launch = launch
                .clone()
                .with("ORCHESTRATOR_MODE", "local")
                .with("DOCKER_HOST", &engine.host())
                .with("DOCKER_IMAGE", &image)
                .with("CONTAINER_CPUS", "1")
                .with("WORKER_CONCURRENCY", CONCURRENCY[1]);
            let slot = Slot::start(number, Place::Engine, &launch, &folders).await;
            self.slots.push(slot);
        }
    }

    /// A program of Leo with what all of them are told.
    async fn launch(&self, name: &str, pace: Pace) -> Launch {
        let millis = |time: std::time::Duration| format!("{}ms", time.as_millis());
        let settings = [
            ("DATABASE_URL", self.proxy.url(&self.database)),
            ("REDIS_URL", self.redis.lock().await.url()),
            ("LEO_SECRET_KEY", SECRET_KEY.to_owned()),
            (
                "ARTIFACT_STORE",
                format!("file://{}", self.artifacts().display()),
            ),
            ("MAX_JOBS_PER_USER", JOBS_PER_USER.to_string()),
            ("JOB_MAX_ATTEMPTS", MAX_ATTEMPTS.to_string()),
            ("LEASE_SECONDS", millis(pace.lease)),
            ("LOST_AFTER", millis(pace.lost_after)),
            ("LOG_FORMAT", "json".to_owned()),
            ("RUST_LOG", "info".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        Launch::new(name, settings.to_vec())
    }

    /// A connection past the proxy, unless Postgres is away.
    pub(super) async fn connect(&self) -> Option<PgConnection> {
        use sqlx::Connection as _;
        PgConnection::connect(&self.database).await.ok()
    }

    /// A token of the user of this name.
    ///
    /// # Panics
    /// When no token can be made.
    pub(super) fn token(name: &str) -> String {
        let mut command = Command::new(program("leo-api"));
        command
            .env_clear()
            .env("LEO_SECRET_KEY", SECRET_KEY)
            .args(["token", "--subject", name]);
        let output = command.output().expect("run leo-api token");
        assert!(output.status.success(), "{output:?}");
        let token = String::from_utf8(output.stdout).expect("a token is text");
        token.trim().to_owned()
    }

    /// Where the generators' own records are.
    pub(super) fn ledgers(&self) -> PathBuf {
        self.dir.path().join("ledgers")
    }

    fn artifacts(&self) -> PathBuf {
        self.dir.path().join("artifacts")
    }

    /// When which host was out of reach.
    pub(super) fn absences(&self) -> Absences {
        let mut absences = Absences::default();
        let of_engine = self
            .slots
            .iter()
            .filter(|slot| slot.place() == Place::Engine);
        let away: Vec<_> = of_engine.map(Slot::away).collect();
        absences.of_engine(&away);
        for slot in self
            .slots
            .iter()
            .filter(|slot| slot.place() == Place::Process)
        {
            slot.add_absences(&mut absences);
        }
        absences
    }

    /// Looks whether a process has ended by itself, or has panicked and gone on; says which.
    pub(super) async fn defects(&self) -> Vec<String> {
        let (mut defects, mut logs) = (Vec::new(), Vec::new());
        for slot in &self.slots {
            if slot.is_gone().await {
                defects.push(format!("{} has ended by itself", slot.name()));
            }
            logs.push(slot.log().await);
        }
        for replica in &self.replicas {
            logs.push(replica.log().await);
        }
        let lines = logs.iter().flat_map(|log| log.lines());
        let panics = lines.filter(|line| line.contains(PANICKED));
        defects.extend(panics.map(str::to_owned));
        defects
    }

    /// Keeps the logs and the ledgers for whoever wants to know what has happened.
    ///
    /// # Panics
    /// When they cannot be copied.
    pub(super) async fn keep_logs(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("make a folder for logs");
        let mut logs = list(self.dir.path());
        logs.retain(|path| path.extension().is_some_and(|end| end == "log"));
        logs.extend(list(&self.ledgers()));
        if let Some(engine) = &self.engine {
            logs.push(engine.lock().await.log());
        }
        for log in logs {
            let name = log.file_name().expect("a log has a name");
            std::fs::copy(&log, folder.join(name)).expect("keep a log");
        }
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        self.slots.clear();
        procfs::kill_below(self.dir.path());
    }
}

async fn engine(options: &Options) -> Option<PrivateEngine> {
    if options.container_workers == 0 {
        return None;
    }
    match PrivateEngine::start().await {
        Ok(engine) => Some(engine),
        Err(reason) => {
            (options.tell)(&format!("no containers, and no faults of theirs: {reason}"));
            None
        }
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect()
}
