//! Jobs that this worker has been given without hearing of it.
//!
//! A connection that dies between commit and answer leaves jobs held here that nobody here knows.
//! After a call that may have done so, Postgres is asked what is held, and what is unknown is taken
//! again, under the next epoch: should the lost answer have reached somebody after all, he is fenced.
//! The attempt stays the same, so what was not launched is launched, and what was is adopted.
//!
//! Only the task that claims asks, between its own calls; and whoever opens a new attempt of his job
//! is known by the old one. So no answer is under way when the unknown ones are picked.

use leo_common::error_chain::Chain;
use leo_common::store::StoreError;
use leo_common::store::claims::Claim;
use leo_protocol::EventKind;

use crate::context::Context;
use crate::holds::Hold;

/// What the stream is told.
const TOLD: &str = "an answer of the database was lost; the worker goes on with the job";

/// Takes up to `slots` jobs that are held here and unknown, where there is reason to ask.
pub(super) async fn take_up(ctx: &Context, slots: usize) -> Vec<(Claim, Hold)> {
    let mut claims = Vec::new();
    let Some(doubted) = ctx.holds.doubted() else {
        return claims;
    };
    match look(ctx, slots, &mut claims).await {
        Ok(()) => ctx.holds.settle(doubted),
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "what is held here is not known yet");
            ctx.holds.doubt();
        }
    }
    claims
}

async fn look(
    ctx: &Context,
    slots: usize,
    claims: &mut Vec<(Claim, Hold)>,
) -> Result<(), StoreError> {
    let held = ctx.db.held(ctx.worker).await?;
    let unknown = held.iter().filter(|held| !ctx.holds.knows(held.job));
    for held in unknown.take(slots) {
        let events = [EventKind::Info {
            message: TOLD.to_owned(),
        }];
        let (job, epoch) = (held.job, held.epoch);
        let taken = ctx.db.take(job, epoch, ctx.worker, false, &events).await?;
        if let Some((claim, batch)) = taken {
            tracing::info!(job.id = %job, "took up a job whose answer was lost");
            ctx.publisher.batch(&batch);
            let hold = ctx.holds.enter(job, claim.epoch);
            claims.push((claim, hold));
        }
    }
    Ok(())
}
