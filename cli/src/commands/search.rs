//! `leo logs --search`: the lines of a log that hold a text, each with its number.
//!
//! The server finds them; the lines themselves are taken out of the log while it comes, so that a
//! log of any length is shown in little memory.

use std::process::ExitCode;

use leo_protocol::log::{LogHit, LogHits};

use crate::args::LogsArgs;
use crate::client::http::Client;
use crate::client::past::PastEvents;
use crate::client::search::LogQuery;
use crate::client::stream::StreamEvent;
use crate::render::event;
use crate::render::screen::Screen;
use crate::render::style::Tone;

pub(super) async fn run(client: &Client, args: &LogsArgs, text: &str) -> anyhow::Result<ExitCode> {
    let job = args.of.job;
    let mut query = LogQuery {
        text: text.to_owned(),
        regex: args.regex,
        case_sensitive: args.case_sensitive,
        after_line: 0,
    };
    let screen = Screen::plain();
    let mut found = client.search_log(job, &query).await?;
    let summary = format!("{} of {} lines", found.total, found.lines);
    let mut past = client.log(job).await?;
    loop {
        show(&screen, &mut past, &found, args.json).await?;
        let Some(next) = after(&found) else { break };
        query.after_line = next;
        found = client.search_log(job, &query).await?;
    }
    screen.remark(Tone::Note, &summary);
    Ok(ExitCode::SUCCESS)
}

/// Where to go on, if there are more hits than these.
fn after(found: &LogHits) -> Option<u64> {
    let last = found.hits.last().filter(|_| found.truncated);
    last.map(|hit| hit.line)
}

/// Reads the log up to each of the lines and shows them.
async fn show(
    screen: &Screen,
    past: &mut PastEvents,
    found: &LogHits,
    json: bool,
) -> anyhow::Result<()> {
    for hit in &found.hits {
        let Some(event) = at(past, hit).await? else {
            break;
        };
        if json {
            screen.line(&event.json)?;
            continue;
        }
        let number = screen.palette().paint(Tone::Faint, hit.line.to_string());
        for line in event::lines(&event.event, screen.palette()) {
            screen.line(format!("{number} {line}"))?;
        }
    }
    Ok(())
}

async fn at(past: &mut PastEvents, hit: &LogHit) -> anyhow::Result<Option<StreamEvent>> {
    while let Some(event) = past.next().await? {
        if event.event.seq == hit.seq {
            return Ok(Some(event));
        }
    }
    Ok(None)
}
