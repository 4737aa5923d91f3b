//! The `leo` command: run, follow and fetch generations of a Leo server, and the whole product in
//! one process.
//!
//! [`client`] speaks with a server, `render` writes to the terminal, `commands` join the two; they
//! depend on the protocol alone. `dev` links the servers, over [`stack`], the embedded Postgres,
//! Redis and Docker engine. [`main`] is the whole program.

use std::process::ExitCode;

use clap::Parser as _;

pub mod client;
pub mod stack;

mod args;
mod commands;
mod dev;
mod render;

use args::{Cli, Command, ConfigAction};
use render::screen::{Screen, is_gone};
use render::style::Tone;

/// How a program ends that was called in a wrong way or finds a wrong setting.
const WRONG_USE: u8 = 2;

/// A wrong call or setting, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// Runs the command that the arguments name, and tells in one line on stderr why it failed.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout, mistakes to stderr; a closed one is nobody's concern.
            let _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    leo_common::tls::init();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(Box::pin(run(cli))));
    done.unwrap_or_else(|error| fail(&error))
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let server = cli.server.server();
    match cli.command {
        Command::Run(args) => commands::run::run(&server, args).await,
        Command::Jobs(args) => commands::jobs::run(&server, args).await,
        Command::Sessions(args) => commands::sessions::run(&server, args).await,
        Command::Logs(args) => commands::logs::run(&server, args).await,
        Command::Cancel(args) => commands::cancel::run(&server, &args).await,
        Command::Retry(args) => commands::retry::run(&server, args).await,
        Command::Download(args) => commands::download::run(&server, args).await,
        Command::Files(args) => commands::files::run(&server, args).await,
        Command::Diff(args) => commands::diff::run(&server, &args).await,
        Command::Restore(args) => commands::versions::restore(&server, &args).await,
        Command::Fork(args) => commands::versions::fork(&server, args).await,
        Command::Link(args) => commands::versions::link(&server, &args).await,
        Command::Deploy(args) => commands::deploy::run(&server, &args).await,
        Command::Webhooks(args) => commands::webhooks::run(&server, args).await,
        Command::Keys(args) => commands::keys::run(&server, args).await,
        Command::Provider(args) => commands::provider::run(&server, args).await,
        Command::Push(args) => commands::push::run(&server, &args).await,
        Command::Github(args) => commands::github::run(&server, args).await,
        Command::Fleet(args) => commands::fleet::run(&server, args).await,
        Command::Config(args) => match args.action {
            ConfigAction::Check => commands::check::run(),
        },
        Command::Dev(args) => dev::run(*args).await,
        Command::Demo(args) => dev::demo::run(*args).await,
        Command::Stack(args) => stack::command::run(args).await,
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    if is_gone(error) {
        return ExitCode::SUCCESS;
    }
    Screen::plain().remark(Tone::Bad, &format!("leo: {}", one_line(error)));
    match error.downcast_ref() {
        Some(WrongUse(_)) => ExitCode::from(WRONG_USE),
        None => ExitCode::FAILURE,
    }
}

/// An error with its causes in one line, whatever strangers have put into it.
fn one_line(error: &anyhow::Error) -> String {
    render::clean::clean_line(&format!("{error:#}"))
}
