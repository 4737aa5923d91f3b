//! `leo github`: the user's account at GitHub, to which his results are pushed.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::Context as _;
use leo_protocol::github::{GitHubSettings, SetGitHub};

use crate::args::{GithubAction, GithubArgs, SetGithubArgs};
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;

/// The longest token that is read, in bytes; the server accepts shorter ones only.
const MAX_TOKEN: u64 = 4096;
/// Columns of a setting's name.
const NAME: usize = 12;

pub(crate) async fn run(server: &Server, args: GithubArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    match args.action {
        None | Some(GithubAction::Show) => show(&screen, &client.github().await?, args.json)?,
        Some(GithubAction::Set(wanted)) => {
            let told = client.set_github(&settings(wanted)?).await?;
            show(&screen, &told, args.json)?;
        }
        Some(GithubAction::Unset) => {
            client.unset_github().await?;
            screen.line("no account at GitHub is connected")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(wanted: SetGithubArgs) -> anyhow::Result<SetGitHub> {
    let token = wanted.token_stdin.then(token).transpose()?;
    Ok(SetGitHub {
        token,
        owner: wanted.owner,
        auto_push: wanted.auto_push,
    })
}

/// Not as an argument, which everybody on the machine could read.
fn token() -> anyhow::Result<String> {
    let mut text = String::new();
    let mut stdin = std::io::stdin().lock().take(MAX_TOKEN);
    stdin
        .read_to_string(&mut text)
        .context("read the token from stdin")?;
    Ok(text.trim().to_owned())
}

fn show(screen: &Screen, told: &GitHubSettings, json: bool) -> anyhow::Result<()> {
    if json {
        screen.line(serde_json::to_string(told)?)?;
        return Ok(());
    }
    let Some(login) = &told.login else {
        let what = match told.installation {
            true => "no account is connected: results are pushed with the installation's",
            false => "no account is connected: results are not pushed",
        };
        screen.remark(Tone::Faint, what);
        return Ok(());
    };
    let pushed = match told.auto_push {
        true => "every result",
        false => "what is asked for (`leo push`)",
    };
    let lines = [
        ("account", login.clone()),
        ("owner", told.owner.clone().unwrap_or_else(|| login.clone())),
        ("pushed", pushed.to_owned()),
    ];
    let lines = lines.map(|(name, value)| format!("{name:NAME$}{}", clean_line(&value)));
    screen.lines(&lines)?;
    Ok(())
}
