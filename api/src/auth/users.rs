//! The accounts of identities, remembered for a short while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use leo_common::store::Db;
use leo_common::store::users::{self, User};
use leo_protocol::account::Scope;

use super::{AuthError, Identity, Principal, Proof};

/// How long an account is not looked up again; a change to it takes effect within this time.
const REMEMBERED: Duration = Duration::from_secs(10);
/// Accounts remembered at most; when full all are forgotten, which costs a query each.
const MAX_REMEMBERED: usize = 1024;

type Remembered = HashMap<(String, String), (User, Instant)>;

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
        let user = match self.recall(&key) {
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
        let user = self.db.user_of(asked, self.max_running).await?;
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, (user.clone(), Instant::now()));
        Ok(user)
    }

    fn recall(&self, key: &(String, String)) -> Option<User> {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (user, since) = remembered.get(key)?;
        (since.elapsed() < REMEMBERED).then(|| user.clone())
    }
}
