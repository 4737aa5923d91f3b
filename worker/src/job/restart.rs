//! Another attempt, where the infrastructure has failed and not the generator.

use leo_common::store::claims::Claim;
use leo_common::store::jobs::Outcome;
use leo_protocol::EventKind;
use leo_protocol::http::JobError;

use super::{Again, Held, Stop, ask, info, remote};

/// Opens the job's next attempt for this worker; `None` when none are left or the job is to be
/// cancelled.
pub(super) async fn restart(held: &Held, again: &Again) -> Result<Option<Claim>, Stop> {
    let next = held.claim.attempt + 1;
    if next > held.ctx.config.limits.job_max_attempts || held.hold.cancel.is_cancelled() {
        return Ok(None);
    }
    held.tell.stored().await?;
    let events = [
        info(format!(
            "attempt {} failed: {}; attempt {next} begins",
            held.claim.attempt, again.error.message
        )),
        EventKind::GenerationStarted {
            request_id: held.claim.job,
            attempt: next,
        },
    ];
    let (job, epoch, worker) = (held.claim.job, held.claim.epoch, held.ctx.worker);
    // Taken by a call whose answer was lost, the job is nobody's here; the claiming task asks for it.
    let taken = ask(job, || held.ctx.db.take(job, epoch, worker, true, &events)).await?;
    let Some((claim, batch)) = taken else {
        return Err(Stop::Lost);
    };
    held.ctx.publisher.batch(&batch);
    remote::forget(held).await;
    Ok(Some(claim))
}

/// The job's end after its last attempt, which leaves its files to the user.
pub(super) fn last(held: &Held, again: Again) -> Outcome {
    let cancelled = held.hold.cancel.is_cancelled();
    let message = match held.ctx.config.limits.job_max_attempts {
        1 => again.error.message,
        allowed => format!(
            "{}; that was the last of {allowed} attempts",
            again.error.message
        ),
    };
    let error = JobError {
        message,
        ..again.error
    };
    Outcome {
        error: (!cancelled).then_some(error),
        cancelled,
        artifact: again.artifact,
        usage: again.usage,
        ..Outcome::default()
    }
}
