//! What a workspace begins with, and how much of the work is done in it.
//!
//! Each attempt goes on from what is left of the work before it: that of the job's earlier attempts,
//! and of the jobs that it retries. Whatever has left its files is gone on from as they are. Of an
//! attempt that has left none, because its host was lost, the stream knows the files up to its last
//! checkpoint; they are put over the version that the job had begun with, which is written down when
//! it begins: the session may go back to another one meanwhile. This module finds out what there is;
//! [`super::rebuild`] makes files of it.

use std::collections::VecDeque;

use leo_common::artifacts::Manifest;
use leo_common::store::artifacts::ArtifactRecord;
use leo_common::store::jobs::JobRecord;
use leo_protocol::runner::APP_DIR;
use leo_protocol::{ArtifactId, Spent};
use serde_json::Value;

use super::Held;
use super::past::{self, Reached, Survey};

/// So many retries of retries are looked back.
const MAX_RETRIES: usize = 16;

/// What a workspace begins with.
#[derive(Default)]
pub(super) struct Base {
    /// Its files; none where the session is new.
    pub(super) artifact: Option<ArtifactRecord>,
    /// The attempt of this job that has left them.
    pub(super) carried_from: Option<u32>,
    /// What comes over them from the stream, in this order.
    pub(super) told: VecDeque<Told>,
    /// The state of the last checkpoint whose files these are.
    pub(super) resume: Option<Value>,
    /// What the job has cost so far.
    pub(super) spent: Option<Spent>,
}

/// Work that is left in the stream alone.
pub(super) struct Told {
    /// Of this job.
    pub(super) job: JobRecord,
    /// Up to these checkpoints.
    pub(super) reached: Vec<Reached>,
}

/// Finds out what the held attempt begins with.
pub(super) async fn find(held: &Held) -> anyhow::Result<Base> {
    let (ctx, db) = (&held.ctx, &held.ctx.db);
    let mut base = Base::default();
    if held.claim.attempt > 1 {
        let survey = past::survey(ctx, &held.job, held.claim.attempt).await?;
        let left = db.artifact_before(held.job.id, held.claim.attempt).await?;
        base.spent = survey.spent;
        base.carried_from = left.as_ref().map(|left| left.attempt);
        base.go_back(held.job.clone(), survey, left);
    }
    let mut before = held.job.retry_of;
    // Whose work this job goes on with.
    let mut with = held.job.id;
    for _ in 0..MAX_RETRIES {
        let Some(retried) = before.filter(|_| !base.is_complete()) else {
            break;
        };
        let Some(job) = db.job(held.claim.user, retried).await? else {
            break;
        };
        before = job.retry_of;
        let (id, open) = (job.id, base.artifact.is_none());
        let survey = past::survey(ctx, &job, u32::MAX).await?;
        let left = artifact(held, job.artifact_id).await?;
        base.go_back(job, survey, left);
        if open && base.has_files() {
            with = id;
        }
    }
    let begun = db.begin_with(held.job.id, with).await?;
    if base.artifact.is_none() {
        base.artifact = version(held, begun.artifact).await?;
    }
    Ok(base)
}

impl Base {
    /// Whether nothing more can be learned from earlier jobs.
    fn is_complete(&self) -> bool {
        self.artifact.is_some() && self.resume.is_some()
    }

    /// Whether any work was found.
    fn has_files(&self) -> bool {
        self.artifact.is_some() || !self.told.is_empty()
    }

    /// Takes in the work of a job before all that was taken in so far.
    fn go_back(&mut self, job: JobRecord, survey: Survey, left: Option<ArtifactRecord>) {
        self.resume = self.resume.take().or(survey.state);
        if self.artifact.is_some() {
            return;
        }
        let kept = left.as_ref().map_or(0, |left| left.attempt);
        let mut reached = survey.reached;
        reached.retain(|one| one.attempt > kept);
        if !reached.is_empty() {
            self.told.push_front(Told { job, reached });
        }
        self.artifact = left;
    }
}

/// A version of the app without the generator's own files.
async fn version(held: &Held, id: Option<ArtifactId>) -> anyhow::Result<Option<ArtifactRecord>> {
    let version = artifact(held, id).await?;
    Ok(version.map(|version| ArtifactRecord {
        manifest: app_only(version.manifest),
        ..version
    }))
}

async fn artifact(held: &Held, id: Option<ArtifactId>) -> anyhow::Result<Option<ArtifactRecord>> {
    match id {
        Some(id) => Ok(held.ctx.db.artifact(id).await?),
        None => Ok(None),
    }
}

fn app_only(mut manifest: Manifest) -> Manifest {
    let app = format!("{APP_DIR}/");
    manifest.files.retain(|file| file.path.starts_with(&app));
    manifest
}
