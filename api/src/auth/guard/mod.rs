//! Open connections and the credentials on which they stand.
//!
//! A credential is judged when a connection begins; here it is seen to that the connection does not
//! outlive it. Promise: when a key is revoked, a browser signs out or an account is closed, every
//! connection that stands on it learns of it at once where Redis carries the news, and within
//! [`CHECK_INTERVAL`] where it does not. While Postgres does not answer, nobody is sent away.
//!
//! Connections by one credential share an entry. One task asks Postgres for all of them in one
//! query, so a connection that is quiet costs neither a query nor a task. How a connection ends is
//! up to those who hold it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use leo_common::bus::{IdentityChange, IdentityListener};
use leo_common::error_chain::Chain;
use leo_common::store::Db;
use leo_common::store::lapsed::Credentials;
use leo_protocol::UserId;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::users::Users;
use super::{AuthError, Principal, Proof};
use crate::marks::Marks;

mod held;

pub(crate) use held::Held;
use held::Standing;

/// How often all credentials of open connections are looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// The pause after a check that failed.
const CHECK_PAUSE: Duration = Duration::from_secs(1);

/// A credential: whose, and which of his.
type Key = (UserId, Proof);

/// What has become of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lapse {
    /// Its time is over.
    Expired,
    /// The key was revoked.
    Revoked,
    /// The browser has signed out.
    SignedOut,
    /// The account is closed.
    Closed,
}

impl From<Lapse> for AuthError {
    fn from(lapse: Lapse) -> Self {
        match lapse {
            Lapse::Expired => Self::Expired,
            Lapse::Revoked => Self::Revoked,
            Lapse::SignedOut => Self::SignedOut,
            Lapse::Closed => Self::Closed,
        }
    }
}

/// Watches the credentials of open connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Guard(Arc<Inner>);

struct Inner {
    db: Db,
    users: Users,
    /// An entry outlives its last holder until all are looked at.
    held: Mutex<BTreeMap<Key, Weak<Standing>>>,
    /// Users whose credentials are to be looked at now.
    due: Marks<UserId>,
}

impl Guard {
    /// Starts the tasks; they end with `shutdown`.
    pub(super) fn start(
        db: Db,
        users: Users,
        changes: IdentityListener,
        shutdown: &CancellationToken,
    ) -> Self {
        let guard = Self(Arc::new(Inner {
            db,
            users,
            held: Mutex::default(),
            due: Marks::default(),
        }));
        guard.spawn(shutdown, guard.clone().hear(changes));
        guard.spawn(shutdown, guard.clone().check());
        guard
    }

    fn spawn(&self, shutdown: &CancellationToken, task: impl Future<Output = ()> + Send + 'static) {
        let shutdown = shutdown.clone();
        tokio::spawn(async move { shutdown.run_until_cancelled(task).await });
    }

    /// Begins to watch the credential by which somebody was let in. It is looked at once more, since
    /// it may have been taken back between then and now.
    pub(crate) fn hold(&self, who: &Principal) -> Held {
        let key = (who.user, who.proof);
        let standing = {
            let mut held = self.held();
            let known = held.get(&key).and_then(Weak::upgrade);
            known
                .filter(|known| known.lapse().is_none())
                .unwrap_or_else(|| {
                    let standing = Arc::default();
                    held.insert(key, Arc::downgrade(&standing));
                    standing
                })
        };
        self.0.due.mark([who.user]);
        Held {
            standing,
            expires_at: who.expires_at,
        }
    }

    /// Something was taken back from this user: his connections are looked at now.
    pub(crate) fn changed(&self, user: UserId) {
        self.0.users.forget(user);
        if !self.keys_of(user).is_empty() {
            self.0.due.mark([user]);
        }
    }

    async fn hear(self, mut changes: IdentityListener) {
        while let Some(change) = changes.next().await {
            match change {
                IdentityChange::Of(user) => self.changed(user),
                IdentityChange::Subscribed => {
                    self.0.users.forget_all();
                    self.0
                        .due
                        .mark(self.keys().into_iter().map(|(user, _)| user));
                }
            }
        }
    }

    async fn check(self) {
        let mut tick = tokio::time::interval(CHECK_INTERVAL);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            let keys = tokio::select! {
                _ = tick.tick() => self.keys(),
                users = self.0.due.take() => {
                    users.into_iter().flat_map(|user| self.keys_of(user)).collect()
                }
            };
            if keys.is_empty() {
                continue;
            }
            let asked = self.0.db.lapsed(&credentials(&keys)).await;
            failing = match asked {
                Ok(lapsed) => {
                    self.end(&keys, &lapsed);
                    false
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(error = %Chain(&error), "failed to check credentials; trying again");
                    }
                    self.0.due.mark(keys.into_iter().map(|(user, _)| user));
                    tokio::time::sleep(CHECK_PAUSE).await;
                    true
                }
            };
        }
    }

    /// Tells the holders of what has lapsed.
    fn end(&self, keys: &[Key], lapsed: &Credentials) {
        for key in keys {
            let Some(lapse) = lapse(key, lapsed) else {
                continue;
            };
            self.0.users.forget(key.0);
            let standing = self.held().remove(key).and_then(|entry| entry.upgrade());
            if let Some(standing) = standing {
                tracing::info!(user.id = %key.0, ?lapse, "connections end with their credential");
                standing.end(lapse);
            }
        }
    }

    /// All credentials that are held; forgets the others.
    fn keys(&self) -> Vec<Key> {
        let mut held = self.held();
        held.retain(|_, standing| standing.strong_count() > 0);
        held.keys().copied().collect()
    }

    /// Those of a user.
    fn keys_of(&self, user: UserId) -> Vec<Key> {
        let held = self.held();
        let from = held.range((user, Proof::FIRST)..).map(|(key, _)| *key);
        from.take_while(|(owner, _)| *owner == user).collect()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Key, Weak<Standing>>> {
        // Every change is made whole, so a panic of another holder changes nothing.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Postgres is to be asked about.
fn credentials(keys: &[Key]) -> Credentials {
    let mut credentials = Credentials::default();
    for (user, proof) in keys {
        credentials.users.insert(*user);
        match proof {
            Proof::Key(key) => drop(credentials.keys.insert(*key)),
            Proof::SignIn(sign_in) => drop(credentials.sign_ins.insert(*sign_in)),
            Proof::Token | Proof::Developer => {}
        }
    }
    credentials
}

/// What has become of a credential, by what Postgres has answered.
fn lapse((user, proof): &Key, lapsed: &Credentials) -> Option<Lapse> {
    if lapsed.users.contains(user) {
        return Some(Lapse::Closed);
    }
    match proof {
        Proof::Key(key) => lapsed.keys.contains(key).then_some(Lapse::Revoked),
        Proof::SignIn(sign_in) => lapsed
            .sign_ins
            .contains(sign_in)
            .then_some(Lapse::SignedOut),
        Proof::Token | Proof::Developer => None,
    }
}
