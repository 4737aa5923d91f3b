//! `leo cancel`: asks for a job's end.

use std::process::ExitCode;

use leo_protocol::JobStatus;

use crate::args::OfJob;
use crate::client::Server;
use crate::client::http::Client;
use crate::render::screen::Screen;

pub(crate) async fn run(server: &Server, args: &OfJob) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let before = client.job(args.job).await?.status;
    let after = client.cancel(args.job).await?.status;
    let said = match (before, after) {
        (JobStatus::Queued | JobStatus::Generating, JobStatus::Cancelled) => "cancelled".to_owned(),
        (_, JobStatus::Queued | JobStatus::Generating) => {
            format!("asked to stop; see how it ends: leo logs -f {}", args.job)
        }
        (_, JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled) => {
            format!("had ended before: {after}")
        }
    };
    Screen::plain().line(said)?;
    Ok(ExitCode::SUCCESS)
}
