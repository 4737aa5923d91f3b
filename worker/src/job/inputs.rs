//! What a generator finds before it starts: the session's files, and the job.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use leo_common::artifacts::Manifest;
use leo_common::store::artifacts::ArtifactRecord;
use leo_protocol::JobId;
use leo_protocol::runner::{
    APP_DIR, JOB_FILE, JobInput, LEO_DIR, PROMPT_ENV_LIMIT, PROMPT_FILE, WORKSPACE_ROOT,
};

use super::ask::persist;
use super::past::Survey;
use super::{Held, Stop, info, past, remote};

/// The version of `.leo/job.json`.
const INPUT_VERSION: u32 = 1;

/// Fills a folder with the inputs and gives its path.
pub(super) async fn prepare(held: &Held) -> Result<PathBuf, Stop> {
    let folder = held.staging().join("in");
    let base = persist(held.claim.job, || fill(held, &folder))
        .await
        .map_err(Stop::defect("prepare the workspace"))?;
    if held.claim.attempt > 1 {
        tell(held, base.carried_from);
    }
    Ok(folder)
}

/// Says what another attempt begins with.
fn tell(held: &Held, carried_from: Option<u32>) {
    let attempt = held.claim.attempt;
    held.tell.say(&info(match carried_from {
        Some(before) => {
            format!("attempt {attempt} begins with the files that attempt {before} has left")
        }
        None => format!(
            "attempt {attempt} begins where the job began: no files of an earlier attempt could be read"
        ),
    }));
}

/// What a workspace begins with.
struct Base {
    /// Its files; none where the session is new.
    artifact: Option<ArtifactRecord>,
    /// The attempt of this job that has left them.
    carried_from: Option<u32>,
}

async fn fill(held: &Held, folder: &Path) -> anyhow::Result<Base> {
    // A folder that an earlier try has left half-full is of no use.
    remove_folder(folder).await?;
    tokio::fs::create_dir_all(folder.join(APP_DIR))
        .await
        .context("make the app's folder")?;
    tokio::fs::create_dir_all(folder.join(LEO_DIR))
        .await
        .context("make the generator's folder")?;
    let base = base(held).await?;
    if let Some(artifact) = &base.artifact {
        held.ctx
            .artifacts
            .unpack(&artifact.location, &artifact.manifest, folder)
            .await?;
    }
    let input = input(held, &base).await?;
    let leo = folder.join(LEO_DIR);
    tokio::fs::write(leo.join(JOB_FILE), serde_json::to_vec_pretty(&input)?)
        .await
        .context("write the job")?;
    if is_long(&input.prompt) {
        tokio::fs::write(leo.join(PROMPT_FILE), &input.prompt)
            .await
            .context("write the prompt")?;
    }
    if remote::is_remote(held) {
        remote::lay_out(held, folder).await?;
    }
    Ok(base)
}

/// The version that the job goes on from: what an earlier attempt of its own has left, else that of
/// the retried job, both with the generator's own files, else the session's current app.
async fn base(held: &Held) -> anyhow::Result<Base> {
    let db = &held.ctx.db;
    let (job, attempt) = (held.claim.job, held.claim.attempt);
    if let Some(left) = db.artifact_before(job, attempt).await? {
        return Ok(Base {
            carried_from: Some(left.attempt),
            artifact: Some(left),
        });
    }
    let artifact = match retried(held).await?.and_then(|job| job.artifact_id) {
        Some(retried) => db.artifact(retried).await?,
        None => current(held).await?,
    };
    Ok(Base {
        artifact,
        carried_from: None,
    })
}

async fn current(held: &Held) -> anyhow::Result<Option<ArtifactRecord>> {
    let db = &held.ctx.db;
    let Some(current) = db.current_artifact(held.claim.session).await? else {
        return Ok(None);
    };
    let artifact = db.artifact(current).await?;
    Ok(artifact.map(|artifact| ArtifactRecord {
        manifest: app_only(artifact.manifest),
        ..artifact
    }))
}

async fn retried(held: &Held) -> anyhow::Result<Option<leo_common::store::jobs::JobRecord>> {
    match held.job.retry_of {
        Some(job) => Ok(held.ctx.db.job(held.claim.user, job).await?),
        None => Ok(None),
    }
}

fn app_only(mut manifest: Manifest) -> Manifest {
    let app = format!("{APP_DIR}/");
    manifest.files.retain(|file| file.path.starts_with(&app));
    manifest
}

async fn input(held: &Held, base: &Base) -> anyhow::Result<JobInput> {
    let db = &held.ctx.db;
    let (ctx, attempt) = (&held.ctx, held.claim.attempt);
    let own = match attempt {
        1 => Survey::default(),
        _ => past::survey(ctx, &held.job, attempt).await?,
    };
    // The state of the last checkpoint of the attempt, or of the retried job, whose files the workspace
    // holds.
    let resume = match (base.carried_from, retried(held).await?) {
        (Some(_), _) => own.state,
        (None, Some(job)) => past::survey(ctx, &job, u32::MAX).await?.state,
        (None, None) => None,
    };
    Ok(JobInput {
        version: INPUT_VERSION,
        job_id: held.claim.job,
        session_id: held.claim.session,
        attempt,
        prompt: held.job.prompt.clone(),
        mode: held.job.mode,
        max_iterations: held.job.max_iterations,
        conversation: db
            .conversation(held.claim.session, Some(held.job.queued_seq))
            .await?,
        resume,
        budget: held.job.budget,
        spent: own.spent,
    })
}

/// The generator's environment.
pub(super) fn environment(held: &Held, deadline: DateTime<Utc>) -> Vec<(String, String)> {
    let dial = held.ctx.dial.as_ref();
    let dial = dial.map(|dial| dial.url(held.claim.job, held.claim.attempt, deadline));
    if remote::is_remote(held) {
        return only_the_address(held.claim.job, dial);
    }
    let mut env = vec![
        ("JOB_ID", held.claim.job.to_string()),
        ("MODE", held.job.mode.to_string()),
        ("MAX_ITERATIONS", held.job.max_iterations.to_string()),
        ("WORKSPACE", format!("{WORKSPACE_ROOT}/{APP_DIR}")),
    ];
    env.extend(held.model.environment());
    env.push(if is_long(&held.job.prompt) {
        (
            "PROMPT_FILE",
            format!("{WORKSPACE_ROOT}/{LEO_DIR}/{PROMPT_FILE}"),
        )
    } else {
        ("PROMPT", held.job.prompt.clone())
    });
    env.extend(dial.map(|dial| ("WEBSOCKET_URL", dial)));
    env.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What is told to a container that asks for the rest: nothing of it may stand where whoever lists
/// containers reads it, and the engine's limits for an environment are never met.
fn only_the_address(job: JobId, dial: Option<String>) -> Vec<(String, String)> {
    let told = [("JOB_ID", Some(job.to_string())), ("WEBSOCKET_URL", dial)];
    let told = told.into_iter();
    told.filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

fn is_long(prompt: &str) -> bool {
    prompt.len() > PROMPT_ENV_LIMIT
}

/// Removes a folder; one that is not there is fine.
pub(crate) async fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
