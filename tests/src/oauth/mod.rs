//! A double of GitHub, as far as signing in goes, that keeps the rules of OAuth.
//!
//! A code is good once, for the app that asked, with its secret, the same address to come back to, and
//! the verifier whose hash was told before.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::secrets;

mod answer;

/// The app's name at the double.
pub const CLIENT: &str = "leo-at-the-double";
/// Its secret, of nobody else.
pub const SECRET: &str = "the-secret-of-an-oauth-app-of-a-test";

/// Who is signed in at the double, and says yes to everything.
#[derive(Debug, Clone)]
pub struct Person {
    /// A number that never changes.
    pub id: u64,
    /// Addresses, and whether each is the primary one and verified.
    pub emails: Vec<(String, bool, bool)>,
}

impl Person {
    /// Somebody with one address, which is verified.
    #[must_use]
    pub fn new(id: u64, email: &str) -> Self {
        Self {
            id,
            emails: vec![(email.to_owned(), true, true)],
        }
    }
}

/// What the double does instead of answering as it should, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Play {
    /// The person says no.
    Deny,
    /// 503 to Leo.
    Down,
    /// No answer to Leo.
    Silence,
    /// A body without end to Leo.
    Flood,
    /// Leo is sent to another address.
    Redirect,
    /// What is no JSON, to Leo.
    Nonsense,
}

/// The double; it ends when this is dropped.
#[derive(Debug)]
pub struct GitHub {
    base: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    person: Person,
    plays: VecDeque<Play>,
    codes: HashMap<String, Grant>,
    /// The token that the next good code is worth.
    gives: Option<String>,
    /// Whose each token is.
    tokens: HashMap<String, Person>,
    /// Questions of Leo that were refused, and why.
    refused: Vec<&'static str>,
}

/// What a code stands for.
#[derive(Debug, Clone)]
struct Grant {
    person: Person,
    callback: String,
    challenge: String,
    scope: String,
}

impl GitHub {
    /// A double at which this person is signed in.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start(person: Person) -> Self {
        secrets::remember(SECRET);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared(Mutex::new(State {
            person,
            plays: VecDeque::new(),
            codes: HashMap::new(),
            gives: None,
            tokens: HashMap::new(),
            refused: Vec::new(),
        })));
        let router = Router::new()
            .route("/login/oauth/authorize", get(answer::authorize))
            .route("/login/oauth/access_token", post(answer::token))
            .route("/api/user", get(answer::user))
            .route("/api/user/emails", get(answer::emails))
            .with_state(shared.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serve");
        });
        Self {
            base,
            shared,
            serving,
        }
    }

    /// The settings of an API that signs people in here.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("OAUTH_GITHUB_CLIENT_ID", CLIENT.to_owned()),
            ("OAUTH_GITHUB_CLIENT_SECRET", SECRET.to_owned()),
            ("OAUTH_GITHUB_URL", self.base.clone()),
            ("GITHUB_API_URL", format!("{}/api", self.base)),
        ]
    }

    /// Where it is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// From now on somebody else is signed in here.
    pub fn sign_in(&self, person: Person) {
        self.shared.state().person = person;
    }

    /// The next good code is worth this token, which is known where repositories are.
    pub fn gives(&self, token: &str) {
        self.shared.state().gives = Some(token.to_owned());
    }

    /// This happens at the next opportunity.
    pub fn plays(&self, play: Play) {
        self.shared.state().plays.push_back(play);
    }

    /// Why Leo was refused something, in order.
    #[must_use]
    pub fn refused(&self) -> Vec<&'static str> {
        self.shared.state().refused.clone()
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    /// # Panics
    /// When another call has panicked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no call has panicked")
    }

    /// What is to happen now, if it is of this kind.
    fn play(&self, fits: impl Fn(Play) -> bool) -> Option<Play> {
        let mut state = self.state();
        let next = state.plays.front().copied().filter(|play| fits(*play));
        if next.is_some() {
            state.plays.pop_front();
        }
        next
    }
}
