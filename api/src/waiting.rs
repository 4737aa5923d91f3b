//! What is served while a start waits for the database.
//!
//! The process lives and says so, it is not ready and says so, and everything else is answered as it
//! would be were the database lost later. Once the start is done the listener is served as a whole.

use std::future::IntoFuture as _;
use std::os::fd::AsFd as _;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use leo_common::store::StoreError;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::client_address::Proxies;
use crate::error::ApiError;
use crate::router::apart;
use crate::routes::health;

/// A start that takes no longer lets its first clients wait instead.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long answers under way hold up the rest of the start.
const GRACE: Duration = Duration::from_secs(1);

/// Does the work, and answers on the listener while that takes its time.
///
/// # Errors
/// When the listener cannot be shared; the work's own result is within.
pub(crate) async fn meanwhile<T>(
    listener: &TcpListener,
    work: impl Future<Output = T>,
) -> anyhow::Result<T> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => return Ok(done),
        () = sleep(PATIENCE) => {}
    }
    let own = shared(listener).context("share the listener")?;
    if let Ok(address) = own.local_addr() {
        tracing::info!(%address, "answering about health only");
    }
    let end = CancellationToken::new();
    let serving = axum::serve(own, router()).with_graceful_shutdown(end.clone().cancelled_owned());
    let serving = tokio::spawn(serving.into_future());
    // Also where this is dropped, at the end of a process that did not get ready.
    let end = end.drop_guard();
    let done = work.await;
    drop(end);
    let _ = timeout(GRACE, serving).await;
    Ok(done)
}

/// The same socket once more.
fn shared(listener: &TcpListener) -> std::io::Result<TcpListener> {
    let socket = listener.as_fd().try_clone_to_owned()?;
    TcpListener::from_std(socket.into())
}

fn router() -> Router {
    let paths = Router::new()
        .route("/health", get(health::alive))
        .route("/health/ready", get(health::waiting))
        .fallback(async || ApiError::Unavailable(StoreError::TimedOut));
    apart(paths, Proxies::default())
}
