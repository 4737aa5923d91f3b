//! `leo-bench stream`: viewers of one session, of Leo and of others.
//!
//! For each number of viewers, and for events one by one and in batches, the same is done with
//! Leo's API, with the bare relay and with Socket.IO, each in a fresh process: see [`trial`].

use anyhow::bail;
use leo_tests::Mode;

use crate::procfs;

mod report;
mod servers;
mod trial;
mod writer;

use report::Report;
use servers::{Kind, Served};
use trial::Plan;

/// Viewers of one session: delivery, latency, CPU and memory.
#[derive(Debug, clap::Args)]
pub(crate) struct StreamArgs {
    /// How many viewers; several numbers are tried one after another
    #[arg(long, value_delimiter = ',', default_value = "100,1000,5000")]
    viewers: Vec<usize>,
    /// How long each trial is idle, and then how long it is written at a steady rate
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How much is delivered as fast as it goes, to all viewers together
    #[arg(long, value_name = "EVENTS", default_value_t = 1_000_000)]
    flood: u64,
    /// Leave Socket.IO out, which needs node and an `npm ci` in bench/peers/socketio
    #[arg(long)]
    no_peers: bool,
}

/// How events reach a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A frame each.
    Event,
    /// As many in a frame as were written at once.
    Batch,
}

impl Unit {
    /// For the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Batch => "batch",
        }
    }
}

/// Measures everything and prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) async fn run(args: StreamArgs) -> anyhow::Result<()> {
    let files = procfs::raise_file_limit()?;
    println!("a process may have {files} files open");
    let mut report = Report::default();
    for &viewers in &args.viewers {
        for unit in [Unit::Event, Unit::Batch] {
            for kind in Kind::ALL {
                if kind == Kind::SocketIo && args.no_peers {
                    continue;
                }
                let plan = Plan::new(viewers, args.seconds, args.flood);
                // Its end proves that the processes of Leo have not panicked.
                let leo = leo_tests::Leo::in_mode(Mode::Process)
                    .workers(0)
                    .start()
                    .await;
                let served = Served::start(kind, unit, leo).await?;
                let figures = Box::pin(trial::run(served, &plan)).await?;
                println!("{}", report.add(viewers, unit, kind, figures));
            }
        }
    }
    println!("\n{}", report.table());
    let bad = report.broken_promises();
    if bad > 0 {
        bail!("Leo has lost or doubled {bad} events");
    }
    Ok(())
}
