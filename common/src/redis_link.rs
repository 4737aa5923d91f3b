//! The connection to Redis, and the names of everything that Leo keeps there.
//!
//! All keys begin with `leo:{instance}:`, so that installations may share a Redis; the braces keep
//! them in one slot of a cluster. Nothing here is ever the only copy of anything.

use std::time::Duration;

use leo_protocol::{InstanceId, SessionId};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

/// How long Leo waits for a connection to Redis.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long Leo waits for an answer of Redis.
pub(crate) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Attempts to connect within one command; the command after it tries again.
const RECONNECT_TRIES: usize = 1;

/// Where Redis is and whose keys these are. Cheap to clone.
#[derive(Clone)]
pub struct RedisLink {
    pub(crate) client: redis::Client,
    prefix: String,
}

impl std::fmt::Debug for RedisLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisLink")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl RedisLink {
    /// Does not connect yet.
    ///
    /// # Errors
    /// When `url` is no Redis URL.
    pub fn new(url: &str, instance: InstanceId) -> Result<Self, redis::RedisError> {
        Ok(Self {
            client: redis::Client::open(url)?,
            prefix: format!("leo:{{{instance}}}:"),
        })
    }

    /// A connection that reconnects by itself; every command either answers or fails in time.
    ///
    /// # Errors
    /// When the settings are refused. Whether Redis is there is found out by the first command.
    pub(crate) fn manager(&self) -> Result<ConnectionManager, redis::RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_number_of_retries(RECONNECT_TRIES);
        ConnectionManager::new_lazy_with_config(self.client.clone(), config)
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// When it does not, in time.
    pub async fn ping(&self) -> Result<(), redis::RedisError> {
        let mut connection = self.manager()?;
        redis::cmd("PING").query_async(&mut connection).await
    }

    /// List: hints that there is work to claim.
    pub(crate) fn hints(&self) -> String {
        format!("{}hints", self.prefix)
    }

    /// A token bucket. `name` tells nothing about whose it is.
    pub(crate) fn bucket(&self, name: &str) -> String {
        format!("{}bucket:{name}", self.prefix)
    }

    /// Channel: jobs that somebody asked to cancel.
    pub(crate) fn cancels(&self) -> String {
        format!("{}cancel", self.prefix)
    }

    /// Channel: users whose credentials have changed.
    pub(crate) fn identities(&self) -> String {
        format!("{}identity", self.prefix)
    }

    /// Channel: some worker was told to drain, or not to drain any more.
    pub(crate) fn fleet(&self) -> String {
        format!("{}fleet", self.prefix)
    }

    /// Channel: a session's batches.
    pub(crate) fn session(&self, session: SessionId) -> String {
        format!("{}s:{session}", self.prefix)
    }

    /// The session of a channel made by [`Self::session`].
    pub(crate) fn session_of(&self, channel: &str) -> Option<SessionId> {
        channel
            .strip_prefix(&self.prefix)?
            .strip_prefix("s:")?
            .parse()
            .ok()
    }
}
