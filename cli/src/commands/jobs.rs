//! `leo jobs`: a list of jobs.

use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::JobStatus;
use leo_protocol::http::Job;

use crate::args::JobsArgs;
use crate::client::Server;
use crate::client::http::{Client, JobQuery, PAGE_LIMIT};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::{Palette, Tone};
use crate::render::table::Table;
use crate::render::words::{cut, span};

/// The most characters of a prompt in a list.
pub(crate) const PROMPT_CHARS: usize = 60;

pub(crate) async fn run(server: &Server, args: JobsArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let jobs = fetch(&client, &args).await?;
    let screen = Screen::plain();
    if args.listing.json {
        let lines: Result<Vec<_>, _> = jobs.iter().map(serde_json::to_string).collect();
        screen.lines(&lines?)?;
    } else if jobs.is_empty() {
        screen.remark(Tone::Faint, "no jobs");
    } else {
        screen.lines(&table(&jobs, Utc::now(), screen.palette()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn fetch(client: &Client, args: &JobsArgs) -> anyhow::Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let mut cursor = None;
    loop {
        let missing = args
            .listing
            .limit
            .saturating_sub(u32::try_from(jobs.len())?);
        let query = JobQuery {
            session: args.session,
            status: args.status,
            limit: missing.min(PAGE_LIMIT),
            cursor,
        };
        let page = client.jobs(&query).await?;
        jobs.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || jobs.len() >= usize::try_from(args.listing.limit)? {
            return Ok(jobs);
        }
    }
}

fn table(jobs: &[Job], now: DateTime<Utc>, palette: Palette) -> Vec<String> {
    let mut table = Table::new(vec!["JOB", "STATUS", "AGE", "TOOK", "PROMPT"]);
    for job in jobs {
        table.row(vec![
            (Tone::Plain, job.id.to_string()),
            (tone(job.status), job.status.to_string()),
            (Tone::Faint, between(job.created_at, now)),
            (Tone::Faint, took(job, now)),
            (Tone::Plain, cut(&clean_line(&job.prompt), PROMPT_CHARS)),
        ]);
    }
    table.lines(palette)
}

/// The colour of a status.
pub(crate) const fn tone(status: JobStatus) -> Tone {
    match status {
        JobStatus::Queued => Tone::Plain,
        JobStatus::Generating => Tone::Title,
        JobStatus::Completed => Tone::Good,
        JobStatus::Failed => Tone::Bad,
        JobStatus::Cancelled => Tone::Note,
    }
}

fn took(job: &Job, now: DateTime<Utc>) -> String {
    match job.started_at {
        Some(started) => between(started, job.finished_at.unwrap_or(now)),
        None => "-".to_owned(),
    }
}

/// The time between two moments; clocks that disagree make it nothing, never negative.
pub(crate) fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    span((to - from).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_reads_like_this() {
        let job = |status: &str, prompt: &str| -> Job {
            serde_json::from_value(json!({
                "id": "01890000-0000-7000-8000-000000000001",
                "sessionId": "01890000-0000-7000-8000-000000000002",
                "status": status, "prompt": prompt, "mode": "autonomous", "maxIterations": 10,
                "model": null, "attempt": 1, "createdAt": "2026-01-01T00:00:00Z",
                "startedAt": if status == "queued" { json!(null) } else { json!("2026-01-01T00:00:01Z") },
                "finishedAt": if status == "failed" { json!("2026-01-01T00:00:31Z") } else { json!(null) },
            }))
            .unwrap()
        };
        let jobs = [
            job("failed", "a clock\n\u{1b}[2Jwith hands"),
            job("queued", &"x".repeat(99)),
        ];
        let now = "2026-01-01T00:05:00Z".parse().unwrap();
        assert_eq!(
            table(&jobs, now, Palette { colours: false }),
            [
                "JOB                                   STATUS  AGE    TOOK  PROMPT".to_owned(),
                "01890000-0000-7000-8000-000000000001  failed  5 min  30 s  a clock with hands"
                    .to_owned(),
                format!(
                    "01890000-0000-7000-8000-000000000001  queued  5 min  -     {}…",
                    "x".repeat(59)
                ),
            ]
        );
    }
}
