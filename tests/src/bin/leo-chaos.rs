//! `leo-chaos`: runs an installation of Leo under faults for as long as one likes.
//!
//! Exits with 1 where a figure is bad that has to be zero. It builds what it needs, and starts
//! itself again inside `leo stack exec` where no Postgres is given.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use leo_tests::chaos::{Options, Report, Sabotage, programs, stream};
use tokio::signal::unix::{SignalKind, signal};

/// The generator of the jobs.
const GENERATOR: &str = "mini-generator";
/// What a shell says of a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// Leo under faults that are drawn from a seed
#[derive(Debug, Parser)]
#[command(name = "leo-chaos")]
struct Chaos {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every viewer gets every event once and in order
    Stream(StreamArgs),
}

#[derive(Debug, Args)]
struct StreamArgs {
    /// How long things go wrong
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Where the faults come from; another one each time where it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// Viewers, of all kinds in turn
    #[arg(long, default_value_t = 48)]
    viewers: usize,
    /// Jobs, in four sessions
    #[arg(long, default_value_t = 8)]
    jobs: usize,
    /// Leave a check out of Leo, which must be noticed: `gap-check` or `position-check`
    #[arg(long, value_parser = sabotage)]
    sabotage: Option<Sabotage>,
    /// Where the logs of Leo's processes are kept when something was bad
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// A Postgres on which databases may be made; a private one if absent
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The generator of the jobs; built if absent
    #[arg(long, env = "LEO_MINI_GENERATOR")]
    mini_generator: Option<PathBuf>,
}

fn sabotage(name: &str) -> Result<Sabotage, String> {
    match name {
        "gap-check" => Ok(Sabotage::GapCheck),
        "position-check" => Ok(Sabotage::PositionCheck),
        _ => Err("there is `gap-check` and `position-check`".to_owned()),
    }
}

fn main() -> ExitCode {
    let Action::Stream(args) = Chaos::parse().action;
    if args.database_url.is_none() || args.mini_generator.is_none() {
        return again(args.sabotage);
    }
    run(args)
}

/// Builds everything and starts this program again with private servers.
fn again(sabotage: Option<Sabotage>) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    say("building");
    programs::build();
    if sabotage == Some(Sabotage::GapCheck) {
        programs::build_sabotaged();
    }
    let mut command = Command::new(programs::program("leo"));
    command
        .args(["stack", "exec", "--ephemeral", "--"])
        .arg(programs::program("leo-chaos"))
        .args(std::env::args_os().skip(1))
        .env("LEO_MINI_GENERATOR", programs::program(GENERATOR));
    let error = command.exec();
    say(&format!("leo-chaos: run {command:?}: {error}"));
    ExitCode::FAILURE
}

#[tokio::main]
async fn run(args: StreamArgs) -> ExitCode {
    let options = Options {
        seed: args.seed.unwrap_or_else(rand::random),
        length: Duration::from_secs(args.seconds),
        viewers: args.viewers,
        jobs: args.jobs,
        sabotage: args.sabotage,
        logs: args.logs,
        tell: say,
    };
    tokio::select! {
        report = stream::run(&options) => {
            say(&format!("\n{report}"));
            if Report::is_good(&report) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        // Dropping the run ends everything that it has started.
        () = interrupted() => ExitCode::from(INTERRUPTED),
    }
}

async fn interrupted() {
    let mut terminate = signal(SignalKind::terminate()).expect("listen for signals");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn say(line: &str) {
    // There is nowhere to tell that the terminal is gone.
    let _ = writeln!(std::io::stdout(), "{line}");
}
