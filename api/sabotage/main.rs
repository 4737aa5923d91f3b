//! The `leo-api-sabotaged` binary: a server that takes whatever was published for the next piece.
//!
//! It exists for the test of the chaos test, which has to notice that; see the feature `sabotage`.

use clap::Parser as _;
use leo_common::config::Logging;

#[derive(Debug, clap::Parser)]
struct Serve {
    #[command(flatten)]
    api: leo_api::ApiConfig,
    #[command(flatten)]
    logging: Logging,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Serve::parse();
    leo_common::telemetry::init(settings.logging.log_format, &settings.logging.rust_log)
        .map_err(|error| anyhow::anyhow!(error))?;
    leo_common::tls::init();
    let shutdown = leo_common::shutdown::on_signal()?;
    let listener = tokio::net::TcpListener::bind(settings.api.http.leo_bind).await?;
    leo_api::serve(settings.api, listener, shutdown).await
}
