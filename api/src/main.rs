//! The `leo-api` binary: settings, logging, signals, then [`leo_api::serve`].
//!
//! `leo-api migrate`, `leo-api openapi`, `leo-api token` and `leo-api reencrypt` do one thing and
//! end.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory, FromArgMatches, Parser};
use leo_common::config::{self, Database, Logging, NotRead};
use leo_common::error_chain::Chain;

/// Wrong settings, as most programs of a unix say it.
const WRONG_SETTINGS: u8 = 2;

/// Leo's server: HTTP, the REPL WebSocket and event streams.
///
/// Also: `leo-api migrate` prepares the database, `leo-api openapi` prints the OpenAPI document,
/// `leo-api token --subject NAME` prints a token, `leo-api reencrypt` encrypts what is stored anew.
#[derive(Debug, Parser)]
#[command(name = "leo-api", version)]
struct Serve {
    #[command(flatten)]
    api: leo_api::ApiConfig,
    #[command(flatten)]
    logging: Logging,
}

/// Prepares the database: applies the migrations that are missing.
#[derive(Debug, Parser)]
#[command(name = "leo-api migrate")]
struct Migrate {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    logging: Logging,
}

/// Prints a token for an account of this installation.
#[derive(Debug, Parser)]
#[command(name = "leo-api token")]
struct Token {
    #[command(flatten)]
    token: leo_api::TokenRequest,
}

/// Encrypts stored secrets with the present `LEO_SECRET_KEY`, where it was one of
/// `LEO_SECRET_KEY_PREVIOUS`.
#[derive(Debug, Parser)]
#[command(name = "leo-api reencrypt")]
struct Reencrypt {
    #[command(flatten)]
    secrets: leo_api::Reencryption,
    #[command(flatten)]
    logging: Logging,
}

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let command = arguments
        .get(1)
        .and_then(|word| word.to_str())
        .map(str::to_owned);
    if let Some("migrate" | "openapi" | "token" | "reencrypt") = command.as_deref() {
        arguments.remove(1);
    }
    let done = match command.as_deref() {
        Some("migrate") => read(arguments).map(migrate),
        Some("token") => read(arguments).map(token),
        Some("reencrypt") => read(arguments).map(reencrypt),
        Some("openapi") => Ok(openapi()),
        _ => read(arguments).map(serve),
    };
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(code) => code,
    }
}

#[tokio::main]
async fn serve(settings: Serve) -> anyhow::Result<()> {
    prepare(&settings.logging)?;
    let shutdown = leo_common::shutdown::on_signal().context("listen for signals")?;
    let address = settings.api.http.leo_bind;
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("listen on {address} (LEO_BIND)"))?;
    leo_api::serve(settings.api, listener, shutdown).await
}

#[tokio::main]
async fn migrate(settings: Migrate) -> anyhow::Result<()> {
    prepare(&settings.logging)?;
    leo_api::migrate(&settings.database).await
}

/// Ends with an error where something could not be read.
#[tokio::main]
async fn reencrypt(settings: Reencrypt) -> anyhow::Result<()> {
    prepare(&settings.logging)?;
    let done = leo_api::reencrypt(&settings.secrets).await?;
    print(&done.to_string())?;
    anyhow::ensure!(
        done.unreadable == 0,
        "some secrets cannot be decrypted: name their key in LEO_SECRET_KEY_PREVIOUS, or have them set again"
    );
    Ok(())
}

fn token(settings: Token) -> anyhow::Result<()> {
    print(&leo_api::token(&settings.token)?)
}

fn openapi() -> anyhow::Result<()> {
    print(&leo_api::document()?)
}

/// What a server process needs before anything else: its log, and who encrypts its connections.
fn prepare(logging: &Logging) -> anyhow::Result<()> {
    leo_common::telemetry::init(logging.log_format, &logging.rust_log)
        .map_err(|error| leo_api::WrongSetting::new("RUST_LOG", &*error))?;
    // Fails only where another provider was installed before, which then serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(())
}

fn read<P: CommandFactory + FromArgMatches>(arguments: Vec<OsString>) -> Result<P, ExitCode> {
    config::read(arguments).map_err(|not_read| match not_read {
        NotRead::Asked(text) => match print(text.trim_end()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        NotRead::Wrong(line) => {
            complain(&line);
            ExitCode::from(WRONG_SETTINGS)
        }
    })
}

fn failed(error: &anyhow::Error) -> ExitCode {
    complain(&Chain(error.as_ref()).to_string());
    if error.is::<leo_api::WrongSetting>() {
        ExitCode::from(WRONG_SETTINGS)
    } else {
        ExitCode::FAILURE
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("write to stdout")
}

fn complain(line: &str) {
    // Nobody can be told that stderr is gone.
    let _ = writeln!(std::io::stderr(), "leo-api: {line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Serve::command().debug_assert();
        Migrate::command().debug_assert();
        Token::command().debug_assert();
        Reencrypt::command().debug_assert();
    }
}
