//! Runs a command with the stack up.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use super::Stack;
use super::command::Signals;

/// Ends the command (a process, or a group as a negative number) if we are gone before it: a word on
/// the pipe says that it has ended, the end of the pipe without one that there is nobody left.
const GUARD: &str = r#"read -r word || kill -s TERM -- "$1""#;
/// How long the command may take to end once its stack has broken.
const END_WITHIN: Duration = Duration::from_secs(10);

/// Runs the command and gives its exit code as a shell would: 128 and the number for a signal.
///
/// It inherits this process's environment and finds the stack in `DATABASE_URL`, `REDIS_URL` and,
/// with an engine, `DOCKER_HOST`. SIGTERM, SIGHUP and SIGINT are passed on.
///
/// # Errors
/// The command cannot be run, or a service of the stack ends while it runs; the command is ended
/// then.
pub async fn exec(
    stack: &mut Stack,
    command: &[OsString],
    signals: &mut Signals,
) -> anyhow::Result<u8> {
    let (program, arguments) = command.split_first().context("no command was given")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("DATABASE_URL", stack.database_url())
        .env("REDIS_URL", stack.redis_url())
        .kill_on_drop(true);
    if let Some(host) = stack.docker_host() {
        command.env("DOCKER_HOST", host);
    }
    // In a terminal the command stays in its foreground group, or it could not read from it.
    let group = !std::io::stdin().is_terminal();
    if group {
        command.process_group(0);
    }
    let child = command
        .spawn()
        .with_context(|| format!("failed to run {}", program.display()))?;
    let running = Running::new(child, group)?;
    running.finish(stack, signals).await
}

/// The command while it runs.
struct Running {
    child: Child,
    pid: Pid,
    group: bool,
    guard: Child,
}

impl Running {
    fn new(child: Child, group: bool) -> anyhow::Result<Self> {
        let pid = child.id().context("the command has no process number")?;
        let pid = Pid::from_raw(i32::try_from(pid)?);
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "sh"])
            .arg(format!("{}{pid}", if group { "-" } else { "" }))
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("failed to run a shell")?;
        Ok(Self {
            child,
            pid,
            group,
            guard,
        })
    }

    async fn finish(mut self, stack: &mut Stack, signals: &mut Signals) -> anyhow::Result<u8> {
        loop {
            tokio::select! {
                status = self.child.wait() => {
                    let status = status.context("failed to wait for the command")?;
                    self.finished().await;
                    return Ok(code(status));
                }
                signal = signals.next() => self.pass_on(signal),
                reason = stack.broken() => {
                    self.pass_on(Signal::SIGTERM);
                    let _ = tokio::time::timeout(END_WITHIN, self.child.wait()).await;
                    self.finished().await;
                    return Err(reason);
                }
            }
        }
    }

    /// Sends the guard away, and ends what the command has left in its group: it must not outlive
    /// the stack.
    async fn finished(&mut self) {
        // Both fail if there is nobody left, which is as it should be.
        if let Some(mut pipe) = self.guard.stdin.take() {
            let _ = pipe.write_all(b"done\n").await;
        }
        if self.group {
            let _ = killpg(self.pid, Signal::SIGKILL);
        }
        let _ = self.guard.wait().await;
    }

    fn pass_on(&self, signal: Signal) {
        // It fails if the command has just ended, and then the next turn of the loop says so.
        let _ = match (self.group, signal) {
            (true, _) => killpg(self.pid, signal),
            // Ctrl-C in a terminal has reached the command already.
            (false, Signal::SIGINT) => Ok(()),
            (false, _) => kill(self.pid, signal),
        };
    }
}

/// The exit code as a shell gives it.
fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
