//! Waiting for facts. A test never waits for a time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// More than anything here takes, even on a busy machine, unless it hangs.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How often a fact is looked for.
const INTERVAL: Duration = Duration::from_millis(25);

/// Asks until there is an answer.
///
/// # Panics
/// When there is none within [`DEADLINE`]; `what` says what was missing.
pub async fn wait_for<T>(what: &str, fact: impl AsyncFnMut() -> Option<T>) -> T {
    wait_within(DEADLINE, what, fact).await
}

/// As [`wait_for`], with a deadline of its own.
///
/// # Panics
/// When there is no answer within `deadline`.
pub async fn wait_within<T>(
    deadline: Duration,
    what: &str,
    mut fact: impl AsyncFnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(fact) = fact().await {
            return fact;
        }
        assert!(Instant::now() < end, "after {deadline:?}: no {what}");
        sleep(INTERVAL).await;
    }
}
