//! `leo-worker`: a worker as a process of its own, for the hosted shape.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use leo_common::config::{self, NotRead};
use leo_common::{shutdown, telemetry};
use leo_worker::WorkerConfig;

/// Claims jobs and runs each in a container.
#[derive(Debug, Parser)]
#[command(name = "leo-worker", version)]
struct Arguments {
    #[command(flatten)]
    config: WorkerConfig,
}

/// What a wrong setting ends with.
const WRONG_SETTING: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let config = match config::read::<Arguments>(std::env::args_os()) {
        Ok(arguments) => arguments.config,
        Err(NotRead::Asked(text)) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(NotRead::Wrong(line)) => return end(WRONG_SETTING, &line),
    };
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => end(1, &format!("{error:#}")),
    }
}

async fn serve(config: WorkerConfig) -> anyhow::Result<()> {
    telemetry::init(config.logging.log_format, &config.logging.rust_log)
        .map_err(anyhow::Error::from_boxed)?;
    leo_common::tls::init();
    let shutdown = shutdown::on_signal()?;
    leo_worker::run(config, shutdown).await
}

fn end(code: u8, line: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "leo-worker: {line}");
    ExitCode::from(code)
}
