//! Token buckets: how often something may be done.
//!
//! A bucket holds some tokens and fills up evenly; whoever does something takes some. The buckets
//! stand in Redis, for all processes together. Redis is asked for a tenth of a second and no longer;
//! where it does not answer, each process goes on with buckets of its own ([`local`]) for some seconds
//! before one request tries it again. So a Redis that is gone delays nobody and lets nobody do
//! without limit: at worst everybody may do as much at each process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout};

use crate::hex::hex;
use crate::redis_link::RedisLink;

mod local;
mod shape;
mod shared;

use local::Local;
pub use shape::{Decision, Rate};
use shared::Shared;

/// How long Redis may take.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a Redis that has failed is not asked.
const REST: Duration = Duration::from_secs(5);
/// Bytes of a key's hash that name a bucket: enough that no two meet.
const NAME: usize = 16;

/// All buckets of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Buckets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Shared,
    local: Mutex<Local>,
    /// Until when Redis is left alone; `None` while it answers.
    resting: Mutex<Option<Instant>>,
}

impl Buckets {
    /// Connects beside whatever else happens.
    ///
    /// # Errors
    /// When the settings are refused.
    pub fn new(link: &RedisLink) -> Result<Self, redis::RedisError> {
        Ok(Self(Arc::new(Inner {
            shared: Shared::new(link)?,
            local: Mutex::default(),
            resting: Mutex::default(),
        })))
    }

    /// Takes `cost` tokens from the bucket of `key`, all or none. `kind` says what is counted; buckets of
    /// different kinds have nothing to do with each other. What `key` was cannot be read from Redis.
    pub async fn take(&self, kind: &str, key: &str, rate: Rate, cost: u32) -> Decision {
        self.change(kind, key, rate, i64::from(cost)).await
    }

    /// Puts `cost` tokens back, of what was taken and not used.
    pub async fn give_back(&self, kind: &str, key: &str, rate: Rate, cost: u32) {
        self.change(kind, key, rate, -i64::from(cost)).await;
    }

    async fn change(&self, kind: &str, key: &str, rate: Rate, cost: i64) -> Decision {
        let name = name(kind, key);
        if self.may_ask() {
            match timeout(PATIENCE, self.0.shared.change(&name, rate, cost)).await {
                Ok(Ok(decision)) => {
                    self.answers();
                    return decision;
                }
                Ok(Err(error)) => self.fails(&error.to_string()),
                Err(_) => self.fails("no answer in time"),
            }
        }
        let mut local = self.0.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.change(name, rate, cost, Instant::now())
    }

    /// Whether Redis is to be asked. After a rest one may; the others wait for what he finds.
    fn may_ask(&self) -> bool {
        let now = Instant::now();
        let mut resting = self.resting();
        match &mut *resting {
            None => true,
            Some(until) if *until <= now => {
                *until = now + REST;
                true
            }
            Some(_) => false,
        }
    }

    fn answers(&self) {
        if self.resting().take().is_some() {
            tracing::info!("redis counts requests again");
        }
    }

    fn fails(&self, error: &str) {
        let rest = Instant::now() + REST;
        if self.resting().replace(rest).is_none() {
            tracing::warn!(
                error,
                "redis is down; each process counts requests by itself"
            );
        }
    }

    fn resting(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.0
            .resting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a bucket is called. Hashed: keys may be addresses of people.
fn name(kind: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update([0]);
    hash.update(key);
    hex(&hash.finalize()[..NAME])
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::InstanceId;

    const RATE: Rate = Rate::new(3, Duration::from_secs(60));

    #[tokio::test]
    async fn without_redis_there_is_a_limit_too_and_little_delay() {
        let link = RedisLink::new("redis://127.0.0.1:1", InstanceId::generate()).unwrap();
        let buckets = Buckets::new(&link).unwrap();
        let begin = Instant::now();
        let mut taken = 0;
        for _ in 0..1000 {
            taken += u32::from(buckets.take("test", "me", RATE, 1).await.allowed);
        }
        assert_eq!(taken, 3);
        assert!(begin.elapsed() < REST, "each request has asked redis");
        assert!(buckets.take("test", "you", RATE, 1).await.allowed);
        buckets.give_back("test", "me", RATE, 1).await;
        assert!(buckets.take("test", "me", RATE, 1).await.allowed);
    }

    #[test]
    fn names_tell_nothing_and_are_not_shared() {
        assert_ne!(name("a", "b"), name("a", "c"));
        assert_ne!(name("a", "b"), name("ab", ""));
        assert_eq!(name("a", "203.0.113.9").len(), 2 * NAME);
        assert!(!name("a", "203.0.113.9").contains("203"));
    }
}
