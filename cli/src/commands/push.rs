//! `leo push`: a job's files to GitHub, and what comes of it.

use std::process::ExitCode;

use leo_protocol::EventKind;
use leo_protocol::github::AskPush;

use crate::args::PushArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::client::stream::{Begin, EventStream, Update};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;

/// Exit code 1 where nothing was pushed.
pub(crate) async fn run(server: &Server, args: &PushArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    let session = client.job(args.of.job).await?.session_id;
    // What comes of it comes behind this.
    let after = client.session(session).await?.last_seq;
    let ask = AskPush {
        partial: args.partial,
    };
    client.push(args.of.job, &ask).await?;
    if args.detach {
        screen.line("the push is asked for; what comes of it is told in the session")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut stream = EventStream::open(server, Begin::Follow { session, after });
    loop {
        let Update::Event(event) = stream.next().await? else {
            continue;
        };
        let Some(EventKind::ArtifactPublished {
            job_id,
            github_url,
            error,
        }) = event.event.kind
        else {
            continue;
        };
        if job_id == args.of.job {
            return told(&screen, github_url.as_deref(), error.as_deref());
        }
    }
}

fn told(screen: &Screen, url: Option<&str>, note: Option<&str>) -> anyhow::Result<ExitCode> {
    if let Some(url) = url {
        screen.line(clean_line(url))?;
    }
    if let Some(note) = note {
        let tone = if url.is_some() { Tone::Note } else { Tone::Bad };
        screen.remark(tone, &clean_line(note));
    }
    Ok(match url {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}
