//! The worker's metrics over HTTP, where `LEO_METRICS_BIND` asks for it.
//!
//! Whatever is asked for, the answer is the metrics. There are no credentials, so the address must be
//! one that only Prometheus reaches.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use leo_common::metrics;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The form of the answer.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
/// Connections at once.
const CONNECTIONS: usize = 16;
/// How long a connection may last, busy or not.
const LIFETIME: Duration = Duration::from_secs(60);
/// The pause after a connection could not be taken, as where file descriptors are short.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(async move {
                let _ = tokio::time::timeout(LIFETIME, answer(stream)).await;
                drop(place);
            })),
            Err(error) => {
                tracing::debug!(%error, "a connection for metrics could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn answer(stream: TcpStream) {
    // Not an async closure: rustc 1.95 breaks down over one here when it compiles anew what has changed.
    let service = service_fn(|_: Request<hyper::body::Incoming>| ready(render()));
    // Who asks and leaves is nobody's concern.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn render() -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from(metrics::render())));
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    Ok(response)
}
