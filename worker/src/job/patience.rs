//! Starting a container where that does not work at once.
//!
//! An engine that does not answer is no fault of the attempt: it is waited for, as long as the
//! attempt may run. One that has no room is waited for, too, but not as long. Where it answers and
//! refuses, a new attempt may do better, but hardly in the same second, so the attempts are spread.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_common::error_chain::Chain;
use tokio::time::{Instant, sleep};

use super::{Held, info};
use crate::orchestrator::{LaunchError, Launched};

/// The pause before an engine that does not answer is asked again, at first.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long room for the container is waited for.
const ROOM_PATIENCE: Duration = Duration::from_secs(300);
/// The longest pause between two looks for it.
const LONGEST_ROOM_PAUSE: Duration = Duration::from_secs(30);
/// The pause after the first attempt that the engine has refused to start; it doubles with each.
const REFUSED_PAUSE: Duration = Duration::from_secs(4);
/// The most doublings.
const REFUSED_DOUBLINGS: u32 = 5;

/// Launches until the engine answers, the deadline has passed or the job is cancelled. An answer
/// that was lost does no harm: the next launch finds what the last one has started. While this worker
/// cannot tell whether the job is still its own nothing is started; it finds out, or ends by it.
pub(super) async fn patiently<F>(
    held: &Held,
    deadline: DateTime<Utc>,
    launch: impl Fn() -> F,
) -> Result<Launched, LaunchError>
where
    F: Future<Output = Result<Launched, LaunchError>>,
{
    let (mut pause, mut longest) = (FIRST_PAUSE, LONGEST_PAUSE);
    let began = Instant::now();
    loop {
        let error = match launch().await {
            Err(error) => error,
            launched => return launched,
        };
        match &error {
            LaunchError::Unreachable(_) if Utc::now() < deadline => {
                tell(held, pause == FIRST_PAUSE, &error, || {
                    let engine = held.ctx.orchestrator.engine();
                    format!("{engine} does not answer; the job waits for it")
                });
            }
            LaunchError::NoCapacity(why) if began.elapsed() < ROOM_PATIENCE => {
                longest = LONGEST_ROOM_PAUSE;
                let due = pause == FIRST_PAUSE || pause == longest;
                tell(held, due, &error, || {
                    format!(
                        "there is no room for the container at present: {why}; the job waits for it"
                    )
                });
            }
            LaunchError::Unwanted if !held.hold.cancel.is_cancelled() => {}
            LaunchError::Failed(_) | LaunchError::NoCapacity(_) => {
                rest(held, refused_pause(held)).await;
                return Err(error);
            }
            LaunchError::Unreachable(_) | LaunchError::ImageMissing(_) | LaunchError::Unwanted => {
                return Err(error);
            }
        }
        // Many jobs may wait for the same; they do not ask together.
        if !rest(held, pause.mul_f64(rand::random_range(0.5..=1.0))).await {
            return Err(error);
        }
        pause = longest.min(pause * 2);
    }
}

/// The stream is told now and then, and the log each time.
fn tell(held: &Held, due: bool, error: &LaunchError, line: impl Fn() -> String) {
    tracing::warn!(job.id = %held.claim.job, error = %Chain(error), "the launch waits for the engine");
    if due {
        held.tell.say(&info(line()));
    }
}

/// No pause where there is nothing to wait for.
fn refused_pause(held: &Held) -> Duration {
    let attempt = held.claim.attempt;
    if attempt >= held.ctx.config.limits.job_max_attempts {
        return Duration::ZERO;
    }
    REFUSED_PAUSE * 2_u32.pow(attempt.saturating_sub(1).min(REFUSED_DOUBLINGS))
}

/// Waits, and goes on at once when the job is cancelled; `false` then.
async fn rest(held: &Held, pause: Duration) -> bool {
    let cancel = &held.hold.cancel;
    cancel.run_until_cancelled(sleep(pause)).await.is_some()
}
