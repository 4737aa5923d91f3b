//! The process's own log, on stderr.

use std::io::IsTerminal as _;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogFormat;

/// What the parts of AWS's SDK call themselves that show whole requests when they tell all: tokens of
/// containers stand in them.
const TELLS_SECRETS: &str = "aws_smithy_runtime";

/// Starts logging. `filter` is in the syntax of `RUST_LOG`.
///
/// # Errors
/// When the filter cannot be read, or logging had been started before.
pub fn init(
    format: LogFormat,
    filter: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let registry = tracing_subscriber::registry()
        .with(EnvFilter::try_new(filter)?)
        .with(filter_fn(may_be_logged));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => registry.with(layer.with_target(false)).try_init()?,
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init()?,
    }
    Ok(())
}

/// Whatever `RUST_LOG` says.
fn may_be_logged(event: &Metadata<'_>) -> bool {
    *event.level() != Level::TRACE || !event.target().starts_with(TELLS_SECRETS)
}
