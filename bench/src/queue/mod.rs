//! `leo-bench queue`: jobs through Leo's queue, and through those of others.
//!
//! Of each are taken, on an empty queue and beside a backlog of one user: the time from submit to
//! claim, idle and under load, and the jobs drained in a second by an executor that does nothing.
//! All use the same Postgres; each trial has a database and a Redis of its own, and those beside a
//! backlog share the one that holds it.
//!
//! What cannot be measured of others is a row that says why; Leo's own figures have to be there.

use std::path::PathBuf;
use std::time::Duration;

use leo_tests::config;

use contender::{Contender, Maker};
use figures::Figures;
use plan::{Arrivals, Plan, SLOTS};
use report::Report;

mod contender;
mod figures;
mod leo;
mod peer;
mod plan;
mod redis;
mod report;

/// The part of a drain that does not count is one so many'th.
const SKIP: u32 = 10;
/// The programs of the others, below the repository's root.
const PEERS: &str = "bench/peers/queues";

/// Jobs: from submit to claim, and how many are drained in a second.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct QueueArgs {
    /// How many jobs are submitted to an idle queue
    #[arg(long, value_name = "JOBS", default_value_t = 150)]
    idle: u32,
    /// How many of these in a second
    #[arg(long, value_name = "RATE", default_value_t = 30.0)]
    idle_rate: f64,
    /// How many jobs are submitted under load
    #[arg(long, value_name = "JOBS", default_value_t = 1500)]
    load: u32,
    /// How many of these in a second
    #[arg(long, value_name = "RATE", default_value_t = 250.0)]
    load_rate: f64,
    /// How many jobs are drained
    #[arg(long, value_name = "JOBS", default_value_t = 10_000)]
    drain: u32,
    /// How long a drain may take
    #[arg(long, value_name = "SECONDS", default_value_t = 8)]
    drain_seconds: u64,
    /// Queued jobs of one user, beside which all is measured again; 0: it is not
    #[arg(long, value_name = "JOBS", default_value_t = 1_000_000)]
    backlog: u32,
    /// Leave the others out, which need node and an `npm ci` in their folder
    #[arg(long)]
    no_peers: bool,
    /// Their folder, if not bench/peers/queues
    #[arg(long, value_name = "FOLDER")]
    peers: Option<PathBuf>,
}

impl QueueArgs {
    fn plan(&self) -> Plan {
        Plan {
            idle: Arrivals {
                count: self.idle,
                rate: self.idle_rate,
            },
            load: Arrivals {
                count: self.load,
                rate: self.load_rate,
            },
            drain: self.drain,
            skip: self.drain / SKIP,
            drain_within: Duration::from_secs(self.drain_seconds),
            peers: self
                .peers
                .clone()
                .unwrap_or_else(|| config::repository().join(PEERS)),
        }
    }
}

/// Measures everything and prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) async fn run(args: QueueArgs) -> anyhow::Result<()> {
    let plan = args.plan();
    let mut report = Report::default();
    let backlogs = [Some(0), Some(args.backlog).filter(|jobs| *jobs > 0)];
    for backlog in backlogs.into_iter().flatten() {
        for maker in Maker::ALL {
            if maker == Maker::Leo {
                for row in Box::pin(of_leo(backlog, &plan)).await? {
                    println!(
                        "{}",
                        report.add(backlog, row.contender, row.fill, Ok(row.figures))
                    );
                }
            } else if !args.no_peers {
                for (contender, row) in of_others(maker, backlog, &plan).await {
                    let (fill, figures) = match row {
                        Ok(row) => (row.fill, Ok(row.figures)),
                        Err(error) => (None, Err(format!("{error:#}"))),
                    };
                    println!("{}", report.add(backlog, contender, fill, figures));
                }
            }
        }
    }
    println!("\n{}", report.table());
    Ok(())
}

/// What was measured of a contender.
struct Measured {
    contender: Contender,
    fill: Option<f64>,
    figures: Figures,
}

async fn of_leo(backlog: u32, plan: &Plan) -> anyhow::Result<Vec<Measured>> {
    let mut rows = Vec::new();
    let mut ground = leo::Ground::new().await;
    let fill = match backlog {
        0 => None,
        jobs => Some(ground.fill_one(jobs).await),
    };
    for &contender in Maker::Leo.contenders() {
        let (idle, load) = ground.latency(contender, plan).await?;
        rows.push(Measured {
            contender,
            fill,
            figures: Figures {
                idle: Some(idle),
                load: Some(load),
                drained: Vec::new(),
            },
        });
    }
    for row in rows.iter_mut().filter(|row| row.contender.drains()) {
        for slots in SLOTS {
            if backlog == 0 {
                ground = leo::Ground::new().await;
                ground.fill_many(plan.drain).await;
            }
            row.figures.drained.push(ground.drain(slots, plan).await?);
        }
    }
    Ok(rows)
}

/// Every contender of a maker, and what was measured of it.
async fn of_others(
    maker: Maker,
    backlog: u32,
    plan: &Plan,
) -> Vec<(Contender, anyhow::Result<Measured>)> {
    let contenders = maker.contenders().iter().copied();
    let mut rows = Vec::new();
    if backlog == 0 {
        for contender in contenders {
            rows.push((contender, on_empty(maker, contender, plan).await));
        }
        return rows;
    }
    // A million jobs in a file that is synced each second would show the disk.
    let contenders: Vec<_> = contenders
        .filter(|contender| !contender.appends())
        .collect();
    match Box::pin(beside(maker, &contenders, backlog, plan)).await {
        Ok(measured) => {
            rows.extend(measured.into_iter().map(|row| (row.contender, Ok(row))));
        }
        Err(error) => {
            let why = format!("{error:#}");
            let rest = contenders.into_iter();
            rows.extend(rest.map(|contender| (contender, Err(anyhow::anyhow!(why.clone())))));
        }
    }
    rows
}

/// A fresh server for each trial.
async fn on_empty(maker: Maker, contender: Contender, plan: &Plan) -> anyhow::Result<Measured> {
    let ground = peer::Ground::new(maker, contender.appends(), &plan.peers).await?;
    let (idle, load) = ground.latency(contender, plan).await?;
    let mut drained = Vec::new();
    for slots in SLOTS {
        let mut ground = peer::Ground::new(maker, contender.appends(), &plan.peers).await?;
        ground.fill(plan.drain, false).await?;
        drained.push(ground.drain(contender, slots, plan).await?);
    }
    Ok(Measured {
        contender,
        fill: None,
        figures: Figures {
            idle: Some(idle),
            load: Some(load),
            drained,
        },
    })
}

/// The same backlog for all ways of a maker.
async fn beside(
    maker: Maker,
    contenders: &[Contender],
    backlog: u32,
    plan: &Plan,
) -> anyhow::Result<Vec<Measured>> {
    let mut ground = peer::Ground::new(maker, false, &plan.peers).await?;
    let mut rows = Vec::new();
    // Jobs of a named queue run one after the other, which is no drain.
    let grouped = maker == Maker::Graphile;
    let fill = ground.fill(backlog, grouped).await?;
    for &contender in contenders {
        let (idle, load) = ground.latency(contender, plan).await?;
        rows.push(Measured {
            contender,
            fill: Some(fill),
            figures: Figures {
                idle: Some(idle),
                load: Some(load),
                drained: Vec::new(),
            },
        });
    }
    if grouped {
        ground = peer::Ground::new(maker, false, &plan.peers).await?;
        ground.fill(backlog, false).await?;
    }
    for row in &mut rows {
        for slots in SLOTS {
            let rate = ground.drain(row.contender, slots, plan).await?;
            row.figures.drained.push(rate);
        }
    }
    Ok(rows)
}
