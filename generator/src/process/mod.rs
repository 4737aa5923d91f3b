//! Running a program in the container: what it prints is told as it comes, and nothing of it outlives
//! the run.
//!
//! A program is started by its path with a list of arguments, never by a shell; its environment is what
//! the caller gives and nothing else, so that no key of a model and no token reaches it. It has a
//! process group of its own, which is ended as a whole: at the time limit, when the run is stopped, and
//! when the program has left something behind. What makes itself a group of its own (a daemon) is left to
//! the container's end. Whatever was printed is told as lines of the log, so it can never be taken for
//! an event.

use std::ffi::OsString;
use std::future::{Future, pending};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use leo_protocol::EventKind;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use crate::error::Error;
use crate::run::Run;

mod ansi;
mod group;
mod lines;
mod output;

pub(crate) use ansi::plain;
use group::Group;
use output::Output;

/// How long a program that is asked to end may take.
const GRACE: Duration = Duration::from_millis(800);
/// How long what a program has printed may take to arrive after its end; a child that it has left behind
/// may hold the pipe open for ever.
const DRAIN: Duration = Duration::from_millis(300);
/// The exit code that is told of a program that was ended at its time limit; `timeout` of coreutils uses
/// the same.
const TOO_LONG: i32 = 124;
/// Added to a signal's number, as shells do.
const SIGNAL_BASE: i32 = 128;

/// A program to run.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// What people and events call it.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// Its whole environment.
    pub(crate) environment: Vec<(&'static str, OsString)>,
    /// The longest that it may take.
    pub(crate) limit: Duration,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It took longer than it may.
    TooLong,
}

impl Exit {
    /// The code that is told.
    const fn code(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => SIGNAL_BASE + signal,
            Self::TooLong => TOO_LONG,
        }
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

/// What became of a program.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How it ended.
    pub(crate) exit: Exit,
    /// The last lines that it printed, without colours: what a model is shown.
    pub(crate) tail: String,
}

impl Outcome {
    /// Whether it ended by itself and well.
    pub(crate) fn is_success(&self) -> bool {
        self.exit == Exit::Code(0)
    }
}

/// Runs a program to its end.
pub(crate) async fn run(run: &Run<'_>, command: &Command) -> Result<Outcome, Error> {
    let (_, outcome) = run_until(run, command, pending::<()>()).await?;
    Ok(outcome)
}

/// Runs a program until it ends or until `enough` is there, and gives that; then the program is ended.
pub(crate) async fn run_until<T>(
    run: &Run<'_>,
    command: &Command,
    enough: impl Future<Output = T>,
) -> Result<(Option<T>, Outcome), Error> {
    let name = command.name.clone();
    run.event(&EventKind::SubprocessStart { name: name.clone() })?;
    let started = Instant::now();
    let mut child = spawn(command)?;
    // Dropped with this function, wherever it is left.
    let group = Group::of(&child);
    let mut output = Output::new(child.stdout.take(), child.stderr.take());
    let doing = format!("running {name}");
    let working = work(run, command, &mut child, &group, &mut output, enough);
    let (reached, exit) = run.during(&doing, working).await??;
    drop(group);
    let tail = output.finish(run)?;
    run.event(&EventKind::SubprocessComplete {
        name,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        exit_code: exit.code(),
    })?;
    Ok((reached, Outcome { exit, tail }))
}

fn spawn(command: &Command) -> Result<Child, Error> {
    tokio::process::Command::new(&command.program)
        .args(&command.arguments)
        .current_dir(&command.folder)
        .env_clear()
        .envs(
            command
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| Error::Io {
            what: format!("start {}", command.name),
            source,
        })
}

async fn work<T>(
    run: &Run<'_>,
    command: &Command,
    child: &mut Child,
    group: &Group,
    output: &mut Output,
    enough: impl Future<Output = T>,
) -> Result<(Option<T>, Exit), Error> {
    let ended = {
        let mut ending = pin!(ending(command, child, enough));
        loop {
            tokio::select! {
                line = output.next(), if !output.has_ended() => {
                    line.map_or(Ok(()), |line| output.tell(run, &line))?;
                }
                ended = &mut ending => break ended?,
            }
        }
    };
    let ended = match ended {
        (reached, Some(exit)) => (reached, exit),
        (reached @ Some(_), None) => (reached, ask(child, group).await?),
        (None, None) => (None, Exit::TooLong),
    };
    let rest = async {
        while let Some(line) = output.next().await {
            output.tell(run, &line)?;
        }
        Ok::<(), Error>(())
    };
    timeout(DRAIN, rest).await.unwrap_or(Ok(()))?;
    Ok(ended)
}

/// Waits for the first of three things: the program's end, what is waited for, and the time limit.
async fn ending<T>(
    command: &Command,
    child: &mut Child,
    enough: impl Future<Output = T>,
) -> Result<(Option<T>, Option<Exit>), Error> {
    tokio::select! {
        biased;
        status = child.wait() => Ok((None, Some(status.map_err(lost)?.into()))),
        reached = enough => Ok((Some(reached), None)),
        () = sleep(command.limit) => Ok((None, None)),
    }
}

/// Asks a program to end, which it need not do: in the end its whole group is killed.
async fn ask(child: &mut Child, group: &Group) -> Result<Exit, Error> {
    group.ask();
    match timeout(GRACE, child.wait()).await {
        Ok(status) => Ok(status.map_err(lost)?.into()),
        Err(_) => {
            group.kill();
            Ok(child.wait().await.map_err(lost)?.into())
        }
    }
}

fn lost(source: std::io::Error) -> Error {
    Error::Io {
        what: "wait for a program's end".to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests;
