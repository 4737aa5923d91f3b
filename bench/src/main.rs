//! `leo-bench`: what Leo does and costs, beside what others do and cost on the same machine in the
//! same run.
//!
//! Absolute figures belong to a machine and an hour; the ratios are what it is for. It also checks
//! that every viewer gets every event once and that every job runs once, and fails where Leo does not
//! hold that.
//!
//! It stands on the harness of the tests: `make bench` sets `DATABASE_URL`, `REDIS_URL`,
//! `DOCKER_HOST` and the rest.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod clock;
mod docker;
mod format;
mod launch;
mod logs;
mod procfs;
mod queue;
mod relay;
mod sidecar;
mod stream;
mod table;
mod viewers;

/// What Leo does and costs, beside others.
#[derive(Debug, Parser)]
#[command(name = "leo-bench")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Viewers of one session: delivery, latency, CPU and memory
    Stream(stream::StreamArgs),
    /// A container that prints as fast as it can
    Logs(logs::LogsArgs),
    /// Jobs: from submit to claim, and how many are drained in a second
    Queue(queue::QueueArgs),
    /// From submit to the first line of a container
    Launch(launch::LaunchArgs),
    /// Files out of answers of models
    Format(format::FormatArgs),
    /// The floor that `stream` measures beside Leo
    #[command(hide = true)]
    Relay(relay::RelayArgs),
}

#[tokio::main]
#[expect(
    clippy::print_stderr,
    reason = "a command line tool tells its user why it fails"
)]
async fn main() -> ExitCode {
    let done = match Arguments::parse().what {
        What::Stream(args) => or_signal(stream::run(args)).await,
        What::Logs(args) => or_signal(logs::run(args)).await,
        What::Queue(args) => or_signal(queue::run(args)).await,
        What::Launch(args) => or_signal(Box::pin(launch::run(args))).await,
        What::Format(args) => format::run(&args),
        What::Relay(args) => relay::run(args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("leo-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does it unless a signal ends it before; all servers are stopped either way.
async fn or_signal(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let signal = leo_common::shutdown::on_signal()?;
    let work = Box::pin(work);
    signal
        .run_until_cancelled(work)
        .await
        .unwrap_or_else(|| Err(anyhow::anyhow!("ended by a signal")))
}
