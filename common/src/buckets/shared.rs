//! The buckets in Redis.
//!
//! One script reads and writes a bucket at once, by Redis' own clock, so that the clocks of the
//! processes do not matter. A bucket that is full again is gone from Redis.

use redis::Script;
use redis::aio::ConnectionManager;

use super::shape::{Decision, Rate};
use crate::redis_link::RedisLink;

/// The bucket's key holds when it is full, in microseconds; the arguments are what a token and the
/// bucket are worth, and how many tokens are taken (below 0: given back). Answers whether that was
/// allowed, and the debt. Numbers are written with all their digits: Lua's own form has 14.
const CHANGE: &str = "
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local step, depth, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local after = math.max(full + cost * step, now)
if cost > 0 and after - now > depth then return {0, full - now} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {1, after - now}
";

/// The connection and the script.
pub(super) struct Shared {
    connection: ConnectionManager,
    link: RedisLink,
    change: Script,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(link: &RedisLink) -> Result<Self, redis::RedisError> {
        let connection = link.manager()?;
        let mut first = connection.clone();
        // A connection may take longer than a request is made to wait.
        tokio::spawn(async move {
            let _: Result<(), _> = redis::cmd("PING").query_async(&mut first).await;
        });
        Ok(Self {
            connection,
            link: link.clone(),
            change: Script::new(CHANGE),
        })
    }

    pub(super) async fn change(
        &self,
        name: &str,
        rate: Rate,
        cost: i64,
    ) -> Result<Decision, redis::RedisError> {
        let mut connection = self.connection.clone();
        let mut asked = self.change.key(self.link.bucket(name));
        asked.arg(rate.step()).arg(rate.depth()).arg(cost);
        let (allowed, debt): (bool, i64) = asked.invoke_async(&mut connection).await?;
        Ok(Decision::new(rate, cost, allowed, debt))
    }
}
