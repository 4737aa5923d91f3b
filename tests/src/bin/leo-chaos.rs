//! `leo-chaos`: runs an installation of Leo under faults for as long as one likes.
//!
//! Exits with 1 where a figure is bad that has to be zero. It builds what it needs, and starts
//! itself again with that; `stream` inside `leo stack exec` where no Postgres is given.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use leo_tests::chaos::{Options, Report, Sabotage, fleet, programs, stream};
use tokio::signal::unix::{SignalKind, signal};

/// The generator of the jobs.
const GENERATOR: &str = "mini-generator";
/// The setting that says where it is.
const MINI_GENERATOR: &str = "LEO_MINI_GENERATOR";
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
    /// No job is lost, none runs twice at the same time
    Fleet(FleetArgs),
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
    #[arg(long, env = MINI_GENERATOR)]
    mini_generator: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct FleetArgs {
    /// How long things go wrong
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the faults come from; another one each time where it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// What is multiplied: the lease of 30 s, the 120 s until a host is lost, and the pauses of 60 s
    #[arg(long, default_value_t = 1.0, value_parser = scale)]
    scale: f64,
    /// API processes
    #[arg(long, default_value_t = 2, value_parser = at_least_one)]
    apis: usize,
    /// Workers that run plain processes
    #[arg(long, default_value_t = 3, value_parser = at_least_one)]
    workers: usize,
    /// Workers that run containers on a private Docker engine; none for no engine
    #[arg(long, default_value_t = 2)]
    container_workers: usize,
    /// Users who submit jobs
    #[arg(long, default_value_t = 12)]
    users: usize,
    /// Only this kind of fault; may be given several times
    #[arg(long, value_name = "FAULT")]
    only: Vec<fleet::Kind>,
    /// Where the logs of Leo's processes are kept when something was bad
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// The generator of the jobs, linked statically; built if absent
    #[arg(long, env = MINI_GENERATOR)]
    mini_generator: Option<PathBuf>,
}

fn sabotage(name: &str) -> Result<Sabotage, String> {
    match name {
        "gap-check" => Ok(Sabotage::GapCheck),
        "position-check" => Ok(Sabotage::PositionCheck),
        _ => Err("there is `gap-check` and `position-check`".to_owned()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let fits = number.filter(|number| (0.05..=10.0).contains(number));
    fits.ok_or_else(|| "a number from 0.05 to 10 is expected".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok();
    let fits = number.filter(|number| *number > 0);
    fits.ok_or_else(|| "a number from 1 on is expected".to_owned())
}

fn main() -> ExitCode {
    match Chaos::parse().action {
        Action::Stream(args) if args.database_url.is_none() || args.mini_generator.is_none() => {
            say("building");
            programs::build();
            if args.sabotage == Some(Sabotage::GapCheck) {
                programs::build_sabotaged();
            }
            let mut command = Command::new(programs::program("leo"));
            command
                .args(["stack", "exec", "--ephemeral", "--"])
                .arg(programs::program("leo-chaos"));
            again(command, programs::program(GENERATOR).into())
        }
        Action::Stream(args) => run_stream(args),
        Action::Fleet(args) if args.mini_generator.is_none() => {
            say("building");
            programs::build();
            let generator = programs::build_static_generator();
            again(
                Command::new(programs::program("leo-chaos")),
                generator.into(),
            )
        }
        Action::Fleet(args) => run_fleet(args),
    }
}

/// Starts this program again, as `command` begins.
fn again(mut command: Command, generator: OsString) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    command
        .args(std::env::args_os().skip(1))
        .env(MINI_GENERATOR, generator);
    let error = command.exec();
    say(&format!("leo-chaos: run {command:?}: {error}"));
    ExitCode::FAILURE
}

#[tokio::main]
async fn run_stream(args: StreamArgs) -> ExitCode {
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
        report = stream::run(&options) => end(&report, Report::is_good(&report)),
        // Dropping the run ends everything that it has started.
        () = interrupted() => ExitCode::from(INTERRUPTED),
    }
}

#[tokio::main]
async fn run_fleet(args: FleetArgs) -> ExitCode {
    let options = fleet::Options {
        seed: args.seed.unwrap_or_else(rand::random),
        length: Duration::from_secs(args.seconds),
        scale: args.scale,
        apis: args.apis,
        workers: args.workers,
        container_workers: args.container_workers,
        users: args.users,
        only: args.only,
        logs: args.logs,
        tell: say,
    };
    tokio::select! {
        report = fleet::run(&options) => end(&report, report.is_good()),
        () = interrupted() => ExitCode::from(INTERRUPTED),
    }
}

fn end(report: &dyn std::fmt::Display, good: bool) -> ExitCode {
    say(&format!("\n{report}"));
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
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
