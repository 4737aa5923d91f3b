//! `leo-bench logs`: how fast the lines of a container reach a viewer, beside `docker logs -f`.
//!
//! 1. A job prints all lines and then waits. Leo's worker follows its container, stores the lines,
//!    and a viewer is sent them: until the last one is there, and stored, for it is sent only then.
//! 2. `docker logs -f` of the same container, from the first line to the last one. It reads what
//!    has been printed before, which is the easier half of the task.
//! 3. `docker logs -f` of a container of its own that prints the same meanwhile: Leo's task without
//!    the storing.
//!
//! 1 and 3 are timed from the container's start by the engine's clock, which is this machine's.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use leo_tests::client::metrics::{of_worker, value};
use leo_tests::{Leo, Mode};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::{Instant, timeout};

use crate::clock;
use crate::docker::{docker, inspect, running};
use crate::procfs;
use crate::table::{Table, ratio, short};
use crate::viewers::{Script, Viewers};

/// How long a container stays when it has printed everything, in milliseconds.
const STAY: u64 = 600_000;
/// More than what is printed, in bytes: Leo is not to cut it off.
const OUTPUT_LIMIT: u64 = 4 << 30;
/// How long `docker logs` may take.
const FOLLOW_WITHIN: Duration = Duration::from_secs(300);
/// The buffer that `docker logs` is read into, in bytes.
const BUFFER: usize = 256 << 10;

/// A container that prints as fast as it can.
#[derive(Debug, clap::Args)]
pub(crate) struct LogsArgs {
    /// How many lines
    #[arg(long, default_value_t = 1_000_000)]
    lines: u64,
    /// The length of a line, in bytes
    #[arg(long, default_value_t = 100)]
    bytes: u64,
}

/// How long it took.
struct Timed {
    what: &'static str,
    took: Duration,
}

/// Measures all three and prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) async fn run(args: LogsArgs) -> anyhow::Result<()> {
    let limit = OUTPUT_LIMIT.to_string();
    let builder = Leo::in_mode(Mode::Docker)
        .set("OUTPUT_LIMIT", &limit)
        .set("LEO_METRICS_BIND", "127.0.0.1:0");
    let mut leo = Box::pin(builder.start()).await;
    let client = leo.client();
    let session = client.new_session().await;
    let script = Script::Leo {
        session,
        after: Some(0),
        batch: true,
    };
    let address = client.base().trim_start_matches("http://").parse()?;
    let viewer = Viewers::connect(1, address, script, 1).await?;

    let print = format!("wide {} {}", args.lines, args.bytes);
    let job = client
        .submit_in(session, &format!("{print}; sleep {STAY}"))
        .await;
    let container = running(&leo).await;
    viewer.all_got(args.lines).await?;
    let (lost, doubled) = (viewer.lost(args.lines)?, viewer.board().doubled());
    let since_latest = Duration::from_nanos(clock::nanos() - viewer.board().latest());
    let followed = since(started_at(&container).await?)?.saturating_sub(since_latest);
    let mut timed = vec![Timed {
        what: "leo: stored and at a viewer",
        took: followed,
    }];
    let cpu = [leo.worker(0).pid(), leo.api(0).pid()].map(procfs::cpu);
    let [worker_cpu, api_cpu] = cpu;
    let way = way(&client.metrics().await, &worker_metrics(&mut leo).await?);

    let again = Instant::now();
    follow(&container, args.lines).await?;
    timed.push(Timed {
        what: "docker logs -f, same container, afterwards",
        took: again.elapsed(),
    });
    let image = inspect(&container, "{{.Image}}").await?;
    client.cancel(job.id).await;
    client.ended(job.id).await;
    timed.push(alone(&image, &print, args.lines).await?);

    println!("{} lines of {} bytes", args.lines, args.bytes);
    println!("{}", table(&timed, args.lines));
    let (worker_cpu, api_cpu) = (worker_cpu?.as_secs_f64(), api_cpu?.as_secs_f64());
    println!(
        "CPU s: leo-worker {worker_cpu:.2}, leo-api {api_cpu:.2}; lost {lost}, doubled {doubled}"
    );
    println!("{way}");
    if lost + doubled > 0 {
        bail!("Leo has lost {lost} lines and doubled {doubled}");
    }
    Ok(())
}

async fn worker_metrics(leo: &mut Leo) -> anyhow::Result<String> {
    let worker = of_worker(&leo.worker(0).log()).context("the worker serves no metrics")?;
    Ok(worker.metrics().await)
}

/// Where the lines came by, and how long the store took for them.
fn way(api: &str, worker: &str) -> String {
    let of = |text: &str, series: &str| value(text, series).unwrap_or(f64::NAN);
    format!(
        "statements that store: {} in {:.2} s; bursts that were not in memory: {}, pages read: {}",
        of(worker, "leo_append_seconds_count"),
        of(worker, "leo_append_seconds_sum"),
        of(api, "leo_stream_ring_misses_total"),
        of(api, "leo_stream_pages_total"),
    )
}

fn table(timed: &[Timed], lines: u64) -> String {
    let mut table = Table::new(1, &["", "seconds", "lines/s", "leo is"]);
    let leo = timed.first().map(|leo| leo.took.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let lines = lines as f64;
    for (place, timed) in timed.iter().enumerate() {
        let took = timed.took.as_secs_f64();
        let leo = leo.filter(|_| place > 0);
        let speed = short(lines / took);
        table.row(vec![
            timed.what.to_owned(),
            short(took),
            speed,
            ratio(took, leo),
        ]);
    }
    table.render()
}

/// A container that prints while `docker logs -f` follows, and nobody else.
async fn alone(image: &str, print: &str, lines: u64) -> anyhow::Result<Timed> {
    // It stays: of a container that ends, `docker logs -f` sometimes leaves the last lines out.
    let prompt = format!("PROMPT={print}; sleep {STAY}");
    let run = [
        "run",
        "--detach",
        "--network",
        "none",
        "--log-driver",
        "json-file",
    ];
    let container = docker(&[&run[..], &["--env", &prompt, image]].concat()).await?;
    let followed = follow(&container, lines).await;
    let took = since(started_at(&container).await?);
    docker(&["rm", "--force", &container]).await?;
    followed?;
    Ok(Timed {
        what: "docker logs -f, a container of its own, live",
        took: took?,
    })
}

/// Reads a container's lines until the last one.
async fn follow(container: &str, lines: u64) -> anyhow::Result<()> {
    let mut docker = Command::new("docker")
        .args(["logs", "--follow", container])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("run docker")?;
    let stdout = docker.stdout.take().context("docker has no stdout")?;
    let reading = count(BufReader::with_capacity(BUFFER, stdout), lines);
    timeout(FOLLOW_WITHIN, reading)
        .await
        .context("docker logs takes too long")?
}

/// Reads so many numbered lines.
async fn count(mut output: impl AsyncBufRead + Unpin, lines: u64) -> anyhow::Result<()> {
    let mut line = Vec::new();
    for number in 1..=lines {
        line.clear();
        output.read_until(b'\n', &mut line).await?;
        if !line.starts_with(format!("#{number}:").as_bytes()) {
            bail!(
                "line {number} is missing: {}",
                String::from_utf8_lossy(&line)
            );
        }
    }
    Ok(())
}

async fn started_at(container: &str) -> anyhow::Result<DateTime<Utc>> {
    let at = inspect(container, "{{.State.StartedAt}}").await?;
    at.parse().with_context(|| format!("`{at}` is no time"))
}

fn since(moment: DateTime<Utc>) -> anyhow::Result<Duration> {
    (Utc::now() - moment)
        .to_std()
        .context("the engine's clock is ahead")
}
