//! `leo fleet`: the workers, what each runs, and what waits; and draining.

use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::WorkerId;
use leo_protocol::http::{Fleet, FleetWorker, QueueDepth};

use super::jobs::between;
use crate::args::{FleetAction, FleetArgs};
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::{Palette, Tone};
use crate::render::table::Table;
use crate::render::words::{count, span};

/// How often `--wait` looks.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) async fn run(server: &Server, args: FleetArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    match args.action {
        None => show(&client, &screen, args.json).await?,
        Some(FleetAction::Drain { worker, wait }) => drain(&client, &screen, &worker, wait).await?,
        Some(FleetAction::Undrain { worker }) => {
            let told = client.set_draining(&worker, false).await?.workers;
            let fleet = client.fleet().await?;
            screen.lines(&each(&fleet, &told, |_| "claims jobs again".to_owned()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(client: &Client, screen: &Screen, json: bool) -> anyhow::Result<()> {
    let fleet = client.fleet().await?;
    if json {
        screen.line(serde_json::to_string(&fleet)?)?;
        return Ok(());
    }
    if fleet.workers.is_empty() {
        screen.remark(Tone::Note, "no workers");
    } else {
        let (now, palette) = (Utc::now(), screen.palette());
        screen.lines(&table(&fleet.workers, now, palette))?;
        if fleet
            .workers
            .iter()
            .any(|worker| !worker.running.is_empty())
        {
            screen.line("")?;
            screen.lines(&running(&fleet.workers, now, palette))?;
        }
        screen.line("")?;
    }
    screen.line(waiting(&fleet.queue))?;
    if fleet.unheld > 0 {
        let jobs = count(fleet.unheld, "running job");
        screen.line(format!("{jobs} without a worker, to be taken over"))?;
    }
    Ok(())
}

async fn drain(client: &Client, screen: &Screen, worker: &str, wait: bool) -> anyhow::Result<()> {
    let told = client.set_draining(worker, true).await?.workers;
    let fleet = client.fleet().await?;
    screen.lines(&each(&fleet, &told, |worker| drains(worker.running.len())))?;
    if !wait {
        return Ok(());
    }
    while left(&client.fleet().await?, &told)? > 0 {
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
    screen.line("nothing runs there any more")?;
    Ok(())
}

/// How many jobs the drained workers still run; one that is gone runs none.
fn left(fleet: &Fleet, told: &[WorkerId]) -> anyhow::Result<usize> {
    let mut left = 0;
    for worker in fleet
        .workers
        .iter()
        .filter(|worker| told.contains(&worker.id))
    {
        anyhow::ensure!(
            worker.draining,
            "somebody has let {} claim jobs again",
            clean_line(&worker.name)
        );
        left += worker.running.len();
    }
    Ok(left)
}

fn drains(running: usize) -> String {
    match running {
        0 => "drains: it runs nothing and claims nothing".to_owned(),
        running => format!(
            "drains: it finishes {} and claims nothing",
            count(running as u64, "job")
        ),
    }
}

/// A line for each worker that was told something; its id tells it from others of its name.
fn each(fleet: &Fleet, told: &[WorkerId], what: impl Fn(&FleetWorker) -> String) -> Vec<String> {
    let workers = fleet.workers.iter();
    workers
        .filter(|worker| told.contains(&worker.id))
        .map(|worker| {
            format!(
                "{} ({}) {}",
                clean_line(&worker.name),
                worker.id,
                what(worker)
            )
        })
        .collect()
}

/// What each worker runs.
fn running(workers: &[FleetWorker], now: DateTime<Utc>, palette: Palette) -> Vec<String> {
    let mut table = Table::new(vec!["JOB", "SESSION", "WORKER", "ATTEMPT", "RUNS FOR"]);
    for (worker, job) in workers
        .iter()
        .flat_map(|worker| worker.running.iter().map(move |job| (worker, job)))
    {
        table.row(vec![
            (Tone::Plain, job.job_id.to_string()),
            (Tone::Faint, job.session_id.to_string()),
            (Tone::Plain, clean_line(&worker.name)),
            (Tone::Plain, job.attempt.to_string()),
            (Tone::Faint, between(job.since, now)),
        ]);
    }
    table.lines(palette)
}

fn table(workers: &[FleetWorker], now: DateTime<Utc>, palette: Palette) -> Vec<String> {
    let heading = vec!["WORKER", "RUNS", "STATE", "UP", "SILENT", "VERSION", "ID"];
    let mut table = Table::new(heading);
    for worker in workers {
        let silent = Duration::try_from_secs_f64(worker.silent_seconds).unwrap_or_default();
        let state = if worker.draining {
            (Tone::Note, "draining".to_owned())
        } else {
            (Tone::Good, clean_line(&worker.orchestrator))
        };
        table.row(vec![
            (Tone::Plain, clean_line(&worker.name)),
            (
                Tone::Plain,
                format!("{}/{}", worker.running.len(), worker.capacity),
            ),
            state,
            (Tone::Faint, between(worker.started_at, now)),
            (Tone::Faint, span(silent)),
            (Tone::Faint, clean_line(&worker.version)),
            (Tone::Faint, worker.id.to_string()),
        ]);
    }
    table.lines(palette)
}

fn waiting(queue: &QueueDepth) -> String {
    let line = format!(
        "queue: {} ready, {} behind another job of their session, {} delayed; {} running",
        queue.ready, queue.waiting, queue.delayed, queue.generating
    );
    let Some(oldest) = queue.oldest_wait_seconds else {
        return line;
    };
    let oldest = Duration::try_from_secs_f64(oldest).unwrap_or_default();
    format!("{line}; the oldest is ready since {}", span(oldest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fleet(draining: bool) -> Fleet {
        let id = "01890000-0000-7000-8000-000000000001";
        serde_json::from_value(json!({
            "workers": [{
                "id": id, "name": "one\u{1b}[2J", "host": id, "orchestrator": "docker", "version": "0.1.0",
                "capacity": 4, "draining": draining, "startedAt": "2026-01-01T00:00:00Z", "silentSeconds": 1.25,
                "running": [{"jobId": id, "sessionId": id, "attempt": 1, "since": "2026-01-01T00:00:00Z"}],
            }],
            "unheld": 0,
            "queue": {"ready": 2, "waiting": 1, "delayed": 0, "generating": 1, "oldestWaitSeconds": 90.0},
        }))
        .unwrap()
    }

    #[test]
    fn a_fleet_reads_like_this() {
        let fleet = fleet(true);
        let now = "2026-01-01T00:05:00Z".parse().unwrap();
        assert_eq!(
            table(&fleet.workers, now, Palette { colours: false }),
            [
                "WORKER  RUNS  STATE     UP     SILENT  VERSION  ID",
                "one     1/4   draining  5 min  1.2 s   0.1.0    01890000-0000-7000-8000-000000000001",
            ]
        );
        assert_eq!(
            running(&fleet.workers, now, Palette { colours: false }),
            [
                "JOB                                   SESSION                               WORKER  ATTEMPT  RUNS FOR",
                "01890000-0000-7000-8000-000000000001  01890000-0000-7000-8000-000000000001  one     1        5 min",
            ]
        );
        assert_eq!(
            waiting(&fleet.queue),
            "queue: 2 ready, 1 behind another job of their session, 0 delayed; 1 running; \
             the oldest is ready since 90 s"
        );
    }

    #[test]
    fn who_was_told_is_named() {
        let fleet = fleet(true);
        let told = [fleet.workers[0].id];
        let name = "one (01890000-0000-7000-8000-000000000001)";
        assert_eq!(
            each(&fleet, &told, |worker| drains(worker.running.len())),
            [format!(
                "{name} drains: it finishes 1 job and claims nothing"
            )]
        );
        assert!(each(&fleet, &[], |_| String::new()).is_empty());
    }

    #[test]
    fn a_drained_worker_is_waited_for_unless_it_claims_again() {
        let told = [fleet(true).workers[0].id];
        assert_eq!(left(&fleet(true), &told).unwrap(), 1);
        assert_eq!(left(&fleet(true), &[]).unwrap(), 0);
        assert!(left(&fleet(false), &told).is_err());
    }
}
