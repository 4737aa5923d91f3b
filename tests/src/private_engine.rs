//! A Docker engine of one's own, to be ended and killed: own data, own sockets, own process numbers,
//! so that it hurts nobody.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::unistd::Uid;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::wait::{wait_for, wait_within};

/// The first process in the engine's namespaces.
const SCRIPT: &str = include_str!("private_engine.sh");
/// Where programs of the system are.
const FOLDERS: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];
/// How long the engine may take to come up: after its death it first ends what it finds running.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// Where the engine's state and containerd's sockets lie, inside the namespace only.
const STATE: &str = "/run/containerd/leo";
/// The pause between the engine's end and the next look at it.
const LOOK: Duration = Duration::from_millis(200);
/// How the disk of an engine with quotas is mounted; the script does the same.
const MOUNT: [&str; 2] = ["-o", "loop,pquota"];
/// Keeps containers running while the engine is away.
const LIVE_RESTORE: &str = "--live-restore";

/// The disk of an engine with quotas, in bytes; it takes as much as is written.
const DISK: u64 = 2 << 30;

/// How the engine is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By SIGTERM: it ends its containers first.
    Asked,
    /// By SIGKILL: its containers run on without it, until it is back and ends them.
    Killed,
}

/// A running engine; it ends with all its containers when this is dropped.
#[derive(Debug)]
pub struct PrivateEngine {
    namespace: Child,
    options: Vec<&'static str>,
    /// Made when the socket is first there; it connects anew with each call.
    client: Option<Engine>,
    dir: TempDir,
}

impl PrivateEngine {
    /// Starts one, or says why none may be started here.
    ///
    /// # Errors
    /// What is missing, in words.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start() -> Result<Self, String> {
        Self::start_with(Vec::new()).await
    }

    /// Starts one whose containers run on without it.
    ///
    /// # Errors
    /// What is missing, in words.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_with_live_restore() -> Result<Self, String> {
        Self::start_with(vec![LIVE_RESTORE]).await
    }

    /// Starts one whose volumes may have a size: its data lies on an XFS of its own.
    ///
    /// # Errors
    /// What is missing, in words.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_with_quotas() -> Result<Self, String> {
        let dir = folder()?;
        make_disk(dir.path())?;
        Self::start_in(dir, Vec::new()).await
    }

    async fn start_with(options: Vec<&'static str>) -> Result<Self, String> {
        Self::start_in(folder()?, options).await
    }

    async fn start_in(dir: TempDir, options: Vec<&'static str>) -> Result<Self, String> {
        let mut engine = Self {
            namespace: namespace(dir.path(), &options)?,
            options,
            client: None,
            dir,
        };
        engine.begin().await;
        Ok(engine)
    }

    /// Where it listens.
    #[must_use]
    pub fn host(&self) -> String {
        format!("unix://{}", socket(self.dir.path()).display())
    }

    /// Where its log is.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        log(self.dir.path())
    }

    /// A client.
    ///
    /// # Panics
    /// Never, once the engine has come up.
    #[must_use]
    pub fn client(&self) -> Engine {
        self.client.clone().expect("the engine has come up")
    }

    /// Ends it, and waits until it does not answer.
    ///
    /// # Panics
    /// When it goes on answering.
    pub async fn end(&mut self, ending: Ending) {
        self.order(match ending {
            Ending::Asked => "TERM",
            Ending::Killed => "KILL",
        });
        let client = self.client();
        wait_for("end of the Docker engine", async || {
            (!client.answers().await).then_some(())
        })
        .await;
    }

    /// Ends it, waits so long, and starts it again.
    ///
    /// # Panics
    /// When it does not end, or not come up again.
    pub async fn restart(&mut self, ending: Ending, pause: Duration) {
        self.end(ending).await;
        sleep(pause).await;
        self.begin().await;
    }

    /// Starts it after its end, and waits until it answers.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn begin(&mut self) {
        self.order("start");
        // The one that is ending may answer once more.
        sleep(LOOK).await;
        let (socket, host) = (socket(self.dir.path()), self.host());
        let client = wait_within(READY_WITHIN, "answer of the Docker engine", async || {
            let client = socket.exists().then(|| Engine::at(&host))?;
            client.answers().await.then_some(client)
        });
        self.client = Some(client.await);
    }

    /// The host goes down without a warning and comes up again: everything that ran is gone.
    ///
    /// # Panics
    /// When the engine does not come up again.
    pub async fn reboot(&mut self) {
        self.crash();
        self.namespace = namespace(self.dir.path(), &self.options).expect("it was there before");
        self.begin().await;
    }

    fn order(&mut self, order: &str) {
        let orders = self.namespace.stdin.as_mut().expect("it has a pipe");
        writeln!(orders, "{order}").expect("tell the Docker engine's guardian");
    }

    /// The end of the first process is the end of the namespace with all that runs in it.
    fn crash(&mut self) {
        let _ = self.namespace.kill();
        let _ = self.namespace.wait();
    }
}

impl Drop for PrivateEngine {
    fn drop(&mut self) {
        self.crash();
    }
}

fn folder() -> Result<TempDir, String> {
    if !Uid::effective().is_root() {
        return Err("only root may start a Docker engine".to_owned());
    }
    Ok(tempfile::tempdir().expect("make a folder"))
}

/// Makes a disk for the engine's data, and tries whether it can be used: not every kernel has quotas.
fn make_disk(dir: &Path) -> Result<(), String> {
    let (mkfs, mount, unshare) = (find("mkfs.xfs")?, find("mount")?, find("unshare")?);
    std::fs::create_dir(data(dir)).expect("make a folder");
    let image = File::create(disk(dir)).expect("make a disk");
    image.set_len(DISK).expect("make a disk");
    run(Command::new(mkfs).arg("-q").arg(disk(dir)))?;
    // The mount ends with its namespace.
    let mut tried = Command::new(unshare);
    tried.args(["--mount", "--"]).arg(mount).args(MOUNT);
    run(tried.args([disk(dir), data(dir)])).map_err(|said| format!("no XFS with quotas: {said}"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().expect("run a program of the system");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// The namespaces, in which an engine is to be started.
fn namespace(dir: &Path, options: &[&str]) -> Result<Child, String> {
    let (unshare, dockerd, bash) = (find("unshare")?, find("dockerd")?, find("bash")?);
    let mut command = Command::new(unshare);
    command
        .env_clear()
        .args(["--mount", "--propagation", "slave"])
        .args(["--pid", "--fork", "--kill-child", "--mount-proc", "--"])
        .arg(bash)
        .args(["-c", SCRIPT, "private_engine.sh"])
        .arg(dockerd)
        .args(options);
    add_options(&mut command, dir);
    if disk(dir).exists() {
        command.env("DISK", disk(dir)).env("DATA", data(dir));
    }
    let log = File::options().create(true).append(true).open(log(dir));
    let log = log.expect("make a log");
    command
        .env("PATH", FOLDERS.join(":"))
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("share a log"))
        .stderr(log)
        .process_group(0);
    Ok(command.spawn().expect("start a Docker engine"))
}

fn add_options(command: &mut Command, dir: &Path) {
    command
        .arg("--host")
        .arg(format!("unix://{}", socket(dir).display()))
        .arg("--data-root")
        .arg(data(dir))
        .args(["--exec-root", STATE, "--pidfile", "/run/containerd/leo.pid"])
        .args(["--bridge", "none"])
        .args(["--iptables=false", "--ip6tables=false"])
        .args(["--ip-forward=false", "--ip-masq=false"])
        // Over D-Bus systemd would take the process numbers of the namespace for its own.
        .args(["--exec-opt", "native.cgroupdriver=cgroupfs"]);
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("docker.sock")
}

fn data(dir: &Path) -> PathBuf {
    dir.join("data")
}

fn disk(dir: &Path) -> PathBuf {
    dir.join("disk.xfs")
}

fn log(dir: &Path) -> PathBuf {
    dir.join("dockerd.log")
}

fn find(program: &str) -> Result<PathBuf, String> {
    let mut places = FOLDERS.iter().map(|folder| Path::new(folder).join(program));
    let found = places.find(|place| place.is_file());
    found.ok_or_else(|| format!("{program} is not installed"))
}
