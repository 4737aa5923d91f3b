//! `leo run`: submits a prompt over the REPL WebSocket and watches it become an app.

use std::process::ExitCode;

use leo_protocol::SessionId;
use leo_protocol::http::SubmitJob;
use uuid::Uuid;

use super::exit_code;
use super::follow::{End, Watch, Watched};
use crate::args::RunArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::client::stream::{Begin, EventStream, Submit};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::view::View;
use crate::stack::command::Signals;

pub(crate) async fn run(server: &Server, args: RunArgs) -> anyhow::Result<ExitCode> {
    let key = Uuid::new_v4().to_string();
    let budget = args.budget.limits();
    let request = SubmitJob {
        prompt: args.prompt,
        mode: args.mode,
        max_iterations: args.max_iterations,
        model: args.model,
        run_at: args.at,
        budget,
        ..SubmitJob::default()
    };
    let json = args.watching.json;
    if args.at.is_some() {
        // Not watched: who waits for hours and then leaves with Ctrl-C does not mean to cancel.
        return put_off(server, args.session, &request, &key, json).await;
    }
    let mut signals = Signals::new()?;
    let detach = args.watching.detach;
    let begin = Begin::Submit(Submit {
        session: args.session,
        request,
        key,
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

/// Submits a job that starts later.
async fn put_off(
    server: &Server,
    session: Option<SessionId>,
    request: &SubmitJob,
    key: &str,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let job = Client::new(server.clone())?
        .submit(session, request, key)
        .await?;
    let screen = Screen::plain();
    if json {
        screen.line(serde_json::to_string(&job)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(format!("job:  {}", job.id))?;
    if let Some(place) = &job.queue {
        screen.line(format!("it waits:  {}", clean_line(&place.reason)))?;
    }
    screen.lines(&[
        format!("watch it:  leo logs -f {}", job.id),
        format!("call it off:  leo cancel {}", job.id),
    ])?;
    Ok(ExitCode::SUCCESS)
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
