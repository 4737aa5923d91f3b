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
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::ask::persist;
use super::{Held, Stop};

/// The version of `.leo/job.json`.
const INPUT_VERSION: u32 = 1;
/// Rows of the stream read at a time when looking for a checkpoint.
const PAGE_ROWS: u32 = 200;
/// Bytes of the stream read at a time when looking for a checkpoint.
const PAGE_BYTES: u64 = 4 << 20;
/// How a checkpoint stands in a stored batch.
const CHECKPOINT: &[u8] = br#""type":"checkpoint""#;

/// Fills a folder with the inputs and gives its path.
pub(super) async fn prepare(held: &Held) -> Result<PathBuf, Stop> {
    let folder = held.staging().join("in");
    persist(held.claim.job, || fill(held, &folder))
        .await
        .map_err(Stop::defect("prepare the workspace"))?;
    Ok(folder)
}

async fn fill(held: &Held, folder: &Path) -> anyhow::Result<()> {
    // A folder that an earlier try has left half-full is of no use.
    remove_folder(folder).await?;
    tokio::fs::create_dir_all(folder.join(APP_DIR))
        .await
        .context("make the app's folder")?;
    tokio::fs::create_dir_all(folder.join(LEO_DIR))
        .await
        .context("make the generator's folder")?;
    if let Some(artifact) = base(held).await? {
        held.ctx
            .artifacts
            .unpack(&artifact.location, &artifact.manifest, folder)
            .await?;
    }
    let input = input(held).await?;
    let leo = folder.join(LEO_DIR);
    tokio::fs::write(leo.join(JOB_FILE), serde_json::to_vec_pretty(&input)?)
        .await
        .context("write the job")?;
    if is_long(&input.prompt) {
        tokio::fs::write(leo.join(PROMPT_FILE), &input.prompt)
            .await
            .context("write the prompt")?;
    }
    Ok(())
}

/// The version that the job goes on from: that of the retried job with the generator's own files,
/// else the session's current app.
async fn base(held: &Held) -> anyhow::Result<Option<ArtifactRecord>> {
    let db = &held.ctx.db;
    if let Some(retried) = retried(held).await?.and_then(|job| job.artifact_id) {
        return Ok(db.artifact(retried).await?);
    }
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

async fn input(held: &Held) -> anyhow::Result<JobInput> {
    let db = &held.ctx.db;
    Ok(JobInput {
        version: INPUT_VERSION,
        job_id: held.claim.job,
        session_id: held.claim.session,
        attempt: held.claim.attempt,
        prompt: held.job.prompt.clone(),
        mode: held.job.mode,
        max_iterations: held.job.max_iterations,
        conversation: db
            .conversation(held.claim.session, Some(held.job.queued_seq))
            .await?,
        resume: resume(held).await?,
        budget: None,
    })
}

/// The state of the last checkpoint of the retried job, whose files the workspace holds.
async fn resume(held: &Held) -> anyhow::Result<Option<Value>> {
    let Some(retried) = retried(held).await? else {
        return Ok(None);
    };
    let (after, last) = (retried.queued_seq, retried.ended_seq.unwrap_or(0));
    let line = last_checkpoint(held, retried.id, after, last).await?;
    let event: Option<Value> = line.as_deref().map(serde_json::from_slice).transpose()?;
    Ok(event.and_then(|event| event.get("state").cloned()))
}

async fn last_checkpoint(
    held: &Held,
    job: JobId,
    after: u64,
    last: u64,
) -> anyhow::Result<Option<Vec<u8>>> {
    let mut cursor = after;
    let mut found = None;
    while cursor < last {
        let page = held
            .ctx
            .history
            .read(held.claim.session, cursor, PAGE_ROWS, PAGE_BYTES)
            .await?;
        let Some(end) = page.last() else { break };
        cursor = end.last;
        for batch in page.iter().filter(|batch| batch.place.job_id == Some(job)) {
            let lines = leo_protocol::batch::lines(&batch.body);
            found = lines
                .filter(|line| memchr::memmem::find(line, CHECKPOINT).is_some())
                .last()
                .map(<[u8]>::to_vec)
                .or(found);
        }
    }
    Ok(found)
}

/// The generator's environment.
pub(super) fn environment(held: &Held, deadline: DateTime<Utc>) -> Vec<(String, String)> {
    let model = &held.ctx.config.model;
    let mut env = vec![
        ("JOB_ID", held.claim.job.to_string()),
        ("MODE", held.job.mode.to_string()),
        ("MAX_ITERATIONS", held.job.max_iterations.to_string()),
        ("WORKSPACE", format!("{WORKSPACE_ROOT}/{APP_DIR}")),
        ("LLM_PROVIDER", model.llm_provider.as_str().to_owned()),
    ];
    env.push(if is_long(&held.job.prompt) {
        (
            "PROMPT_FILE",
            format!("{WORKSPACE_ROOT}/{LEO_DIR}/{PROMPT_FILE}"),
        )
    } else {
        ("PROMPT", held.job.prompt.clone())
    });
    let optional = [
        (
            "LLM_BASE_URL",
            model.llm_base_url.as_ref().map(ToString::to_string),
        ),
        (
            "LLM_API_KEY",
            model
                .llm_api_key
                .as_ref()
                .map(|key| key.expose_secret().to_owned()),
        ),
        (
            "LLM_MODEL",
            held.job.model.clone().or_else(|| model.llm_model.clone()),
        ),
        (
            "WEBSOCKET_URL",
            held.ctx
                .dial
                .as_ref()
                .map(|dial| dial.url(held.claim.job, held.claim.attempt, deadline)),
        ),
        (
            "DEMO_SPEED",
            model.demo_speed.map(|speed| speed.to_string()),
        ),
    ];
    env.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    env.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
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
