//! A server that receives webhooks, and answers as a test says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, body};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, stream};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::wait::wait_for;

/// Larger deliveries are none of Leo's.
const LARGEST: usize = 1 << 20;

/// What was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// From 0.
    pub number: usize,
    /// The path.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// When.
    pub at: Instant,
}

impl Received {
    /// The id of the delivery.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn id(&self) -> &str {
        let id = self.headers.get("webhook-id").expect("an id");
        id.to_str().expect("a text")
    }

    /// What it says, once its signature has been checked as anybody would who uses a library of
    /// standard webhooks.
    ///
    /// # Panics
    /// When the signature is not that of the secret, or the body no JSON.
    #[must_use]
    pub fn verified(&self, secret: &str) -> Value {
        assert!(self.is_signed_with(secret), "{self:?}");
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Whether one of its signatures is of that secret.
    ///
    /// # Panics
    /// When the text is no secret.
    #[must_use]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let webhook = Webhook::new(secret).expect("a secret");
        webhook.verify(&self.body, &self.headers).is_ok()
    }

    /// The event.
    ///
    /// # Panics
    /// When the body names none.
    #[must_use]
    pub fn event(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).expect("JSON");
        body["type"].as_str().expect("an event").to_owned()
    }
}

type Answers = dyn Fn(Received) -> BoxFuture<'static, Response> + Send + Sync;

struct Shared {
    received: Mutex<Vec<Received>>,
    answers: Box<Answers>,
}

/// The server; it ends when this is dropped.
pub struct Receiver {
    port: u16,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// One that takes everything.
    pub async fn start() -> Self {
        Self::answering(|_| answer(200, "thank you")).await
    }

    /// One that answers like this, at once.
    pub async fn answering(
        answers: impl Fn(&Received) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::with(move |received| {
            let response = answers(&received);
            async move { response }.boxed()
        })
        .await
    }

    /// One that answers like this, when it likes.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn with(
        answers: impl Fn(Received) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            answers: Box::new(answers),
        });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let serving = async move { axum::serve(listener, router).await.expect("serve") };
        Self {
            port,
            shared,
            serving: tokio::spawn(serving),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    /// Where it is, under another name of this machine.
    #[must_use]
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}/hook?for=leo", self.port)
    }

    /// What it has received.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        let received = self.shared.received.lock();
        received.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has received, once it is so much.
    ///
    /// # Panics
    /// When that does not happen in time.
    pub async fn has(&self, count: usize) -> Vec<Received> {
        wait_for("deliveries", async || {
            Some(self.received()).filter(|received| received.len() >= count)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An answer with this status and text.
#[must_use]
pub fn answer(status: u16, text: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, text.to_owned()).into_response()
}

/// An answer that does not end.
#[must_use]
pub fn endless(status: u16) -> Response {
    let piece = || Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 4096]));
    let mut response = Response::new(Body::from_stream(stream::repeat_with(piece)));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body::to_bytes(body, LARGEST).await.expect("a whole body");
    let received = {
        let all = shared.received.lock();
        let mut all = all.unwrap_or_else(PoisonError::into_inner);
        let received = Received {
            number: all.len(),
            path: head.uri.to_string(),
            headers: head.headers,
            body,
            at: Instant::now(),
        };
        all.push(received.clone());
        received
    };
    (shared.answers)(received).await
}
