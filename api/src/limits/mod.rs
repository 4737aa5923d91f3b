//! How much somebody may do and have.
//!
//! Requests are counted here: of a user where he is made known ([`requests`]), of strangers by their
//! address. Quotas are decided by Postgres, with the user's row locked; what holds for a user is known
//! here for a short while ([`Gate`]). The developer on his own machine is not counted, and nor is who asks
//! whether the server is well.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use leo_common::config;
use leo_common::error_chain::Chain;
use leo_common::store::Db;
use leo_protocol::UserId;
use leo_protocol::limits::Limits;

mod quotas;
mod requests;
mod tell;

pub(crate) use quotas::{quota_code, quota_text, until_free};
pub(crate) use requests::{admit, count, count_stranger, count_test};
pub(crate) use tell::{RATE_LIMIT, RATE_LIMIT_POLICY, seconds, tell};

/// How long it is not asked again what is set for a user; a change takes effect within this time.
const REMEMBERED: Duration = Duration::from_secs(10);
/// Users remembered at most; when full all are forgotten, which costs a query each.
const MAX_REMEMBERED: usize = 4096;

/// Knows what holds for whom.
pub(crate) struct Gate {
    db: Db,
    settings: Limits,
    remembered: Mutex<HashMap<UserId, (Limits, Instant)>>,
}

impl Gate {
    pub(crate) fn new(db: Db, limits: &config::Limits, quotas: &config::Quotas) -> Self {
        Self {
            db,
            settings: Limits {
                max_running: Some(limits.max_jobs_per_user),
                quota_sessions: quotas.quota_sessions,
                quota_jobs_per_day: quotas.quota_jobs_per_day,
                quota_storage: quotas.quota_storage.map(config::Bytes::get),
                prompt_limit: Some(limits.prompt_limit.get()),
                rate_limit: Some(quotas.rate_limit),
            },
            remembered: Mutex::default(),
        }
    }

    /// What holds for everybody for whom nothing else is set.
    pub(crate) const fn settings(&self) -> Limits {
        self.settings
    }

    /// What holds for a user. While the database does not answer, that is what the settings say: what he
    /// asks for will fail by itself.
    pub(crate) async fn limits_of(&self, user: UserId) -> Limits {
        if let Some(known) = self.recall(user) {
            return known;
        }
        match self.db.overrides(user).await {
            Ok(overrides) => self.remember(user, overrides.over(self.settings)),
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "failed to look up the limits of a user");
                self.settings
            }
        }
    }

    /// Looks a user's limits up anew the next time.
    pub(crate) fn forget(&self, user: UserId) {
        self.known().remove(&user);
    }

    fn recall(&self, user: UserId) -> Option<Limits> {
        let known = self.known();
        let (limits, since) = known.get(&user)?;
        (since.elapsed() < REMEMBERED).then_some(*limits)
    }

    fn remember(&self, user: UserId, limits: Limits) -> Limits {
        let mut known = self.known();
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(user, (limits, Instant::now()));
        limits
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<UserId, (Limits, Instant)>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
