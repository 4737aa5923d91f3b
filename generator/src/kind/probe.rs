//! Asking a server of this container for a page.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The longest that one answer may take; a server that compiles at the first request needs some time.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// The largest page that is read, in bytes.
const PAGE_LIMIT: usize = 1 << 20;
/// What a browser asks for; some servers give the index to nobody else.
const PAGE: &str = "text/html,*/*";

/// What the server answers to whoever asks for `/`; `None` while nobody answers there.
pub(super) async fn index(port: u16) -> Option<StatusCode> {
    // Boxed, for a connection is large.
    let asking = Box::pin(ask(port));
    timeout(ANSWER_WITHIN, asking).await.ok().flatten()
}

async fn ask(port: u16) -> Option<StatusCode> {
    let stream = TcpStream::connect(address(port)).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let request = Request::get("/")
        .header(HOST, format!("127.0.0.1:{port}"))
        .header(ACCEPT, PAGE)
        .body(Empty::<Bytes>::new())
        .ok()?;
    let answering = async {
        let response = sender.send_request(request).await.ok()?;
        let status = response.status();
        let body = Limited::new(response.into_body(), PAGE_LIMIT).collect();
        // A page that breaks off is none.
        body.await.ok()?;
        Some(status)
    };
    tokio::select! {
        status = answering => status,
        never = drive(connection) => match never {},
    }
}

/// Moves the bytes for as long as somebody waits for the answer.
async fn drive(connection: impl Future) -> Infallible {
    connection.await;
    std::future::pending().await
}

/// A port of the loopback that nobody uses at present.
pub(super) async fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(address(0)).await?.local_addr()?.port())
}

/// The address of a port of the loopback.
pub(super) const fn address(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}
