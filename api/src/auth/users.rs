//! The accounts of identities, remembered for a short while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leo_common::store::Db;
use leo_common::store::users::{self, User};
use leo_protocol::UserId;
use leo_protocol::account::Scope;

use super::{AuthError, Identity, Principal, Proof};

/// How long an account is not looked up again; a change to it that is
/// not heard of takes effect within this time.
const REMEMBERED: Duration = Duration::from_secs(10);
/// Accounts remembered at most; when full all are forgotten, which costs a query each.
const MAX_REMEMBERED: usize = 1024;

/// What is remembered.
#[derive(Debug, Default)]
struct Remembered {
    of: HashMap<(String, String), (User, Instant)>,
    /// How often something was to be forgotten: what was being looked up at such a time may be of
    /// before it.
    forgets: u64,
}

/// Finds accounts, and makes them at first sight.
#[derive(Clone)]
pub(super) struct Users {
    db: Db,
    max_running: u32,
    remembered: Arc<Mutex<Remembered>>,
}

impl Users {
    pub(super) fn new(db: Db, max_running: u32) -> Self {
        Self {
            db,
            max_running,
            remembered: Arc::default(),
        }
    }

    /// The account of an identity. An operator is whom either the account or the identity calls
    /// one.
    pub(super) async fn principal(
        &self,
        identity: Identity,
        proof: Proof,
    ) -> Result<Principal, AuthError> {
        let key = (identity.issuer.clone(), identity.subject.clone());
        let told = identity.email.as_deref();
        let recalled = self.recall(&key);
        let recalled = recalled.filter(|user| told.is_none() || user.email.as_deref() == told);
        let user = match recalled {
            Some(user) => user,
            None => self.look_up(&identity, key).await?,
        };
        if user.closed {
            return Err(AuthError::Closed);
        }
        Ok(Principal {
            user: user.id,
            email: user.email.or(identity.email),
            operator: user.operator || identity.operator,
            scope: Scope::Admin,
            expires_at: identity.expires_at,
            proof,
        })
    }

    async fn look_up(&self, identity: &Identity, key: (String, String)) -> Result<User, AuthError> {
        let asked = users::Identity {
            issuer: &identity.issuer,
            subject: &identity.subject,
            email: identity.email.as_deref(),
            operator: identity.operator,
        };
        let forgets = self.remembered().forgets;
        let user = self.db.user_of(asked, self.max_running).await?;
        let mut remembered = self.remembered();
        if remembered.of.len() >= MAX_REMEMBERED {
            remembered.of.clear();
        }
        if remembered.forgets == forgets {
            remembered.of.insert(key, (user.clone(), Instant::now()));
        }
        Ok(user)
    }

    /// Looks an account up at its next request.
    pub(super) fn forget(&self, user: UserId) {
        let mut remembered = self.remembered();
        remembered.forgets += 1;
        remembered.of.retain(|_, (known, _)| known.id != user);
    }

    /// Looks every account up at its next request.
    pub(super) fn forget_all(&self) {
        let mut remembered = self.remembered();
        remembered.forgets += 1;
        remembered.of.clear();
    }

    fn recall(&self, key: &(String, String)) -> Option<User> {
        let remembered = self.remembered();
        let (user, since) = remembered.of.get(key)?;
        (since.elapsed() < REMEMBERED).then(|| user.clone())
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
