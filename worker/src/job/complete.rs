//! The end of a job: its terminal status and last event, then everything that may be thrown away.

use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::store::jobs::Outcome;

use super::ask::{ask, persist};
use super::{Held, Stop, inputs, past, remote};
use crate::orchestrator::RunHandle;

/// The pause before the end is written again after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Ends the job. Whatever has been said before is stored first, so that the last event is the
/// last. The container is removed only after the commit.
pub(super) async fn complete(held: &Held, outcome: &Outcome) -> Result<(), Stop> {
    held.tell.stored().await?;
    finish(held, &with_usage(held, outcome).await).await?;
    held.ctx.outbox.ring();
    remove_container(held).await;
    remove_spares(held).await;
    remote::forget(held).await;
    if let Err(error) = inputs::remove_folder(&held.staging()).await {
        tracing::warn!(job.id = %held.claim.job, %error, "the staging folder stays behind");
    }
    Ok(())
}

/// With what the job has cost, where others have seen that: earlier attempts of it, or an earlier holder.
async fn with_usage(held: &Held, outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    if outcome.usage.is_none() && held.claim.epoch > 1 {
        let job = held.claim.job;
        let usage = persist(job, || past::usage(&held.ctx, job)).await;
        outcome.usage = past::or_unknown(job, usage);
    }
    outcome
}

async fn finish(held: &Held, outcome: &Outcome) -> Result<(), Stop> {
    let mut unanswered = false;
    loop {
        match held
            .ctx
            .finisher
            .finish(held.claim.job, held.claim.epoch, outcome.clone())
            .await
        {
            Ok(Some(fact)) => {
                held.ctx.publisher.fact(fact);
                return Ok(());
            }
            // After a lost answer this may mean that the first call had been carried out; whoever
            // follows the stream reads its last event from Postgres.
            Ok(None) if unanswered && ended(held).await? => return Ok(()),
            Ok(None) => return Err(Stop::Lost),
            Err(error) if error.is_refusal() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "the end waits for the database");
                unanswered = true;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn ended(held: &Held) -> Result<bool, Stop> {
    let job = held.claim.job;
    let job = ask(job, || held.ctx.db.any_job(job)).await?;
    Ok(job.is_none_or(|job| job.status.is_terminal()))
}

/// What is left behind here, the reconciler removes.
async fn remove_container(held: &Held) {
    let (job, attempt) = (held.claim.job, held.claim.attempt);
    let Ok(Some(record)) = held.ctx.db.attempt(job, attempt).await else {
        return;
    };
    let Some(id) = record.handle else { return };
    if let Err(error) = held
        .ctx
        .orchestrator
        .remove(&RunHandle { job, attempt, id })
        .await
    {
        tracing::warn!(job.id = %job, error = %Chain(&error), "the container stays behind for now");
    }
}

/// What lost attempts had left, the later ones have gone on from. What stays behind here goes with
/// its session.
async fn remove_spares(held: &Held) {
    let job = held.claim.job;
    // A job of one attempt has none.
    if held.claim.attempt == 1 {
        return;
    }
    let removed = async {
        for (artifact, location) in held.ctx.db.spare_artifacts(job).await? {
            held.ctx.artifacts.remove_artifact(&location).await?;
            held.ctx.db.forget_artifact(artifact).await?;
        }
        anyhow::Ok(())
    };
    if let Err(error) = removed.await {
        tracing::warn!(job.id = %job, error = %Chain(error.as_ref()), "the files of lost attempts stay behind");
    }
}
