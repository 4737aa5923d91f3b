//! One child process and the task that sees it through to its end.
//!
//! The child leads a process group, and the group ends with it: what it has started in the
//! background and left behind is killed, as the end of a container would do.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::ProcessConfig;
use super::folder::output_file;
use super::left;
use super::spool::{self, Spool};
use crate::orchestrator::{OutputStream, RunExit, RunSpec};

/// The variable that tells the generator its folder.
const WORKSPACE: &str = "WORKSPACE";

/// The variable with the path of a long prompt, below [`CONTAINER_ROOT`].
const PROMPT_FILE: &str = "PROMPT_FILE";

/// Where a container has its workspace.
const CONTAINER_ROOT: &str = "/workspace";

/// Where the child looks for programs, unless the spec says otherwise.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What a shell adds to the number of the signal that ended a program.
const SIGNAL_BASE: i32 = 128;

/// A child, running or ended. Dropped, it kills what runs.
#[derive(Debug)]
pub(super) struct Run {
    /// Holds `app` and `.leo`.
    pub(super) folder: PathBuf,
    /// What the child has printed.
    pub(super) spool: Arc<Spool>,
    group: Pid,
    name: String,
    paused: AtomicBool,
    ended: watch::Receiver<Option<RunExit>>,
    _supervisor: AbortOnDropHandle<()>,
}

/// Starts the generator; returns it with the time that took.
pub(super) async fn start(
    config: &ProcessConfig,
    spec: &RunSpec,
    folder: PathBuf,
) -> anyhow::Result<(Run, Duration)> {
    let began = Instant::now();
    let spool = Spool::create(output_file(&folder), config.output_limit.saturating_mul(2)).await;
    let spool = Arc::new(spool.context("make the file for the output")?);
    let mut child = command(config, spec, &folder)
        .spawn()
        .with_context(|| format!("start {}", config.command.display()))?;
    let group = Group(Pid::from_raw(i32::try_from(
        child.id().context("it has no id")?,
    )?));
    // Before anything else can go wrong: whoever comes after this worker ends it by this record.
    let name = left::name(group.0.as_raw());
    std::fs::write(left::record_file(&folder), &name).context("keep a record of the child")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut readers = JoinSet::new();
    let (stdout, stderr) = (stdout.context("no stdout")?, stderr.context("no stderr")?);
    let no_more = CancellationToken::new();
    readers.spawn(spool::copy(
        stdout,
        OutputStream::Stdout,
        Arc::clone(&spool),
        no_more.clone(),
    ));
    readers.spawn(spool::copy(
        stderr,
        OutputStream::Stderr,
        Arc::clone(&spool),
        no_more.clone(),
    ));
    let (sender, ended) = watch::channel(None);
    let run = Run {
        folder,
        spool: Arc::clone(&spool),
        group: group.0,
        name,
        paused: AtomicBool::new(false),
        ended,
        _supervisor: AbortOnDropHandle::new(tokio::spawn(async move {
            let exit = supervise(child, group, readers, &no_more).await;
            spool.close();
            sender.send_replace(Some(exit));
        })),
    };
    Ok((run, began.elapsed()))
}

fn command(config: &ProcessConfig, spec: &RunSpec, folder: &Path) -> Command {
    let mut command = Command::new(&config.command);
    command
        .args(&config.args)
        .current_dir(folder.join("app"))
        .env_clear()
        .env("PATH", PATH)
        .envs(spec.env.iter().map(|(name, value)| (name, value)))
        .env(WORKSPACE, folder.join("app"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let prompt_file = spec.env.iter().find(|(name, _)| name == PROMPT_FILE);
    if let Some(path) = prompt_file.and_then(|(_, path)| path.strip_prefix(CONTAINER_ROOT)) {
        command.env(PROMPT_FILE, folder.join(path.trim_start_matches('/')));
    }
    command
}

/// Waits for the child, ends its group, and waits for the rest of the output.
async fn supervise(
    mut child: Child,
    group: Group,
    readers: JoinSet<io::Result<()>>,
    no_more: &CancellationToken,
) -> RunExit {
    let status = child.wait().await;
    drop(group);
    no_more.cancel();
    let complete = all_read(readers).await;
    match status.and_then(|status| complete.map(|()| status)) {
        Ok(status) => RunExit::Exited {
            code: code(status),
            out_of_memory: false,
            loss: None,
        },
        Err(error) => {
            tracing::error!(%error, "the output of a child could not be kept");
            RunExit::Lost
        }
    }
}

async fn all_read(mut readers: JoinSet<io::Result<()>>) -> io::Result<()> {
    while let Some(read) = readers.join_next().await {
        read.map_err(io::Error::other)??;
    }
    Ok(())
}

fn code(status: ExitStatus) -> i64 {
    let signal = status.signal().map(|signal| SIGNAL_BASE + signal);
    status.code().or(signal).unwrap_or(SIGNAL_BASE).into()
}

impl Run {
    /// What tells the group from all others of this machine.
    pub(super) fn id(&self) -> String {
        self.name.clone()
    }

    pub(super) fn is_running(&self) -> bool {
        self.ended.borrow().is_none()
    }

    /// The child's end, at once where it has ended.
    pub(super) async fn wait(&self) -> RunExit {
        let mut ended = self.ended.clone();
        let exit = ended.wait_for(Option::is_some).await;
        exit.ok()
            .and_then(|exit| exit.clone())
            .unwrap_or(RunExit::Lost)
    }

    /// Asks the group to end. One that is halted hears of it when it goes on.
    pub(super) fn terminate(&self) {
        self.signal(Signal::SIGTERM);
        self.resume();
    }

    /// Halts the group.
    pub(super) fn pause(&self) {
        self.paused.store(true, Ordering::SeqCst);
        self.signal(Signal::SIGSTOP);
    }

    /// Whether the group is halted.
    pub(super) fn is_paused(&self) -> bool {
        self.is_running() && self.paused.load(Ordering::SeqCst)
    }

    /// Lets the group go on.
    pub(super) fn resume(&self) {
        self.signal(Signal::SIGCONT);
        self.paused.store(false, Ordering::SeqCst);
    }

    /// Ends the group.
    pub(super) fn kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    /// An ended group's id may belong to somebody else by now.
    fn signal(&self, signal: Signal) {
        if self.is_running() {
            send(self.group, signal);
        }
    }
}

/// Kills the group when dropped: at the leader's end, and when the supervisor is aborted.
#[derive(Debug)]
struct Group(Pid);

impl Drop for Group {
    fn drop(&mut self) {
        send(self.0, Signal::SIGKILL);
    }
}

pub(super) fn send(group: Pid, signal: Signal) {
    match killpg(group, signal) {
        Ok(()) | Err(Errno::ESRCH) => {}
        Err(error) => tracing::warn!(%group, %signal, %error, "a process group gets no signal"),
    }
}
