//! `leo run`: submits a prompt over the REPL WebSocket and watches it become an app.

use std::process::ExitCode;

use leo_protocol::http::SubmitJob;
use uuid::Uuid;

use super::exit_code;
use super::follow::{End, Watch, Watched};
use crate::args::RunArgs;
use crate::client::Server;
use crate::client::stream::{Begin, EventStream, Submit};
use crate::render::screen::Screen;
use crate::render::view::View;
use crate::stack::command::Signals;

pub(crate) async fn run(server: &Server, args: RunArgs) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let json = args.watching.json;
    let detach = args.watching.detach;
    let begin = Begin::Submit(Submit {
        session: args.session,
        request: SubmitJob {
            prompt: args.prompt,
            mode: args.mode,
            max_iterations: args.max_iterations,
            model: args.model,
            ..SubmitJob::default()
        },
        key: Uuid::new_v4().to_string(),
    });
    let mut view = View::new(json);
    let stream = EventStream::open(server, begin);
    let watched = Watch::submitted(stream, &mut view, &mut signals)
        .detach(detach)
        .until_its_end()
        .await?;
    drop(view);
    if !json {
        say_what_next(&watched)?;
    }
    Ok(exit_code(&watched.end))
}

/// Says how to go on from here, in commands to copy.
pub(crate) fn say_what_next(watched: &Watched) -> anyhow::Result<()> {
    let (Some(job), Some(session)) = (watched.job, watched.session) else {
        return Ok(());
    };
    let lines = match watched.end {
        End::Completed => vec![
            format!("fetch it:       leo download {job}"),
            format!("go on with it:  leo run --session {session} \"…\""),
        ],
        End::Failed | End::Cancelled { .. } => vec![format!("try again:  leo retry {job}")],
        End::Detached => vec![format!("watch it:  leo logs -f {job}")],
        End::Left => return Ok(()),
    };
    Ok(Screen::plain().lines(&lines)?)
}
