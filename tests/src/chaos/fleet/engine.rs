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
use crate::wait::wait_within;

/// The first process in the engine's namespaces.
const SCRIPT: &str = include_str!("engine.sh");
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

/// How the engine is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By SIGTERM: it ends its containers first.
    Asked,
    /// By SIGKILL: its containers run on without it, until it is back and ends them.
    Killed,
}

/// A running engine; it ends with all its containers when this is dropped.
#[derive(Debug)]
pub(super) struct PrivateEngine {
    namespace: Child,
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
    pub(super) async fn start() -> Result<Self, String> {
        if !Uid::effective().is_root() {
            return Err("only root may start a Docker engine".to_owned());
        }
        let (unshare, dockerd, bash) = (find("unshare")?, find("dockerd")?, find("bash")?);
        let dir = tempfile::tempdir().expect("make a folder");
        let mut command = Command::new(unshare);
        command
            .args(["--mount", "--propagation", "slave"])
            .args(["--pid", "--fork", "--kill-child", "--mount-proc", "--"])
            .arg(bash)
            .args(["-c", SCRIPT, "engine.sh"])
            .arg(dockerd);
        add_options(&mut command, dir.path());
        let log = File::create(log(dir.path())).expect("make a log");
        command
            .env_clear()
            .env("PATH", FOLDERS.join(":"))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("share a log"))
            .stderr(log)
            .process_group(0);
        let namespace = command.spawn().expect("start a Docker engine");
        let mut engine = Self {
            namespace,
            client: None,
            dir,
        };
        engine.order("start");
        engine.ready().await;
        Ok(engine)
    }

    /// Where it listens.
    pub(super) fn host(&self) -> String {
        format!("unix://{}", socket(self.dir.path()).display())
    }

    /// Where its log is.
    pub(super) fn log(&self) -> PathBuf {
        log(self.dir.path())
    }

    /// A client.
    ///
    /// # Panics
    /// Never, once the engine has come up.
    pub(super) fn client(&self) -> Engine {
        self.client.clone().expect("the engine has come up")
    }

    /// Ends it, waits so long, and starts it again.
    ///
    /// # Panics
    /// When it does not come up again.
    pub(super) async fn restart(&mut self, ending: Ending, pause: Duration) {
        self.order(match ending {
            Ending::Asked => "TERM",
            Ending::Killed => "KILL",
        });
        sleep(pause.max(LOOK)).await;
        self.order("start");
        self.ready().await;
    }

    async fn ready(&mut self) {
        // The one that is ending may answer once more.
        sleep(LOOK).await;
        let (socket, host) = (socket(self.dir.path()), self.host());
        let client = wait_within(READY_WITHIN, "answer of the Docker engine", async || {
            let client = socket.exists().then(|| Engine::at(&host))?;
            client.answers().await.then_some(client)
        });
        self.client = Some(client.await);
    }

    fn order(&mut self, order: &str) {
        let orders = self.namespace.stdin.as_mut().expect("it has a pipe");
        writeln!(orders, "{order}").expect("tell the Docker engine's guardian");
    }
}

impl Drop for PrivateEngine {
    fn drop(&mut self) {
        // The end of its orders ends the first process, and so the namespace with all that runs.
        drop(self.namespace.stdin.take());
        let _ = self.namespace.kill();
        let _ = self.namespace.wait();
    }
}

fn add_options(command: &mut Command, dir: &Path) {
    command
        .arg("--host")
        .arg(format!("unix://{}", socket(dir).display()))
        .arg("--data-root")
        .arg(dir.join("data"))
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

fn log(dir: &Path) -> PathBuf {
    dir.join("dockerd.log")
}

fn find(program: &str) -> Result<PathBuf, String> {
    let mut places = FOLDERS.iter().map(|folder| Path::new(folder).join(program));
    let found = places.find(|place| place.is_file());
    found.ok_or_else(|| format!("{program} is not installed"))
}
