//! `leo-bench launch`: from a submit to the first line of its container at a viewer, beside
//! `docker run` of the same image.
//!
//! A viewer has joined the session before. The two take turns, so that both meet the same engine in
//! the same minutes. The container stays after its line, as a generation does, until it is killed.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use leo_protocol::{Event, EventKind, LogStream};
use leo_tests::{Client, Leo, Mode, Repl};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::docker::{docker, inspect, running};
use crate::table::{Table, percentile, ratio, short};

/// What a container does: its first line, and then it waits to be killed.
const PROMPT: &str = "lines 1; sleep 600000";
/// How long `docker run` may take to print.
const PRINT_WITHIN: Duration = Duration::from_secs(60);
/// How the table is read.
const LEGEND: &str = "\
ms; leo: from before the submit over HTTP until a viewer has the first line, stored before; docker run: until it prints the line
claim: until the viewer knows that a worker has the job; create, copy inputs, start: what Leo's events tell of the launch; rest: else";

/// From submit to the first line of a container.
#[derive(Debug, clap::Args)]
pub(crate) struct LaunchArgs {
    /// How often
    #[arg(long, default_value_t = 20)]
    runs: u32,
}

/// How long one launch by Leo took, in milliseconds.
#[derive(Debug)]
struct Launch {
    total: f64,
    claim: f64,
    /// What the worker tells of, in order.
    steps: Vec<(String, f64)>,
}

/// Measures both and prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) async fn run(args: LaunchArgs) -> anyhow::Result<()> {
    anyhow::ensure!(args.runs > 0, "nothing is measured in no runs");
    let leo = Box::pin(Leo::in_mode(Mode::Docker).start()).await;
    let client = leo.client();
    // The first one of each finds nothing in memory, and does not count.
    let warm = client.submit(PROMPT).await;
    let image = inspect(&running(&leo).await, "{{.Image}}").await?;
    client.cancel(warm.id).await;
    client.ended(warm.id).await;
    alone(&image).await?;
    let (mut launches, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..args.runs {
        leo.cleared().await;
        launches.push(launch(&client).await?);
        runs.push(alone(&image).await?);
    }
    println!("{} runs each, taking turns", args.runs);
    println!("{}\n{LEGEND}", table(&launches, runs));
    Ok(())
}

/// One job, until its first line is at a viewer.
async fn launch(client: &Client) -> anyhow::Result<Launch> {
    let session = client.new_session().await;
    let mut viewer = Repl::viewing(client, session, 0).await;
    let began = Instant::now();
    let watching = async {
        let claimed =
            |event: &Event| matches!(event.kind, Some(EventKind::GenerationStarted { .. }));
        viewer.event(session, "claim", claimed).await;
        let claim = millis(began.elapsed());
        viewer.event(session, "first line", is_line).await;
        (claim, millis(began.elapsed()))
    };
    let (job, (claim, total)) = tokio::join!(client.submit_in(session, PROMPT), watching);
    client.cancel(job.id).await;
    viewer.end(session, job.id).await;
    let events = viewer.transcript(session).events().iter();
    let steps = events.filter_map(|event| match &event.kind {
        // A thousand million milliseconds fit without loss.
        Some(EventKind::Launching { step, duration_ms }) => {
            let ms = u32::try_from(*duration_ms).unwrap_or(u32::MAX);
            Some((step.clone(), f64::from(ms)))
        }
        _ => None,
    });
    let steps: Vec<_> = steps.collect();
    anyhow::ensure!(!steps.is_empty(), "the worker has told of no step");
    Ok(Launch {
        total,
        claim,
        steps,
    })
}

fn is_line(event: &Event) -> bool {
    matches!(&event.kind, Some(EventKind::Log { log }) if log.stream == LogStream::Stdout)
}

/// `docker run` until its first line, in milliseconds.
async fn alone(image: &str) -> anyhow::Result<f64> {
    let name = format!("leo-bench-{}", leo_protocol::JobId::generate());
    let began = Instant::now();
    let mut run = Command::new("docker")
        .args(["run", "--rm", "--network", "none", "--name", &name])
        .args(["--env", &format!("PROMPT={PROMPT}"), image])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("run docker")?;
    let stdout = run.stdout.take().context("docker has no stdout")?;
    let mut line = String::new();
    let mut stdout = BufReader::new(stdout);
    let read = timeout(PRINT_WITHIN, stdout.read_line(&mut line)).await;
    let took = millis(began.elapsed());
    let killed = docker(&["kill", &name]).await;
    read.context("docker run prints nothing")??;
    anyhow::ensure!(line == "line 1\n", "docker run says `{line}`");
    killed?;
    run.wait().await.context("wait for docker run")?;
    Ok(took)
}

fn table(launches: &[Launch], runs: Vec<f64>) -> String {
    let steps = launches.first().map_or(&[][..], |launch| &launch.steps);
    let mut head = vec!["", "p50", "p95", "leo is", "claim p50"];
    head.extend(steps.iter().map(|(step, _)| step.as_str()));
    head.push("rest");
    let mut table = Table::new(1, &head);
    let of = |part: &dyn Fn(&Launch) -> f64| launches.iter().map(part).collect::<Vec<_>>();
    let mut cells = row(
        "leo: submit to first line",
        of(&|launch| launch.total),
        None,
    );
    cells.push(short(median(of(&|launch| launch.claim))));
    for (step, _) in steps {
        cells.push(short(median(of(&|launch| launch.step(step)))));
    }
    cells.push(short(median(of(&Launch::rest))));
    table.row(cells);
    let leo = median(of(&|launch| launch.total));
    table.row(row("docker run --rm --network none", runs, Some(leo)));
    table.render()
}

fn row(what: &str, mut millis: Vec<f64>, leo: Option<f64>) -> Vec<String> {
    millis.sort_by(f64::total_cmp);
    let [p50, p95] = [50, 95].map(|percent| percentile(&millis, percent));
    let leo = leo.map_or_else(|| "-".to_owned(), |leo| ratio(leo, Some(p50)));
    vec![what.to_owned(), short(p50), short(p95), leo]
}

impl Launch {
    /// How long it took, of all steps of that name together.
    fn step(&self, name: &str) -> f64 {
        let steps = self.steps.iter().filter(|(step, _)| step == name);
        steps.map(|(_, millis)| millis).sum()
    }

    /// What is neither the claim nor a step.
    fn rest(&self) -> f64 {
        let steps: f64 = self.steps.iter().map(|(_, millis)| millis).sum();
        self.total - self.claim - steps
    }
}

/// The middle one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    percentile(&values, 50)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
