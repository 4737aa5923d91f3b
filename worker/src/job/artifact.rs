//! The workspace leaves the container and becomes an artifact.

use std::path::Path;
use std::time::Duration;

use leo_common::artifacts::{ArtifactError, ArtifactStore, Manifest};
use leo_common::error_chain::Chain;
use leo_common::store::artifacts::NewArtifact;
use leo_protocol::{ArtifactId, Mode};

use super::launch::Run;
use super::{Held, Stop, ask, info, inputs, remote};
use crate::orchestrator::{CollectError, CollectLimits, Collected, LeftOut, Usage};
use crate::push;

/// Files and folders of a workspace at most.
pub(super) const MAX_ENTRIES: u64 = 50_000;
/// Folders inside each other at most.
const MAX_DEPTH: usize = 64;
/// How often a step that may pass is tried.
const TRIES: u32 = 5;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Why parts of a workspace are not kept, for the user.
const LEFT_OUT: [(LeftOut, &str); 3] = [
    (LeftOut::Special, "they are neither files nor folders"),
    (
        LeftOut::Name,
        "their names are not valid UTF-8 or hold backslashes or control characters",
    ),
    (LeftOut::Unreadable, "they may not be read"),
];

/// What a workspace may hold, while its generator runs and when it is copied out.
pub(super) fn limits(held: &Held) -> CollectLimits {
    CollectLimits {
        bytes: held.ctx.config.limits.workspace_limit.get(),
        entries: MAX_ENTRIES,
        depth: MAX_DEPTH,
    }
}

/// What is wrong with a workspace that takes too much, for the user.
pub(super) fn too_much(held: &Held, usage: &Usage) -> String {
    let limit = held.ctx.config.limits.workspace_limit;
    if usage.entries > MAX_ENTRIES {
        format!("the generator made more than {MAX_ENTRIES} files and folders, the most allowed")
    } else if usage.too_deep {
        format!("the generator put more than {MAX_DEPTH} folders into each other")
    } else {
        format!("the generator's files took more than {limit} of disk, the most allowed")
    }
}

/// What was kept of a workspace.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The artifact, unless there was nothing to keep.
    pub(super) artifact: Option<ArtifactId>,
    /// Files that the user sees.
    pub(super) app_files: usize,
    /// Why the workspace was refused.
    pub(super) rejected: Option<String>,
    /// What it takes, if it was refused for that.
    pub(super) too_much: Option<Usage>,
}

/// Copies the workspace out, stores it and records it. A `partial` one is kept if it can be; a
/// whole one must be.
pub(super) async fn keep(held: &Held, run: &Run, partial: bool) -> Result<Kept, Stop> {
    let folder = held.staging().join("out");
    let collected = match collect(held, run, &folder, partial).await {
        Ok(collected) => collected,
        Err(CollectError::Rejected(why)) => return Ok(rejected(&why, None)),
        Err(CollectError::TooMuch { usage, why }) => return Ok(rejected(&why, Some(usage))),
        Err(error) if partial => {
            tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "the partial files could not be kept");
            held.tell.say(&info(format!(
                "the files could not be kept: {}",
                unkept(&error)
            )));
            return Ok(Kept::default());
        }
        Err(error) => return Err(Stop::defect("copy the workspace out")(error.into())),
    };
    tell_skipped(held, &collected);
    let artifact = ArtifactId::generate();
    let location = ArtifactStore::location(held.claim.session, held.claim.job, artifact);
    let manifest = store(held, &location, &folder).await?;
    record(held, artifact, &location, &manifest, partial).await?;
    Ok(Kept {
        artifact: Some(artifact),
        app_files: manifest.app_files().count(),
        ..Kept::default()
    })
}

/// Why there is nothing, without what concerns the operator alone.
const fn unkept(error: &CollectError) -> &'static str {
    match error {
        CollectError::Gone => "what held them is gone",
        CollectError::Failed(_) | CollectError::Rejected(_) | CollectError::TooMuch { .. } => {
            "they could not be copied out"
        }
    }
}

fn rejected(why: &str, too_much: Option<Usage>) -> Kept {
    Kept {
        rejected: Some(format!("the generated files were not accepted: {why}")),
        too_much,
        ..Kept::default()
    }
}

async fn collect(
    held: &Held,
    run: &Run,
    folder: &Path,
    partial: bool,
) -> Result<Collected, CollectError> {
    let limits = limits(held);
    let mut tries = 1;
    loop {
        let emptied = empty(folder)
            .await
            .map_err(|error| CollectError::Failed(error.into()));
        let collected = match emptied {
            Ok(()) if remote::is_remote(held) => {
                remote::collect(held, folder, limits, partial).await
            }
            Ok(()) => {
                held.ctx
                    .orchestrator
                    .collect(&run.handle, folder, limits)
                    .await
            }
            Err(error) => Err(error),
        };
        match collected {
            Err(CollectError::Failed(error)) if tries < TRIES => {
                tracing::warn!(job.id = %held.claim.job, error = %Chain(error.as_ref()), "copying out is tried again");
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

async fn empty(folder: &Path) -> std::io::Result<()> {
    inputs::remove_folder(folder).await?;
    tokio::fs::create_dir_all(folder).await
}

async fn store(held: &Held, location: &str, folder: &Path) -> Result<Manifest, Stop> {
    let mut tries = 1;
    loop {
        match held.ctx.artifacts.put_folder(location, folder).await {
            Ok(manifest) => return Ok(manifest),
            Err(ArtifactError::Store(error)) if tries < TRIES => {
                tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "storing is tried again");
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(Stop::defect("store the artifact")(error.into())),
        }
    }
}

async fn record(
    held: &Held,
    id: ArtifactId,
    location: &str,
    manifest: &Manifest,
    partial: bool,
) -> Result<(), Stop> {
    let claim = &held.claim;
    let whole = !partial && held.job.mode != Mode::Plan && manifest.app_files().next().is_some();
    let push = whole && {
        let automatic = || push::is_automatic(&held.ctx, claim.user);
        ask(claim.job, automatic).await?
    };
    let artifact = NewArtifact {
        id,
        job: claim.job,
        session: claim.session,
        user: claim.user,
        attempt: claim.attempt,
        epoch: claim.epoch,
        location,
        manifest,
        partial,
        push,
    };
    let recorded = ask(claim.job, || held.ctx.db.record_artifact(&artifact)).await?;
    if recorded { Ok(()) } else { Err(Stop::Lost) }
}

/// Not everything leaves a container; the user is told what does not, and why.
fn tell_skipped(held: &Held, collected: &Collected) {
    for (left_out, because) in LEFT_OUT {
        let skipped = collected.skipped.iter();
        let names = skipped.filter(|skipped| skipped.why == left_out);
        let names: Vec<_> = names.map(|skipped| skipped.path.as_str()).collect();
        if !names.is_empty() {
            let names = names.join(", ");
            held.tell
                .say(&info(format!("not kept, because {because}: {names}")));
        }
    }
    if collected.unnamed > 0 {
        let more = collected.unnamed;
        held.tell
            .say(&info(format!("not kept either: {more} more")));
    }
}
