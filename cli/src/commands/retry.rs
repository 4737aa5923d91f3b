//! `leo retry`: the same again, as a new job.

use std::process::ExitCode;

use uuid::Uuid;

use super::exit_code;
use super::follow::Watch;
use super::run::say_what_next;
use crate::args::RetryArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::client::stream::{Begin, EventStream};
use crate::render::view::View;
use crate::stack::command::Signals;

pub(crate) async fn run(server: &Server, args: RetryArgs) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let client = Client::new(server.clone())?;
    let session = client.job(args.job).await?.session_id;
    // The new job's first event comes behind this.
    let after = client.session(session).await?.last_seq;
    let key = Uuid::new_v4().to_string();
    let job = client.retry(args.job, &key).await?;
    let mut view = View::new(args.watching.json);
    let stream = EventStream::open(server, Begin::Follow { session, after });
    let watched = Watch::of(stream, &job, &mut view, &mut signals)
        .detach(args.watching.detach)
        .until_its_end()
        .await?;
    drop(view);
    if !args.watching.json {
        say_what_next(&watched)?;
    }
    Ok(exit_code(&watched.end))
}
