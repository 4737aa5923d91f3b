//! `leo logs`: what a job has done so far, and with `-f` what it goes on to do. With `--search` see [`super::search`].

use std::process::ExitCode;

use super::exit_code;
use super::follow::{Interrupt, Watch};
use crate::args::LogsArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::client::stream::{Begin, EventStream, StreamEvent};
use crate::render::view::View;
use crate::stack::command::Signals;

pub(crate) async fn run(server: &Server, args: LogsArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    if let Some(text) = &args.search {
        return super::search::run(&client, &args, text).await;
    }
    let mut signals = Signals::new()?;
    let job = client.job(args.of.job).await?;
    let mut view = View::new(args.json);
    let mut past = client.log(args.of.job).await?;
    let mut after = 0;
    let mut ended = false;
    loop {
        let event = tokio::select! {
            event = past.next() => event?,
            _ = signals.next() => return Ok(exit_code(&super::follow::End::Left)),
        };
        let Some(event) = event else { break };
        view.event(&event)?;
        after = event.event.seq;
        ended = is_end(&event);
    }
    if ended || !args.follow {
        return Ok(ExitCode::SUCCESS);
    }
    let session = job.session_id;
    let stream = EventStream::open(server, Begin::Follow { session, after });
    let watched = Watch::of(stream, &job, &mut view, &mut signals)
        .on_interrupt(Interrupt::Leaves)
        .until_its_end()
        .await?;
    Ok(exit_code(&watched.end))
}

fn is_end(event: &StreamEvent) -> bool {
    let kind = event.event.kind.as_ref();
    kind.is_some_and(leo_protocol::EventKind::is_terminal)
}
