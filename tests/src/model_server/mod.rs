//! A stand-in for servers of models: it speaks OpenAI's chat completions over real HTTP, badly where
//! that is wanted, and keeps what it was asked and when its clients hung up.
//!
//! What it answers is a function of the request, so that a test can play a whole generation:
//!
//! ```ignore
//! let server = ModelServer::start(|asked: &Asked| match asked.prompt() {
//!     prompt if prompt.contains("next phase") => quirks::plain::reply(asked, "…"),
//!     _ => Reply::stream().text("wait").wait("told").text(" and go").finish("stop").done(),
//! }).await;
//! ```
//!
//! Each file in [`quirks`] is one way in which servers of the field answer: it takes the request and
//! the text to say.

mod asked;
mod points;
pub mod quirks;
mod reply;
mod serve;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::wait::wait_for;

pub use self::asked::Asked;
use self::points::Points;
pub use self::reply::{Reply, usage};

/// What it lists in `/v1/models` unless a test says otherwise.
pub const MODEL: &str = "scripted-model";

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A running server; it ends when this is dropped.
pub struct ModelServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: Option<JoinHandle<()>>,
}

struct Shared {
    script: Box<Script>,
    points: Points,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    /// When the client of a request hung up before it had all of the answer.
    hung_up: HashMap<usize, Instant>,
    /// What is told at other paths.
    told: HashMap<String, Value>,
    /// Whether the server is being killed, so that nobody else has hung up.
    is_dying: bool,
}

impl ModelServer {
    /// A server that only this machine reaches.
    pub async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at(IpAddr::V4(Ipv4Addr::LOCALHOST), Box::new(script)).await
    }

    /// A server that containers reach too, at the address of their bridge.
    pub async fn start_everywhere(
        script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_at(IpAddr::V4(Ipv4Addr::UNSPECIFIED), Box::new(script)).await
    }

    async fn start_at(ip: IpAddr, script: Box<Script>) -> Self {
        let listed = json!({"object": "list", "data": [{"id": MODEL, "object": "model"}]});
        let state = State {
            told: HashMap::from([("/v1/models".to_owned(), listed)]),
            ..State::default()
        };
        let shared = Arc::new(Shared {
            script,
            points: Points::default(),
            state: Mutex::new(state),
        });
        let listener = serve::listen(SocketAddr::new(ip, 0)).await;
        let address = listener.local_addr().expect("an address");
        let server = Some(tokio::spawn(serve::serve(listener, shared.clone())));
        Self {
            address,
            shared,
            server,
        }
    }

    /// Its base URL for whoever is on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    /// Its base URL for whoever reaches this machine as `host`.
    #[must_use]
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}/v1", self.address.port())
    }

    /// What it tells whoever asks for `path` with GET; without an answer it has no such page.
    pub fn tells(&self, path: &str, answer: Value) {
        self.shared.state().told.insert(path.to_owned(), answer);
    }

    /// All that it was asked, in the order in which it came; requests for lists are not among it.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.state().asked.clone()
    }

    /// Waits for the request of that number, from 0.
    ///
    /// # Panics
    /// When it does not come within the deadline.
    pub async fn request(&self, number: usize) -> Asked {
        let come = || async move { self.shared.state().asked.get(number).cloned() };
        wait_for(&format!("request {number} at the model server"), come).await
    }

    /// Waits until the client of request `number` has hung up before the end of its answer, and says
    /// when that was.
    ///
    /// # Panics
    /// When it does not within the deadline.
    pub async fn hung_up(&self, number: usize) -> Instant {
        let gone = || async move { self.shared.state().hung_up.get(&number).copied() };
        wait_for(&format!("the end of request {number} by its client"), gone).await
    }

    /// Whether the client of request `number` has hung up.
    #[must_use]
    pub fn has_hung_up(&self, number: usize) -> bool {
        self.shared.state().hung_up.contains_key(&number)
    }

    /// Waits until an answer has come to the point `name`, where it waits for [`go_on`](Self::go_on).
    ///
    /// # Panics
    /// When none does within the deadline.
    pub async fn reached(&self, name: &str) {
        let there = || async move { self.shared.points.is_reached(name).then_some(()) };
        wait_for(&format!("an answer at the point {name:?}"), there).await;
    }

    /// Lets go on whoever waits at the point `name`, or will.
    pub fn go_on(&self, name: &str) {
        self.shared.points.open(name);
    }

    /// Ends it as a crash does: all connections break.
    pub async fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            self.shared.state().is_dying = true;
            server.abort();
            // Its connections end with it.
            let _ = server.await;
            self.shared.state().is_dying = false;
        }
    }

    /// Starts it again at the same address.
    ///
    /// # Panics
    /// When the address is not free.
    pub async fn restart(&mut self) {
        self.kill().await;
        let listener = serve::listen(self.address).await;
        self.server = Some(tokio::spawn(serve::serve(listener, self.shared.clone())));
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
