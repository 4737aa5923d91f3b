//! A double of GitHub as a place of repositories: a small part of its API, and a real git server
//! (`git http-backend`) on real repositories.
//!
//! It keeps the rules that matter: who has no token gets nothing, a name is there once, and a
//! repository begins empty. It can be down, forget a token, and stop in the middle of a request.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::routing::{any, get, post};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::secrets;
use crate::wait::wait_for;

mod answer;
mod backend;
pub mod git;

/// Whose the token is.
pub const LOGIN: &str = "octo";
/// The organisation that there is.
pub const ORG: &str = "acme";

/// Where a request stops for ever, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Before a repository is made.
    BeforeMaking,
    /// After it was made.
    AfterMaking,
    /// Before git is told the refs.
    BeforeRefs,
    /// Before a push is looked at.
    BeforePush,
    /// After it was taken.
    AfterPush,
}

/// The double; it ends when this is dropped.
#[derive(Debug)]
pub struct Hub {
    base: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    root: TempDir,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Those that are good.
    tokens: Vec<String>,
    /// Whether they are good for too little.
    weak: bool,
    /// What repositories say of themselves, by owner and name.
    repositories: Vec<(String, String, String)>,
    down: bool,
    stop: Option<Stop>,
    stopped: bool,
    /// Pushes that were asked for, also those that were refused.
    pushes: usize,
    /// Addresses that were asked.
    asked: Vec<String>,
}

impl Hub {
    /// An empty one.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            root: tempfile::tempdir().expect("make a folder"),
            state: Mutex::default(),
        });
        let router = Router::new()
            .route("/api/v3/user", get(answer::user))
            .route("/api/v3/user/repos", post(answer::make_own))
            .route("/api/v3/orgs/{org}/repos", post(answer::make))
            .route("/api/v3/repos/{owner}/{name}", get(answer::repository))
            .fallback(any(backend::serve))
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

    /// A new token that is good, and that no log may hold.
    #[must_use]
    pub fn token(&self) -> String {
        let token = format!("ghp_{}", uuid::Uuid::new_v4().simple());
        secrets::remember(&token);
        self.shared.lock().tokens.push(token.clone());
        token
    }

    /// Where the API is.
    #[must_use]
    pub fn api(&self) -> String {
        format!("{}/api/v3", self.base)
    }

    /// Where people would see a repository.
    #[must_use]
    pub fn page(&self, owner: &str, name: &str) -> String {
        format!("{}/{owner}/{name}", self.base)
    }

    /// No token is good any more.
    pub fn revoke(&self) {
        self.shared.lock().tokens.clear();
    }

    /// Whether tokens are said to be good for gists and nothing else.
    pub fn set_weak(&self, weak: bool) {
        self.shared.lock().weak = weak;
    }

    /// Whether it fails whatever it is asked.
    pub fn set_down(&self, down: bool) {
        self.shared.lock().down = down;
    }

    /// The next request that comes there stops for ever.
    pub fn stop_at(&self, stop: Stop) {
        let mut state = self.shared.lock();
        (state.stop, state.stopped) = (Some(stop), false);
    }

    /// Waits until a request has stopped.
    pub async fn stopped(&self) {
        wait_for("a request that stops", async || {
            self.shared.lock().stopped.then_some(())
        })
        .await;
    }

    /// The repositories, with their owners.
    #[must_use]
    pub fn repositories(&self) -> Vec<(String, String)> {
        let state = self.shared.lock();
        let all = state.repositories.iter();
        all.map(|(owner, name, _)| (owner.clone(), name.clone()))
            .collect()
    }

    /// How often somebody has tried to push.
    #[must_use]
    pub fn pushes(&self) -> usize {
        self.shared.lock().pushes
    }

    /// The addresses that were asked.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.lock().asked.clone()
    }

    /// Makes somebody else's repository.
    pub fn occupy(&self, owner: &str, name: &str) {
        self.shared.make(owner, name, "somebody else's");
    }

    /// Removes a repository.
    ///
    /// # Panics
    /// When it cannot.
    pub fn remove(&self, owner: &str, name: &str) {
        let mut state = self.shared.lock();
        state
            .repositories
            .retain(|(of, called, _)| (of.as_str(), called.as_str()) != (owner, name));
        std::fs::remove_dir_all(self.shared.folder(owner, name)).expect("remove a repository");
    }

    /// The repository itself, to look behind the server.
    #[must_use]
    pub fn folder(&self, owner: &str, name: &str) -> PathBuf {
        self.shared.folder(owner, name)
    }

    /// Clones a branch with git itself, over HTTP.
    pub async fn clone_branch(&self, owner: &str, name: &str, branch: &str, into: &Path) {
        let token = self.token();
        let url = format!("{}.git", self.page(owner, name));
        git::clone(&url, LOGIN, &token, branch, into).await;
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody has panicked in it")
    }

    fn folder(&self, owner: &str, name: &str) -> PathBuf {
        self.root.path().join(owner).join(format!("{name}.git"))
    }

    /// Makes an empty repository; `false` where there is one.
    fn make(&self, owner: &str, name: &str, description: &str) -> bool {
        let folder = self.folder(owner, name);
        let mut state = self.lock();
        let is_it = |of: &str, called: &str| of == owner && called.eq_ignore_ascii_case(name);
        if state
            .repositories
            .iter()
            .any(|(of, called, _)| is_it(of, called))
        {
            return false;
        }
        git::init(&folder);
        let entry = (owner.to_owned(), name.to_owned(), description.to_owned());
        state.repositories.push(entry);
        true
    }

    /// Stops here for ever, if that was wished for.
    async fn pass(&self, stop: Stop) {
        let here = {
            let mut state = self.lock();
            let here = state.stop == Some(stop);
            if here {
                (state.stop, state.stopped) = (None, true);
            }
            here
        };
        if here {
            std::future::pending::<()>().await;
        }
    }
}
