//! The server's HTTP.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::reply::Step;
use super::{Asked, Reply, Shared};

/// The end of the path at which answers are asked for.
const ANSWERS: &str = "/chat/completions";

type Body = StreamBody<BoxStream<'static, io::Result<Frame<Bytes>>>>;

pub(super) async fn listen(address: SocketAddr) -> TcpListener {
    TcpListener::bind(address).await.expect("listen")
}

/// Serves until it is dropped, and all its connections with it.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("accept");
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| answer(shared.clone(), request));
            // Who asks and leaves is what tests look at elsewhere.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let path = request.uri().path().to_owned();
    if request.method() != Method::POST || !path.ends_with(ANSWERS) {
        return Ok(respond(listed(&shared, &path), None, shared));
    }
    let headers = request.headers().iter();
    let headers: HashMap<_, _> = headers
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let body = request
        .into_body()
        .collect()
        .await
        .map_err(io::Error::other)?
        .to_bytes();
    let body: Value = serde_json::from_slice(&body).expect("a request is JSON");
    let asked = {
        let mut state = shared.state();
        let asked = Asked {
            number: state.asked.len(),
            path,
            headers,
            body,
            at: Instant::now(),
        };
        state.asked.push(asked.clone());
        asked
    };
    let watch = Watch {
        number: asked.number,
        shared: shared.clone(),
        whole: false,
    };
    let reply = (shared.script)(&asked);
    if let Some(point) = &reply.late {
        shared.points.wait(point).await;
    }
    Ok(respond(reply, Some(watch), shared))
}

fn listed(shared: &Shared, path: &str) -> Reply {
    match shared.state().told.get(path) {
        Some(answer) => Reply::json(200, answer),
        None => Reply::json(
            404,
            &json!({"error": {"message": "no such page", "code": 404}}),
        ),
    }
}

fn respond(reply: Reply, watch: Option<Watch>, shared: Arc<Shared>) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    let steps = (reply.steps, watch, shared);
    let body = stream::unfold(steps, |(mut steps, mut watch, shared)| async move {
        loop {
            let step = steps.pop_front();
            // Whoever leaves after the last word has had all of it; and a break is the server's own.
            if steps.is_empty() && !matches!(step, Some(Step::Wait(_)))
                || matches!(step, Some(Step::Cut))
            {
                watch.iter_mut().for_each(|watch| watch.whole = true);
            }
            let frame = match step? {
                Step::Send(bytes) => Ok(Frame::data(bytes)),
                Step::Wait(point) => {
                    shared.points.wait(&point).await;
                    continue;
                }
                Step::Cut => {
                    // What was said before is sent first.
                    tokio::task::yield_now().await;
                    Err(io::Error::other("as played"))
                }
            };
            return Some((frame, (steps, watch, shared)));
        }
    });
    response
        .body(StreamBody::new(body.boxed()))
        .expect("a response")
}

/// Notes that a client has hung up, unless all was sent.
struct Watch {
    number: usize,
    shared: Arc<Shared>,
    whole: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if !self.whole && !state.is_dying {
            state.hung_up.insert(self.number, Instant::now());
        }
    }
}
