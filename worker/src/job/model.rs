//! Which model a job's generator calls: that of its user, or else the installation's.
//!
//! Asked for at the start of each attempt and at each adoption, so that whoever reads a container's
//! output knows what to mask in it.

use leo_common::job_model::{JobModel, NoModel};
use leo_common::store::jobs::{JobRecord, Outcome};
use leo_protocol::FailureReason;

use super::{Stop, ask, failed};
use crate::context::Context;
use crate::reach::Reach;

/// The job's model; where his own cannot be used, the installation's to mask with, and why not.
pub(super) async fn of(
    ctx: &Context,
    job: &JobRecord,
) -> Result<(JobModel, Option<NoModel>), Stop> {
    let installation = &ctx.config.model;
    let stored = ask(job.id, || ctx.db.provider(job.user_id)).await?;
    let (vault, wanted) = (ctx.vault.as_ref(), job.model.clone());
    let stored = stored.as_ref();
    let resolved = JobModel::resolve(installation, vault, job.user_id, stored, wanted);
    Ok(match resolved {
        Ok(model) => {
            let address = Reach::of(&ctx.config).refuses(&model);
            (model, address.map(NoModel::OutOfReach))
        }
        Err(why) => (JobModel::of_installation(installation, None), Some(why)),
    })
}

/// The end of a job that has none: nobody else's takes its place.
pub(super) fn missing(why: &NoModel) -> Outcome {
    Outcome {
        error: Some(failed(FailureReason::ProviderError, why.to_string())),
        ..Outcome::default()
    }
}
