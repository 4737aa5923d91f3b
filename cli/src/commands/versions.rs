//! `leo restore`, `leo fork` and `leo link`: what is made of a version.

use std::process::ExitCode;

use leo_protocol::http::Session;
use leo_protocol::versions::{ForkVersion, LinkVersion};
use uuid::Uuid;

use crate::args::{ForkArgs, LinkArgs, RestoreArgs};
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;

pub(crate) async fn restore(server: &Server, args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let session = client.job(args.of.job).await?.session_id;
    let before = client.session(session).await?.last_seq;
    let session = client.restore(args.of.job).await?;
    let screen = Screen::plain();
    if args.json {
        screen.line(serde_json::to_string(&session)?)?;
    } else if session.last_seq == before {
        screen.line("nothing to do: the session is at this version")?;
    } else {
        screen.line("restored: the next prompt goes on from this version")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn fork(server: &Server, args: ForkArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let request = ForkVersion { title: args.title };
    let key = Uuid::new_v4().to_string();
    let session = client.fork(args.of.job, &request, &key).await?;
    let screen = Screen::plain();
    if args.json {
        screen.line(serde_json::to_string(&session)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    // The id alone goes to stdout, to be used by what comes next.
    screen.line(session.id.to_string())?;
    screen.remark(Tone::Note, &what_next(&session));
    Ok(ExitCode::SUCCESS)
}

fn what_next(session: &Session) -> String {
    let (title, id) = (clean_line(&session.title), session.id);
    format!("a session of its own: {title}; go on with: leo run --session {id} \"…\"")
}

pub(crate) async fn link(server: &Server, args: &LinkArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let seconds = args.expires.get().as_secs();
    let request = LinkVersion {
        // What is too long the server says.
        expires_in: Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
    };
    let link = client.link(args.of.job, &request).await?;
    let screen = Screen::plain();
    if args.json {
        screen.line(serde_json::to_string(&link)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(clean_line(&link.url))?;
    let until = format!(
        "whoever has it can download the app, until {}",
        link.expires_at
    );
    screen.remark(Tone::Note, &until);
    Ok(ExitCode::SUCCESS)
}
