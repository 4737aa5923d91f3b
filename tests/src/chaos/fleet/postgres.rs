//! A Postgres server of one's own, to be ended in the middle of everything.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use leo_common::store::MIGRATOR;
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, User, chown};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::program::Program;
use crate::wait::{DEADLINE, wait_for};

/// Where Debian keeps the servers, in a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Whom root becomes, for Postgres refuses root; the first that exists.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];
/// How often a server that does not answer yet is asked.
const LOOK: Duration = Duration::from_millis(50);
/// What differs from the server's own defaults. It is durable, or its end would prove nothing.
const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "fsync=on",
    "synchronous_commit=on",
];

/// A server with one migrated database.
#[derive(Debug)]
pub(super) struct Postgres {
    dir: TempDir,
    bin: PathBuf,
    account: Option<(Uid, Gid)>,
    server: Option<Program>,
}

impl Postgres {
    /// Makes and starts one.
    ///
    /// # Panics
    /// When it does not come up.
    pub(super) async fn start() -> Self {
        let mut postgres = Self {
            dir: tempfile::tempdir().expect("make a folder"),
            bin: programs(),
            account: account(),
            server: None,
        };
        postgres.make();
        postgres.begin().await;
        let mut connection = postgres.connect().await.expect("connect to Postgres");
        MIGRATOR.run(&mut connection).await.expect("migrate");
        postgres
    }

    /// Where its database is.
    pub(super) fn url(&self) -> String {
        let folder = self.dir.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://leo@localhost/postgres?host={folder}")
    }

    /// A connection past every proxy.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect(&self.url()).await
    }

    /// Ends it as `pg_ctl stop -m immediate` does, without a last checkpoint, and starts it again.
    ///
    /// # Panics
    /// When it does not end, or does not come up again.
    pub(super) async fn crash(&mut self) {
        if let Some(server) = &mut self.server {
            server.signal(Signal::SIGQUIT);
            wait_for("end of Postgres", async || {
                (!server.is_running()).then_some(())
            })
            .await;
        }
        self.begin().await;
    }

    fn make(&self) {
        if let Some((uid, gid)) = self.account {
            chown(self.dir.path(), Some(uid), Some(gid)).expect("give a folder to Postgres");
        }
        let mut command = self.command("initdb");
        command
            .args(["--username=leo", "--auth=trust", "--encoding=UTF8"])
            .args(["--no-locale", "--no-sync", "--pgdata"])
            .arg(self.data());
        let output = command.output().expect("run initdb");
        assert!(output.status.success(), "initdb: {output:?}");
    }

    async fn begin(&mut self) {
        let end = Instant::now() + DEADLINE;
        while self.connect().await.is_err() {
            assert!(Instant::now() < end, "Postgres does not come up");
            // One that finds processes of its predecessor alive ends at once.
            let running = self.server.as_mut().is_some_and(Program::is_running);
            if !running {
                self.server = None;
                let command = self.server_command();
                self.server = Some(Program::start("postgres", command, self.dir.path()));
            }
            sleep(LOOK).await;
        }
    }

    fn server_command(&self) -> Command {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let sockets = self.dir.path().to_string_lossy();
        command.args(["-c", &format!("unix_socket_directories={sockets}")]);
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.env_clear().current_dir(self.dir.path());
        if let Some((uid, gid)) = self.account {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Killed, it would leave its children to notice that themselves, and the folder is to go.
        if let Some(server) = &self.server {
            server.signal(Signal::SIGQUIT);
        }
        let end = std::time::Instant::now() + DEADLINE;
        while self.server.as_mut().is_some_and(Program::is_running)
            && std::time::Instant::now() < end
        {
            std::thread::sleep(LOOK);
        }
    }
}

/// The folder of the newest server.
fn programs() -> PathBuf {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let number = |name: &OsStr| name.to_str().and_then(|name| name.parse::<u32>().ok());
    let newest = versions
        .filter_map(|entry| Some((number(&entry.file_name())?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .max();
    let installed = newest.map(|(_, bin)| bin);
    installed
        .or_else(|| {
            ["/usr/local/bin", "/usr/bin"]
                .map(Path::new)
                .into_iter()
                .find_map(complete)
        })
        .expect("find a PostgreSQL server (Debian: apt-get install postgresql)")
}

fn complete(bin: &Path) -> Option<PathBuf> {
    let programs = ["initdb", "postgres"];
    let there = programs.iter().all(|name| bin.join(name).is_file());
    there.then(|| bin.to_owned())
}

fn account() -> Option<(Uid, Gid)> {
    if !Uid::effective().is_root() {
        return None;
    }
    let mut users = ACCOUNTS
        .iter()
        .filter_map(|name| User::from_name(name).ok());
    let user = users.find_map(|user| user);
    let user = user.expect("find an account for Postgres");
    Some((user.uid, user.gid))
}
