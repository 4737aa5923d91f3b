//! A stand-in for an identity provider: tokens by a library that is not ours, and a server that
//! tells their keys, well or badly.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::config;
use crate::installation::Builder;

/// What makes the tokens, below the repository's root.
const SCRIPT: &str = "tests/foreign/tokens.py";
/// Who the provider is in its tokens.
const ISSUER: &str = "https://id.example/auth/v1";
/// Whom its tokens are meant for.
const AUDIENCE: &str = "authenticated";
/// Signs with HS256; no secret of anybody.
const SECRET: &str = "a-secret-that-everybody-may-read-in-this-file";
/// Longer than anybody waits for keys.
const SLOW: Duration = Duration::from_secs(60);
/// Far more than a set of keys has, in bytes.
const HUGE: usize = 10 << 20;

/// What the script prints.
#[derive(Debug, Clone, Deserialize)]
pub struct Tokens {
    /// The keys at first.
    pub first: Value,
    /// The keys after a rotation.
    pub second: Value,
    /// Tokens that are to be accepted.
    pub good: Vec<Good>,
    /// Tokens that are to be refused.
    pub bad: Vec<Bad>,
    /// One by a key of the second set.
    pub rotated: String,
    /// One of the same subject as the first good one, with another address.
    pub renamed: String,
    /// Tokens that name keys which do not exist.
    pub flood: Vec<String>,
}

/// A token to be accepted.
#[derive(Debug, Clone, Deserialize)]
pub struct Good {
    /// What it tries.
    pub name: String,
    /// The token.
    pub token: String,
    /// Whom it names.
    pub subject: String,
}

/// A token to be refused.
#[derive(Debug, Clone, Deserialize)]
pub struct Bad {
    /// What it tries.
    pub name: String,
    /// The token.
    pub token: String,
    /// A part of what is to be said of it.
    pub reason: String,
}

/// How the provider answers who asks for its keys.
#[derive(Debug, Clone)]
pub enum Keys {
    /// With this set.
    Set(Value),
    /// With an error of this status.
    Status(u16),
    /// With something that is no set.
    Rubbish,
    /// With 10 MB.
    Huge,
    /// Not in time.
    Slow,
    /// By hanging up.
    Away,
}

/// A running provider; it ends when this is dropped.
#[derive(Debug)]
pub struct IdentityProvider {
    /// Its tokens.
    pub tokens: Tokens,
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    keys: Keys,
    asked: usize,
}

impl IdentityProvider {
    /// Makes tokens, and tells the first keys.
    ///
    /// # Panics
    /// When Python or its library is not there; `make test` prepares them.
    pub async fn start() -> Self {
        let mut command = Command::new(config::python());
        let script = config::repository().join(SCRIPT);
        command.args(["-W", "ignore"]).arg(script);
        command.args([ISSUER, AUDIENCE, SECRET]);
        let ran = tokio::task::spawn_blocking(move || command.output()).await;
        let output = ran.expect("run Python").expect("start Python");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        let tokens: Tokens = serde_json::from_slice(&output.stdout).expect("tokens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared(Mutex::new(State {
            keys: Keys::Set(tokens.first.clone()),
            asked: 0,
        })));
        Self {
            tokens,
            url: format!("http://{address}/keys"),
            server: tokio::spawn(serve(listener, shared.clone())),
            shared,
        }
    }

    /// An installation that accepts its tokens, with all algorithms.
    #[must_use]
    pub fn accepted_by(&self, wishes: Builder) -> Builder {
        wishes
            .set("SUPABASE_JWKS_URL", &self.url)
            .set("SUPABASE_JWT_SECRET", SECRET)
            .set("JWT_ISSUER", ISSUER)
    }

    /// How it answers from now on.
    pub fn answers(&self, keys: Keys) {
        self.shared.state().keys = keys;
    }

    /// How often its keys were asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.shared.state().asked
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.expect("accept");
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(shared.clone(), request));
            // Who asks and leaves is nobody's concern.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// An error ends the connection without an answer.
async fn answer(
    shared: Arc<Shared>,
    _: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let keys = {
        let mut state = shared.state();
        state.asked += 1;
        state.keys.clone()
    };
    let (status, body) = match keys {
        Keys::Set(set) => (200, set.to_string().into()),
        Keys::Status(status) => (status, Bytes::new()),
        Keys::Rubbish => (
            200,
            Bytes::from_static(b"<html>welcome to the hotel's network"),
        ),
        Keys::Huge => (200, vec![b' '; HUGE].into()),
        Keys::Slow => {
            tokio::time::sleep(SLOW).await;
            (200, Bytes::new())
        }
        Keys::Away => return Err(io::Error::other("as wanted")),
    };
    let answer = Response::builder().status(status).body(Full::new(body));
    answer.map_err(io::Error::other)
}
