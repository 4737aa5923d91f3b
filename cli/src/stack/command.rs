//! `leo stack`: the embedded stack on the command line.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use nix::sys::signal::Signal;
use tokio::signal::unix::{self, SignalKind};

use super::image::GeneratorImage;
use super::{DockerConfig, EphemeralDir, Report, Stack, StackConfig, exec};

/// Run something on a private Postgres, Redis and Docker engine
#[derive(Args)]
pub struct StackArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Run a command that finds the stack's addresses in its environment
    Exec(Box<ExecArgs>),
}

#[derive(Args)]
struct ExecArgs {
    /// Where the stack keeps its data, sockets and logs
    #[arg(long, value_name = "DIR", default_value = ".leo")]
    data_dir: PathBuf,
    /// Use a new folder below the data folder, and remove it at the end
    #[arg(long)]
    ephemeral: bool,
    /// Also provide a Docker engine: the machine's where it answers, else a private one
    #[arg(long)]
    docker: bool,
    /// Give a private engine's containers a network
    #[arg(long, requires = "docker")]
    docker_network: bool,
    /// Build the generator's image from this static binary
    #[arg(long, value_name = "FILE", requires = "docker")]
    generator: Option<PathBuf>,
    /// The name of that image
    #[arg(long, env = "DOCKER_IMAGE", default_value = "leo-websocket")]
    image: String,
    /// A Postgres to use instead of a private one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// A Redis to use instead of a private one
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
    /// The Docker engine to use
    #[arg(long, env = "DOCKER_HOST", hide_env_values = true)]
    docker_host: Option<String>,
    /// Where programs are looked for first
    #[arg(long, env = "PATH", hide = true)]
    search_path: Option<OsString>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs `leo stack`; the exit code is that of the command that it runs.
///
/// # Errors
/// The stack does not start or stop, or the command cannot be run.
pub async fn run(args: StackArgs) -> anyhow::Result<ExitCode> {
    let Action::Exec(args) = args.action;
    // Before anything is started, so that no signal finds us without an answer.
    let mut signals = Signals::new()?;
    let report = |line: &str| {
        // There is nowhere to tell that the terminal is gone.
        let _ = writeln!(std::io::stderr(), "leo: {line}");
    };
    let report: &Report<'_> = &report;
    let ephemeral = match args.ephemeral {
        true => Some(EphemeralDir::create(&args.data_dir, args.search_path.clone(), report).await?),
        false => None,
    };
    let code = run_in(*args, ephemeral.as_ref(), report, &mut signals).await;
    if let Some(dir) = ephemeral {
        dir.remove().await?;
    }
    code.map(ExitCode::from)
}

async fn run_in(
    args: ExecArgs,
    ephemeral: Option<&EphemeralDir>,
    report: &Report<'_>,
    signals: &mut Signals,
) -> anyhow::Result<u8> {
    let command = args.command.clone();
    let config = args.config(ephemeral);
    let mut stack = tokio::select! {
        stack = Box::pin(Stack::start(config, report)) => stack?,
        signal = signals.next() => return Ok(code_of(signal)),
    };
    let code = exec(&mut stack, &command, signals).await;
    stack.stop().await?;
    code
}

impl ExecArgs {
    fn config(self, ephemeral: Option<&EphemeralDir>) -> StackConfig {
        let image = self.generator.map(|generator| GeneratorImage {
            name: self.image,
            generator,
        });
        StackConfig {
            data_dir: ephemeral.map_or(self.data_dir, |dir| dir.path().to_path_buf()),
            search_path: self.search_path,
            database_url: self.database_url,
            redis_url: self.redis_url,
            docker: self.docker.then_some(DockerConfig {
                host: self.docker_host,
                network: self.docker_network,
                image,
            }),
        }
    }
}

/// The signals that ask a program to end.
pub struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    hang_up: unix::Signal,
}

impl Signals {
    /// From now on these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The system refuses, or there is no runtime.
    pub fn new() -> anyhow::Result<Self> {
        let on = |kind| unix::signal(kind).context("failed to listen for signals");
        Ok(Self {
            interrupt: on(SignalKind::interrupt())?,
            terminate: on(SignalKind::terminate())?,
            hang_up: on(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one. Safe to drop and call again.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::SIGINT,
            _ = self.terminate.recv() => Signal::SIGTERM,
            _ = self.hang_up.recv() => Signal::SIGHUP,
        }
    }
}

/// The exit code of a process that the signal has ended.
fn code_of(signal: Signal) -> u8 {
    u8::try_from(128 + signal as i32).unwrap_or(1)
}
