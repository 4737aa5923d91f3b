//! The provider's keys, kept and renewed.
//!
//! One task fetches, so that there is never more than one request under way: at the start, every
//! ten minutes, sooner after a failure, and when a token names a key that is not known, but then
//! not within ten seconds of the fetch before. Whoever checks tokens reads what the task has found
//! and waits only for a key that is not there. When a fetch fails the keys of the one before serve
//! on, for a day at most.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey};
use leo_common::error_chain::Chain;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::fetch::FetchError;
use super::keys::{Keys, NoKey};
use crate::auth::AuthError;

/// How often keys are fetched. A key that its provider takes back is good for so long here.
const RENEWED: Duration = Duration::from_secs(600);
/// After a fetch that has failed, the next one comes so soon.
const RETRIED: Duration = Duration::from_secs(30);
/// The time from one fetch to another that an unknown key asks for: anybody can name unknown keys.
const PAUSE: Duration = Duration::from_secs(10);
/// How long keys serve that cannot be renewed.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// The keys. Cheap to clone; the last clone's end ends the task.
#[derive(Clone)]
pub(super) struct Jwks {
    known: watch::Receiver<Known>,
    wanted: Arc<Notify>,
}

/// What is known of the provider's keys.
#[derive(Clone, Default)]
struct Known {
    keys: Arc<Keys>,
    /// When they were fetched.
    since: Option<Instant>,
    /// The end of the last fetch, successful or not.
    tried: Option<Instant>,
    /// Whether it has failed.
    failed: bool,
    /// How many there were.
    fetches: u64,
}

impl Jwks {
    /// Starts fetching with `fetch`, until `shutdown`.
    pub(super) fn start<F, T>(fetch: F, shutdown: CancellationToken) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<Keys, FetchError>> + Send,
    {
        let (tell, known) = watch::channel(Known::default());
        let wanted = Arc::new(Notify::new());
        let asked = wanted.clone();
        tokio::spawn(async move {
            let renewing = keep_renewing(&fetch, &tell, &asked);
            shutdown.run_until_cancelled(renewing).await;
        });
        Self { known, wanted }
    }

    /// The key of that name, or the only one for the algorithm where none is named. Fetches the
    /// keys anew where it is not there.
    ///
    /// # Errors
    /// When there is none, or the keys cannot be fetched.
    pub(super) async fn find(
        &self,
        name: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, AuthError> {
        let known = self.known.borrow().clone();
        match known.find(name, algorithm) {
            Err(NoKey::Unknown) if known.may_be_renewed() => {}
            found => return found.map_err(|none| known.refusal(none)),
        }
        self.wanted.notify_one();
        let mut later = self.known.clone();
        let later = later.wait_for(|later| later.fetches > known.fetches).await;
        // An error means that the server ends.
        let later = later.map_err(|_| AuthError::KeysAway)?;
        let found = later.find(name, algorithm);
        found.map_err(|none| later.refusal(none))
    }
}

impl Known {
    fn find(&self, name: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, NoKey> {
        let fresh = self.since.is_some_and(|since| since.elapsed() < KEPT);
        let keys = Some(&self.keys).filter(|_| fresh);
        let keys = keys.ok_or(NoKey::Unknown)?;
        keys.find(name, algorithm).cloned()
    }

    fn may_be_renewed(&self) -> bool {
        self.tried.is_none_or(|tried| tried.elapsed() >= PAUSE)
    }

    /// What to say of a key that is not there: where the provider could not be asked, nobody can
    /// know whether it is good.
    fn refusal(&self, none: NoKey) -> AuthError {
        if self.failed && none == NoKey::Unknown {
            AuthError::KeysAway
        } else {
            none.into()
        }
    }

    fn next_fetch(&self) -> Instant {
        let pause = if self.failed { RETRIED } else { RENEWED };
        self.tried.map_or_else(Instant::now, |tried| tried + pause)
    }
}

async fn keep_renewing<F, T>(fetch: &F, tell: &watch::Sender<Known>, wanted: &Notify)
where
    F: Fn() -> T,
    T: Future<Output = Result<Keys, FetchError>>,
{
    let mut known = Known::default();
    loop {
        renew(&mut known, fetch().await);
        if tell.send(known.clone()).is_err() {
            return;
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(known.next_fetch()) => break,
                () = wanted.notified() => if known.may_be_renewed() { break },
                () = tell.closed() => return,
            }
        }
    }
}

fn renew(known: &mut Known, fetched: Result<Keys, FetchError>) {
    let now = Instant::now();
    known.fetches += 1;
    known.tried = Some(now);
    match fetched {
        Ok(keys) => {
            if known.failed || known.since.is_none() {
                tracing::info!(keys = keys.len(), "the identity provider's keys are here");
            }
            known.keys = Arc::new(keys);
            known.since = Some(now);
            known.failed = false;
        }
        Err(error) => {
            // The first failure of several is enough for a log.
            if !known.failed {
                let error = Chain(&error);
                tracing::warn!(%error, "failed to fetch the identity provider's keys");
            }
            known.failed = true;
        }
    }
}
