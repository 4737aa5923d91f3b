//! A child process that ends with us.
//!
//! Each child leads a process group of its own, so that Ctrl-C in a terminal reaches it through us
//! and in order. Beside it runs a watcher, a shell that reads a pipe from this process: a word on
//! the pipe is a signal to send, and its end means that this process is gone (also after SIGKILL,
//! when nobody is left to clean up) and sends the child's own stop signal. The watcher has the
//! child's rights, so a child of root is ended this way without asking `sudo` again.

use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::procfs::{POLL, until};
use super::programs::Programs;
use super::record::Record;

/// How long `Drop` waits for a child to end in order before it kills it.
pub(crate) const DROP_GRACE: Duration = Duration::from_secs(10);
/// How long a killed child may take to go.
const KILL_WITHIN: Duration = Duration::from_secs(5);
/// How often somebody who waits for a failure looks for one.
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// How much of the end of a log goes into an error.
const TAIL_LINES: usize = 8;
const TAIL_BYTES: u64 = 4096;

/// Starts the watcher, then becomes the program.
pub(crate) const WATCH: &str = include_str!("watch.sh");

/// What to start.
pub(crate) struct Start {
    /// What it is called in logs, files and messages.
    pub(crate) name: &'static str,
    /// Made by [`watched`], or something that leads to [`WATCH`].
    pub(crate) command: Command,
    /// The signal that asks it to end, as the shell calls it.
    pub(crate) stop: &'static str,
    /// Where its output goes.
    pub(crate) log: PathBuf,
    /// Whether it makes a session of its own; otherwise it gets a process group.
    pub(crate) own_session: bool,
}

/// A running child.
#[derive(Debug)]
pub(crate) struct Child {
    name: &'static str,
    process: std::process::Child,
    stop: &'static str,
    log: PathBuf,
    watcher: Option<ChildStdin>,
    status: Option<ExitStatus>,
}

/// A command that runs the program beside its watcher; the program's arguments are added by the
/// caller.
pub(crate) fn watched(programs: &Programs, stop: &str, program: &Path) -> Command {
    let mut command = programs.command("/bin/sh");
    command.args(["-c", WATCH, "sh", stop]).arg(program);
    command
}

impl Child {
    /// Starts the child and notes it in the record.
    pub(crate) fn start(start: Start, record: &Record) -> anyhow::Result<Self> {
        let mut command = start.command;
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&start.log)
            .with_context(|| format!("failed to open {}", start.log.display()))?;
        command
            .stdin(Stdio::piped())
            .stdout(log.try_clone().context("failed to share a log")?)
            .stderr(log);
        if !start.own_session {
            command.process_group(0);
        }
        let mut process = command
            .spawn()
            .with_context(|| format!("failed to run {}", start.name))?;
        let child = Self {
            name: start.name,
            watcher: process.stdin.take(),
            process,
            stop: start.stop,
            log: start.log,
            status: None,
        };
        record.started(child.name, child.pid().as_raw())?;
        Ok(child)
    }

    /// Its process number, which is that of its group too.
    pub(crate) fn pid(&self) -> Pid {
        // The kernel's limit for process numbers is 2^22.
        Pid::from_raw(i32::try_from(self.process.id()).unwrap_or(i32::MAX))
    }

    /// Its exit status once it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self.process.try_wait().ok().flatten();
            if self.status.is_some() {
                self.tell("done");
                self.watcher = None;
            }
        }
        self.status
    }

    /// Waits until the child is ready. It may end instead, or take too long: both are errors with
    /// the last lines of its log.
    pub(crate) async fn ready<F>(&mut self, within: Duration, is_ready: F) -> anyhow::Result<()>
    where
        F: AsyncFn() -> bool,
    {
        let deadline = Instant::now() + within;
        loop {
            if is_ready().await {
                return Ok(());
            }
            if let Some(status) = self.ended() {
                return Err(self.failure(status));
            }
            if Instant::now() >= deadline {
                return Err(self.failure(format_args!("no answer within {} s", within.as_secs())));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Asks the child to end, and kills it if it has not within `grace`, which is an error.
    pub(crate) async fn stop(mut self, grace: Duration) -> anyhow::Result<()> {
        if self.ended().is_some() {
            return Ok(());
        }
        self.tell(self.stop);
        if until(grace, || self.ended().is_some()).await {
            return Ok(());
        }
        self.kill().await?;
        bail!(
            "{} did not end within {} s and was killed",
            self.name,
            grace.as_secs()
        )
    }

    /// Kills the child with its group and waits for its end.
    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        self.send_kill();
        if until(KILL_WITHIN, || self.ended().is_some()).await {
            return Ok(());
        }
        bail!("{} (process {}) cannot be killed", self.name, self.pid())
    }

    fn send_kill(&mut self) {
        if self.ended().is_none() {
            self.tell("KILL");
            // Fails for a child of root, which has the word on the pipe instead.
            let _ = killpg(self.pid(), Signal::SIGKILL);
        }
    }

    /// Writes a word for the watcher. It fails if the watcher is gone, and then there is nobody to
    /// tell.
    fn tell(&mut self, word: &str) {
        if let Some(watcher) = &mut self.watcher {
            let _ = writeln!(watcher, "{word}");
        }
    }

    fn failure(&self, what: impl Display) -> anyhow::Error {
        let tail = tail(&self.log).unwrap_or_default();
        anyhow!(
            "{}: {what}; the end of {}:\n{tail}",
            self.name,
            self.log.display()
        )
    }
}

impl Drop for Child {
    /// The last resort, and it blocks: whoever could wait has called [`Child::stop`].
    fn drop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        self.tell(self.stop);
        let deadline = Instant::now() + DROP_GRACE;
        while self.ended().is_none() {
            if Instant::now() >= deadline {
                self.send_kill();
                return;
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Waits until one of the children ends, and tells which.
pub(crate) async fn first_to_end(mut children: Vec<&mut Child>) -> anyhow::Error {
    loop {
        for child in &mut children {
            if let Some(status) = child.ended() {
                return child.failure(status);
            }
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> io::Result<String> {
    let mut file = fs::File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    /// How long a child may take to end: more than any machine needs.
    const SOON: Duration = Duration::from_secs(20);

    fn start(dir: &Path, script: &str) -> Child {
        let programs = Programs::new(None);
        let mut command = watched(&programs, "TERM", Path::new("/bin/sh"));
        command.args(["-c", script]);
        let start = Start {
            name: "test",
            command,
            stop: "TERM",
            log: dir.join("log"),
            own_session: false,
        };
        Child::start(start, &Record::open(dir).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn ends_when_nobody_holds_its_pipe() {
        let dir = tempfile::tempdir().unwrap();
        let mut child = start(dir.path(), "exec sleep 600");
        child.watcher = None;
        assert!(until(SOON, || child.ended().is_some()).await);
        assert_eq!(
            child.ended().unwrap().signal(),
            Some(Signal::SIGTERM as i32)
        );
    }

    #[tokio::test]
    async fn is_killed_if_it_does_not_stop() {
        let dir = tempfile::tempdir().unwrap();
        let mut child = start(
            dir.path(),
            "trap '' TERM; echo deaf; while :; do sleep 600; done",
        );
        let log = dir.path().join("log");
        let deaf = async || fs::read_to_string(&log).is_ok_and(|text| text.contains("deaf"));
        child.ready(SOON, deaf).await.unwrap();
        let error = child.stop(Duration::from_millis(100)).await.unwrap_err();
        assert!(error.to_string().contains("was killed"), "{error}");
    }

    #[tokio::test]
    async fn an_early_end_is_told_with_the_last_lines() {
        let dir = tempfile::tempdir().unwrap();
        let mut child = start(dir.path(), "echo first; echo why >&2; exit 3");
        let error = child
            .ready(SOON, async || false)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.ends_with("first\nwhy"), "{error}");
    }
}
