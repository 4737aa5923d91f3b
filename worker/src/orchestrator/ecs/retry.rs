//! Calls that are made again.
//!
//! Every call that is used here may be made twice: starting a task has a token, and the others ask,
//! or stop what may be stopped already. So a call that got no answer, or was one too many, is made
//! again after a pause that doubles and is drawn by lot: workers that were refused together do not
//! come back together.

use std::time::Duration;

use tokio::time::sleep;

use super::api::{ApiError, Kind};

/// The longest first pause.
const FIRST_PAUSE: Duration = Duration::from_millis(400);
/// The longest pause at all.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// How often a call is made before its caller hears of it.
const TRIES: u32 = 5;

/// Whether the same call may do better later.
pub(super) const fn may_pass(kind: Kind) -> bool {
    match kind {
        Kind::Throttled | Kind::Away => true,
        Kind::Conflict | Kind::NotFound | Kind::Refused => false,
    }
}

/// Makes a call until it is answered, a few times at most.
pub(super) async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    while_wanted(|| true, call).await
}

/// The same, as long as it is wanted.
pub(super) async fn while_wanted<T, F>(
    wanted: impl Fn() -> bool,
    call: impl Fn() -> F,
) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let mut tries = 1;
    loop {
        match call().await {
            Err(error) if may_pass(error.kind) && tries < TRIES && wanted() => {
                tracing::debug!(%error, tries, "a call of ECS is made again");
            }
            done => return done,
        }
        sleep(by_lot(pause(tries))).await;
        tries += 1;
    }
}

/// The longest pause after so many tries.
fn pause(tries: u32) -> Duration {
    let doublings = tries.saturating_sub(1).min(u32::BITS - 1);
    let pause = FIRST_PAUSE.saturating_mul(1_u32 << doublings);
    pause.min(LONGEST_PAUSE)
}

/// Between half of it and all of it.
pub(super) fn by_lot(most: Duration) -> Duration {
    most.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::errors;
    use super::*;

    async fn answered_after(failures: u32, error: ApiError) -> (Result<(), ApiError>, u32) {
        let calls = AtomicU32::new(0);
        let done = patiently(
            async || match calls.fetch_add(1, Ordering::Relaxed) < failures {
                true => Err(error.clone()),
                false => Ok(()),
            },
        )
        .await;
        (done, calls.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_again() {
        let throttled = || errors::of(Some("ThrottlingException"), "Rate exceeded", Some(400));
        assert_eq!(answered_after(3, throttled()).await, (Ok(()), 4));
        let (done, calls) = answered_after(u32::MAX, throttled()).await;
        assert_eq!((done.unwrap_err().kind, calls), (Kind::Throttled, TRIES));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_not() {
        let refused = errors::of(Some("AccessDeniedException"), "no", Some(400));
        assert_eq!(answered_after(1, refused.clone()).await, (Err(refused), 1));
    }

    #[test]
    fn pauses_grow_and_are_bounded() {
        assert_eq!(pause(1), FIRST_PAUSE);
        assert_eq!(pause(2), FIRST_PAUSE * 2);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
        let drawn = by_lot(FIRST_PAUSE);
        assert!(drawn >= FIRST_PAUSE / 2 && drawn <= FIRST_PAUSE);
    }
}
