//! `leo dev`: the whole product in one process, over the embedded stack.
//!
//! Api and worker are the same as in the hosted shape and meet only in Postgres and Redis; this is
//! the one place that links both. What is started is ended in reverse: jobs, server, worker, and
//! the stack below them.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use leo_common::config::LogFormat;
use leo_common::telemetry;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::stack::command::Signals;

pub(crate) mod demo;
mod ending;
mod leo;
mod secret_key;
mod servers;
pub(crate) mod settings;

use leo::Leo;

/// What is logged if nobody says otherwise.
const DEV_LOG: &str = "warn,leo_worker=info";

/// Where `leo dev` listens and keeps its data.
#[derive(Args)]
pub(crate) struct DevArgs {
    /// The address to listen on
    #[arg(
        long,
        env = "LEO_BIND",
        default_value = "127.0.0.1:5013",
        value_name = "ADDRESS"
    )]
    bind: SocketAddr,
    /// Where everything is kept; made if it is missing
    #[arg(
        long,
        visible_alias = "data-dir",
        value_name = "DIR",
        default_value = ".leo"
    )]
    data: PathBuf,
    #[command(flatten)]
    services: ServiceArgs,
}

/// What api, worker and stack are made of. All other settings of api and worker are read from the
/// environment, as in the hosted shape (`leo config check` lists them).
#[derive(Args, Clone)]
pub(crate) struct ServiceArgs {
    /// A static leo-generator; the generator's image is built from it
    #[arg(long, env = "LEO_GENERATOR", value_name = "FILE")]
    pub(crate) generator: Option<PathBuf>,
    /// A Postgres to use instead of a private one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<SecretString>,
    /// A Redis to use instead of a private one
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub(crate) redis_url: Option<SecretString>,
    /// The Docker engine to use
    #[arg(long, env = "DOCKER_HOST")]
    pub(crate) docker_host: Option<String>,
    /// Signs tokens; without it one is made and kept in the data folder
    #[arg(long, env = "LEO_SECRET_KEY", hide_env_values = true)]
    pub(crate) leo_secret_key: Option<SecretString>,
    /// Where results are kept; without it in the data folder
    #[arg(long, env = "ARTIFACT_STORE", value_name = "URL")]
    pub(crate) artifact_store: Option<String>,
    /// Where files wait on their way into and out of containers; without it in the data folder
    #[arg(long, env = "WORKSPACE_DIR", value_name = "DIR")]
    pub(crate) workspace_dir: Option<PathBuf>,
    /// `text` or `json`
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// What is logged, as in `info` or `leo_worker=debug,warn`
    #[arg(long, env = "RUST_LOG", value_name = "FILTER")]
    pub(crate) rust_log: Option<String>,
    /// Where programs are looked for first
    #[arg(long, env = "PATH", hide = true)]
    pub(crate) search_path: Option<OsString>,
}

/// Runs Leo until a signal, or until a part of it breaks.
///
/// # Errors
/// When something cannot be started, breaks or does not end in order.
pub(crate) async fn run(args: DevArgs) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    start_logging(&args.services, DEV_LOG)?;
    // First of all: a port in use is the commonest mistake, and nothing has been started yet.
    let listener = listen(args.bind).await?;
    let mut leo = tokio::select! {
        started = Leo::start(&args.services, args.data, listener) => started?,
        _ = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    greet(&leo)?;
    let broken = tokio::select! {
        _ = signals.next() => None,
        reason = leo.broken() => Some(reason),
    };
    let stopped = if broken.is_none() {
        remark("stopping; the jobs that run are cancelled");
        leo.stop(&mut signals).await
    } else {
        leo.tear_down().await
    };
    match broken {
        Some(reason) => Err(reason),
        None => stopped.map(|()| ExitCode::SUCCESS),
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => anyhow::bail!(
            "{address} is in use, perhaps by another leo dev; choose another address with --bind"
        ),
        bound => bound.with_context(|| format!("failed to listen on {address}")),
    }
}

fn start_logging(services: &ServiceArgs, usual: &str) -> anyhow::Result<()> {
    let filter = services.rust_log.as_deref().unwrap_or(usual);
    telemetry::init(services.log_format, filter)
        .map_err(anyhow::Error::from_boxed)
        .context("RUST_LOG")
}

fn greet(leo: &Leo) -> anyhow::Result<()> {
    let screen = Screen::plain();
    let palette = screen.palette();
    let url = leo.url();
    let mut lines = vec![
        palette.paint(Tone::Good, "Leo is ready"),
        format!("  address  {}", palette.paint(Tone::Title, &url)),
        format!("  data     {}", leo.data_dir().display()),
    ];
    let at = if url == leo::USUAL_URL {
        String::new()
    } else {
        format!("--server {url} ")
    };
    lines.push(format!("  try      leo {at}run \"a todo list\""));
    lines.push("  stop     Ctrl-C".to_owned());
    Ok(screen.lines(&lines)?)
}

/// Tells the person in front of the terminal what happens.
fn remark(text: &str) {
    Screen::plain().remark(Tone::Faint, &format!("leo: {text}"));
}
