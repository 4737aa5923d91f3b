//! What a generator finds before it starts: the session's files, and the job.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use leo_common::artifacts::{ArtifactError, Manifest};
use leo_common::error_chain::Chain;
use leo_protocol::runner::{
    APP_DIR, JOB_FILE, JobInput, LEO_DIR, PROMPT_ENV_LIMIT, PROMPT_FILE, WORKSPACE_ROOT,
};
use leo_protocol::{JobId, Mode};

use super::ask::persist;
use super::base::{self, Base};
use super::rebuild::{self, Rebuilt, Workspace};
use super::{Held, Stop, artifact, info, remote};
use crate::dial::GATEWAY;
use crate::reach::Reach;

/// So many of the files that do not come back are named.
const NAMED: usize = 5;
/// How often the files are fetched that it begins with, if the store fails.
const TRIES: u32 = 5;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);
/// The version of `.leo/job.json`.
const INPUT_VERSION: u32 = 1;

/// Fills a folder with the inputs and gives its path.
pub(super) async fn prepare(held: &Held) -> Result<PathBuf, Stop> {
    let folder = held.staging().join("in");
    let begun = persist(held.claim.job, || fill(held, &folder))
        .await
        .map_err(Stop::defect("prepare the workspace"))?;
    tell(held, &begun);
    Ok(folder)
}

/// What there was to begin with, for people.
#[derive(Default)]
struct Begun {
    /// An attempt of this job has left files.
    carried_from: Option<u32>,
    /// Files came back from the stream.
    rebuilt: Option<Rebuilt>,
}

/// Says what another attempt begins with, or a retry, where that is not the files as they were left.
fn tell(held: &Held, begun: &Begun) {
    let attempt = held.claim.attempt;
    let base = match begun.carried_from {
        Some(before) => {
            format!("attempt {attempt} begins with the files that attempt {before} has left")
        }
        None if begun.rebuilt.is_some() => format!(
            "attempt {attempt} goes on from the last checkpoint, whose files could not be read where they were"
        ),
        None if attempt > 1 => format!(
            "attempt {attempt} begins where the job began: no files of an earlier attempt could be read"
        ),
        None => return,
    };
    let rebuilt = begun.rebuilt.as_ref().map(in_words).unwrap_or_default();
    held.tell.say(&info(base + &rebuilt));
}

fn in_words(rebuilt: &Rebuilt) -> String {
    let back = format!("; files that came back from the stream: {}", rebuilt.files);
    if rebuilt.lost == 0 {
        return back;
    }
    let names = rebuilt.names.iter().take(NAMED);
    // Somebody's words, as all of an event.
    let names: Vec<_> = names.map(|name| name.escape_debug().to_string()).collect();
    let more = match rebuilt.lost > names.len() {
        true => ", …",
        false => "",
    };
    let (lost, names) = (rebuilt.lost, names.join(", "));
    format!("{back}; too large for it and to be written again: {lost} ({names}{more})")
}

async fn fill(held: &Held, folder: &Path) -> anyhow::Result<Begun> {
    let mut base = lay_base(held, folder).await?;
    let begun = Begun {
        carried_from: base.carried_from,
        rebuilt: rebuild(held, folder, &mut base).await?,
    };
    write_job(held, folder, base).await?;
    if remote::is_remote(held) {
        remote::lay_out(held, folder).await?;
    }
    Ok(begun)
}

/// Finds out what there is to begin with, and unpacks it.
async fn lay_base(held: &Held, folder: &Path) -> anyhow::Result<Base> {
    let mut tries = 1;
    loop {
        empty(folder).await.context("make the folders")?;
        let base = base::find(held).await?;
        let Some(artifact) = &base.artifact else {
            return Ok(base);
        };
        let store = &held.ctx.artifacts;
        let unpacked = store.unpack(&artifact.location, &artifact.manifest, folder);
        let Err(error) = unpacked.await else {
            return Ok(base);
        };
        // It may have been forgotten since it was found; then something else is the base.
        let known = held.ctx.db.artifact(artifact.id).await?.is_some();
        let may_pass = !known || matches!(error, ArtifactError::Store(_));
        if !may_pass || tries == TRIES {
            let what = format!("read the files that job {} has left", artifact.job);
            return Err(anyhow::Error::new(error).context(what));
        }
        tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "the workspace is laid out again");
        tries += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

/// A folder that an earlier try has left half-full is of no use.
async fn empty(folder: &Path) -> std::io::Result<()> {
    remove_folder(folder).await?;
    tokio::fs::create_dir_all(folder.join(APP_DIR)).await?;
    tokio::fs::create_dir_all(folder.join(LEO_DIR)).await
}

/// Puts the files that the stream alone knows over those that are there.
async fn rebuild(held: &Held, folder: &Path, base: &mut Base) -> anyhow::Result<Option<Rebuilt>> {
    if base.told.is_empty() {
        return Ok(None);
    }
    let there = base.artifact.as_ref().map(|artifact| &artifact.manifest);
    let bytes = there.map_or(0, Manifest::bytes);
    let entries = there.map_or(0, |manifest| manifest.files.len() as u64);
    let limits = artifact::limits(held);
    let mut workspace = Workspace::new(folder.to_owned(), limits, bytes, entries);
    for told in &base.told {
        workspace = rebuild::write(&held.ctx, told, workspace).await?;
    }
    let rebuilt = workspace.finish();
    if rebuilt == Rebuilt::default() && held.job.mode != Mode::Plan {
        // Its generator does not tell of its files: they are lost with the work that they were.
        base.resume = None;
        return Ok(None);
    }
    Ok(Some(rebuilt))
}

async fn write_job(held: &Held, folder: &Path, base: Base) -> anyhow::Result<()> {
    let input = input(held, base).await?;
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

async fn input(held: &Held, base: Base) -> anyhow::Result<JobInput> {
    let db = &held.ctx.db;
    Ok(JobInput {
        version: INPUT_VERSION,
        job_id: held.claim.job,
        session_id: held.claim.session,
        attempt: held.claim.attempt,
        prompt: held.job.prompt.clone(),
        mode: held.job.mode,
        max_iterations: held.job.max_iterations,
        conversation: db.conversation_before(&held.job).await?,
        resume: base.resume,
        budget: held.job.budget,
        spent: base.spent,
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
    env.extend(match goes_by_gateway(held) {
        true => held.model.through(GATEWAY).environment(),
        false => held.model.environment(),
    });
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

/// Whether the container calls its machine by the engine's name for it.
pub(super) fn goes_by_gateway(held: &Held) -> bool {
    Reach::of(&held.ctx.config).through_gateway(&held.model)
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
