//! `leo deploy`: asks the deploy hooks for a job's result.

use std::process::ExitCode;

use uuid::Uuid;

use crate::args::DeployArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;

pub(crate) async fn run(server: &Server, args: &DeployArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let asked = client
        .deploy(args.of.job, &Uuid::new_v4().to_string())
        .await?;
    let hosts: Vec<_> = asked
        .hooks
        .iter()
        .map(|hook| clean_line(&hook.host))
        .collect();
    let said = format!(
        "asked {}; what it answers is in the session's stream (deploy_answered)",
        hosts.join(", ")
    );
    Screen::plain().line(said)?;
    Ok(ExitCode::SUCCESS)
}
