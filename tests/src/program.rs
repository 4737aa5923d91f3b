//! A child process with a log.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::wait::wait_for;

/// Reads a pipe: a word says that the program has ended, the end of the pipe without one that the
/// test is gone.
const GUARD: &str = r#"read -r word || kill -s TERM -- "-$1""#;

/// Added to the number of the signal that has ended a program, as shells do.
const SIGNAL_BASE: i32 = 128;

/// A running program in a process group of its own, which is killed when this is dropped,
/// and asked to end where the whole test process is killed.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    guard: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it with its output in a file of that name in `logs`; a second one of the same name
    /// goes on in the same file.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(name: &str, mut command: Command, logs: &Path) -> Self {
        let log = logs.join(format!("{name}.log"));
        let file = open(&log);
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("share a log"))
            .stderr(file)
            .process_group(0);
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("start {command:?}: {error}"));
        Self {
            name: name.to_owned(),
            guard: guard(&child),
            child,
            log,
        }
    }

    /// What it is called in this test.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    ///
    /// # Panics
    /// When its log cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        let bytes = fs::read(&self.log).expect("read a log");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether it runs.
    ///
    /// # Panics
    /// When the system cannot tell.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("look at a child").is_none()
    }

    /// How it has ended, if it has; 128 and its number after a signal.
    ///
    /// # Panics
    /// When the system cannot tell.
    pub fn exit_code(&mut self) -> Option<i32> {
        let status = self.child.try_wait().expect("look at a child")?;
        let signal = || status.signal().map(|signal| SIGNAL_BASE + signal);
        status.code().or_else(signal)
    }

    /// Asks it to end, as a deploy does, and waits for that.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        let what = format!("end of {} after SIGTERM", self.name);
        wait_for(&what, async || {
            self.child.try_wait().expect("look at a child")
        })
        .await
    }

    /// Kills it without a chance to do anything.
    ///
    /// # Panics
    /// When the system cannot tell that it has ended.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        self.child.wait().expect("wait for a killed child");
    }

    /// Sends a signal to its process group.
    pub fn signal(&self, signal: Signal) {
        // It fails where nobody is left, and that is for the caller to find out.
        let _ = i32::try_from(self.child.id()).map(|pid| killpg(Pid::from_raw(pid), signal));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            self.signal(Signal::SIGKILL);
            let _ = self.child.wait();
        }
        // The group's number may belong to another one soon.
        if let Some(mut pipe) = self.guard.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.guard.wait();
    }
}

/// Ends the program where this process is killed and drops nothing, as by Ctrl-C.
fn guard(child: &Child) -> Child {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", GUARD, "sh", &child.id().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    shell.spawn().expect("start a shell")
}

fn open(log: &Path) -> File {
    let file = OpenOptions::new().create(true).append(true).open(log);
    file.unwrap_or_else(|error| panic!("open {}: {error}", log.display()))
}
