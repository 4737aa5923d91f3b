//! `leo sessions`: a list of sessions.

use std::process::ExitCode;

use chrono::Utc;
use leo_protocol::http::Session;

use super::jobs::{PROMPT_CHARS, between, tone};
use crate::args::SessionsArgs;
use crate::client::Server;
use crate::client::http::{Client, PAGE_LIMIT};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::render::table::Table;
use crate::render::words::cut;

pub(crate) async fn run(server: &Server, args: SessionsArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let sessions = fetch(&client, args.listing.limit).await?;
    let screen = Screen::plain();
    if args.listing.json {
        let lines: Result<Vec<_>, _> = sessions.iter().map(serde_json::to_string).collect();
        screen.lines(&lines?)?;
    } else if sessions.is_empty() {
        screen.remark(Tone::Faint, "no sessions");
    } else {
        screen.lines(&table(&sessions).lines(screen.palette()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn fetch(client: &Client, limit: u32) -> anyhow::Result<Vec<Session>> {
    let mut sessions = Vec::new();
    let mut cursor = None;
    loop {
        let missing = limit.saturating_sub(u32::try_from(sessions.len())?);
        let page = client.sessions(missing.min(PAGE_LIMIT), cursor).await?;
        sessions.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || sessions.len() >= usize::try_from(limit)? {
            return Ok(sessions);
        }
    }
}

fn table(sessions: &[Session]) -> Table {
    let now = Utc::now();
    let mut table = Table::new(vec!["SESSION", "USED", "LAST JOB", "TITLE"]);
    for session in sessions {
        let last = session.last_job.as_ref().map(|job| job.status);
        table.row(vec![
            (Tone::Plain, session.id.to_string()),
            (Tone::Faint, between(session.updated_at, now)),
            last.map_or((Tone::Faint, "-".to_owned()), |last| {
                (tone(last), last.to_string())
            }),
            (Tone::Plain, cut(&clean_line(&session.title), PROMPT_CHARS)),
        ]);
    }
    table
}
