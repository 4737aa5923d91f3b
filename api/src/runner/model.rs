//! The model of a container's job, for the container and for what must not be seen of it.

use leo_common::error_chain::Chain;
use leo_common::job_model::{JobModel, NoModel};
use leo_common::mask::Mask;
use leo_common::store::StoreError;
use leo_common::store::jobs::JobRecord;
use leo_protocol::JobId;
use secrecy::ExposeSecret as _;

use super::Door;
use super::end::End;

/// The model of a job: its user's, or else the installation's.
pub(super) async fn of(
    door: &Door,
    job: &JobRecord,
) -> Result<Result<JobModel, NoModel>, StoreError> {
    let stored = door.db.provider(job.user_id).await?;
    let (vault, wanted) = (door.vault.as_ref(), job.model.clone());
    let stored = stored.as_ref();
    Ok(JobModel::resolve(
        &door.model,
        vault,
        job.user_id,
        stored,
        wanted,
    ))
}

/// What a connection of the job's container must not let through; `token` opened it. Where that is
/// not known nothing is let through.
pub(super) async fn mask(door: &Door, job: JobId, token: &str) -> Result<Mask, End> {
    let asked = async {
        let record = door.db.any_job(job).await?;
        match record {
            Some(record) => of(door, &record).await.map(Some),
            None => Ok(None),
        }
    };
    match asked.await {
        Ok(Some(Ok(model))) => {
            let hidden = door.hidden.iter().map(|secret| secret.expose_secret());
            Ok(Mask::new(model.secrets().chain([token]).chain(hidden)))
        }
        Ok(Some(Err(why))) => {
            tracing::warn!(job.id = %job, error = %Chain(&why), "a runner waits until its user's key can be read");
            Err(End::TryLater)
        }
        Ok(None) => Err(End::NotFound),
        Err(error) => {
            tracing::warn!(job.id = %job, error = %Chain(&error), "a runner could not be let in");
            Err(End::TryLater)
        }
    }
}
