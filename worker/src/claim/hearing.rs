//! Hints for the claimer, while it has a use for them.

use std::time::Duration;

use leo_common::queue::HintWaiter;
use leo_common::redis_link::RedisLink;
use tokio::sync::watch;

use super::claimer::LOOK_INTERVAL;
use crate::context::Context;

/// The pause after Redis has failed.
const REDIS_PAUSE: Duration = Duration::from_secs(1);

/// Counts hints, as long as somebody wants to know. Those that it has no use for are given back: a full
/// worker would take them from one that is idle.
pub(super) async fn hear(
    ctx: Context,
    link: RedisLink,
    count: watch::Sender<u64>,
    mut hungry: watch::Receiver<bool>,
) {
    let mut waiter = HintWaiter::new(link);
    while !count.is_closed() {
        if hungry.wait_for(|hungry| *hungry).await.is_err() {
            return;
        }
        if ctx.draining.is_set() {
            // Hints are for those who claim.
            tokio::time::sleep(LOOK_INTERVAL).await;
            continue;
        }
        match waiter.wait().await {
            Ok(true) if ctx.draining.is_set() || !*hungry.borrow() => ctx.waker.wake(),
            Ok(true) => count.send_modify(|count| *count += 1),
            Ok(false) => {}
            Err(error) => {
                tracing::debug!(%error, "no hints from redis; the timer finds jobs");
                tokio::time::sleep(REDIS_PAUSE).await;
            }
        }
    }
}
