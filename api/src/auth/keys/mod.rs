//! API keys as bearer tokens.
//!
//! Each is looked up in Postgres each time, so that one that was revoked opens nothing from that
//! moment on. That a key was used is noted beside the way of its request, and only from time to
//! time.

use chrono::Utc;
use leo_common::error_chain::Chain;
use leo_common::store::Db;
use leo_common::store::keys::{KnownKey, NewKey};
use leo_protocol::keys::{CreateKey, CreatedKey};
use leo_protocol::{KeyId, UserId};
use tokio::sync::mpsc;

use super::opaque::digest;
use super::{AuthError, Principal, Proof};

mod text;

pub(super) use text::PREFIX;

/// Uses that wait to be noted; what does not fit is noted with a later use.
const QUEUE: usize = 1024;

/// Knows whose key a key is. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ApiKeys {
    db: Db,
    used: mpsc::Sender<KeyId>,
}

impl ApiKeys {
    /// Starts the task that notes uses; it ends with the last clone.
    pub(super) fn start(db: Db) -> Self {
        let (used, uses) = mpsc::channel(QUEUE);
        tokio::spawn(note(db.clone(), uses));
        Self { db, used }
    }

    /// Whom a key stands for.
    pub(super) async fn principal(&self, key: &str) -> Result<Principal, AuthError> {
        if !text::is_key(key) {
            return Err(AuthError::Invalid("it is no API key, perhaps mistyped"));
        }
        let known = self.db.key_of_hash(digest(key)).await?;
        let known = known.ok_or(AuthError::Invalid("there is no such API key"))?;
        if known.revoked {
            return Err(AuthError::Invalid("this API key was revoked"));
        }
        if known.closed {
            return Err(AuthError::Closed);
        }
        if known.expires_at.is_some_and(|end| end <= Utc::now()) {
            return Err(AuthError::Expired);
        }
        if known.note_use {
            // When the queue is full the use goes unnoted, and nobody waits for that.
            let _ = self.used.try_send(known.id);
        }
        Ok(principal(known))
    }
}

fn principal(key: KnownKey) -> Principal {
    Principal {
        user: key.user,
        email: key.email,
        operator: key.operator,
        scope: key.scope,
        expires_at: key.expires_at,
        proof: Proof::Key(key.id),
    }
}

async fn note(db: Db, mut uses: mpsc::Receiver<KeyId>) {
    let mut keys = Vec::new();
    while uses.recv_many(&mut keys, QUEUE).await > 0 {
        if let Err(error) = db.keys_used(&keys).await {
            tracing::debug!(error = %Chain(&error), "that keys were used is not noted");
        }
        keys.clear();
    }
}

/// Makes a key for a user, unless he has too many; `None` then. It cannot be had again.
///
/// # Errors
/// When the database fails.
pub(crate) async fn create(
    db: &Db,
    user: UserId,
    asked: &CreateKey,
    address: Option<&str>,
) -> Result<Option<CreatedKey>, leo_common::store::StoreError> {
    let key = text::generate();
    let new = NewKey {
        user,
        name: &asked.name,
        scope: asked.scope,
        hash: digest(&key),
        hint: text::hint(&key),
        expires_at: asked.expires_at,
        address,
    };
    let created = db.create_key(&new).await?;
    Ok(created.map(|made| CreatedKey {
        id: made.id,
        name: made.name,
        scope: made.scope,
        hint: made.hint,
        key,
        created_at: made.created_at,
        expires_at: made.expires_at,
    }))
}
