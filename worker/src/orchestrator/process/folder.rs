//! The folder of an attempt: filled before the start, copied out after the end, removed.
//!
//! It holds `app` and `.leo`; the file with the output and the record of the process group lie beside
//! it, out of the generator's way.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::task::spawn_blocking;

use super::left::record_file;
use crate::orchestrator::clear::remove_tree;
use crate::orchestrator::measure::measure;
use crate::orchestrator::tree::{Found, walk};
use crate::orchestrator::unpack::{Unpacker, is_executable, too_much};
use crate::orchestrator::{
    CollectError, CollectLimits, Collected, LeftOut, Usage, WORKSPACE_PARTS,
};

/// The inputs are the worker's own and were checked when they came in.
const NO_LIMITS: CollectLimits = CollectLimits {
    bytes: u64::MAX,
    entries: u64::MAX,
    depth: usize::MAX,
};

/// Makes the folder anew and fills it; returns it with the time that took.
pub(super) async fn prepare(folder: PathBuf, inputs: &Path) -> anyhow::Result<(PathBuf, Duration)> {
    let began = Instant::now();
    let inputs = inputs.to_owned();
    let filled = spawn_blocking(move || fill(folder, &inputs)).await?;
    Ok((filled.context("copy the inputs in")?, began.elapsed()))
}

fn fill(folder: PathBuf, inputs: &Path) -> anyhow::Result<PathBuf> {
    clear(&folder).context("remove what an earlier worker has left")?;
    fs::create_dir(&folder)?;
    copy(inputs, &folder, NO_LIMITS)?;
    for part in WORKSPACE_PARTS {
        fs::create_dir_all(folder.join(part))?;
    }
    Ok(folder)
}

/// Where the output of the attempt with this folder is kept.
pub(super) fn output_file(folder: &Path) -> PathBuf {
    folder.with_added_extension("log")
}

/// See [`crate::orchestrator::Orchestrator::collect`].
pub(super) async fn collect(
    folder: PathBuf,
    into: PathBuf,
    limits: CollectLimits,
) -> Result<Collected, CollectError> {
    let copied = spawn_blocking(move || {
        measured(&folder, limits)?;
        copy(&folder, &into, limits)
    })
    .await;
    copied
        .context("copy the folder")
        .map_err(CollectError::Failed)?
}

/// Refuses what is plainly too much before a single file of it is written.
fn measured(folder: &Path, limits: CollectLimits) -> Result<(), CollectError> {
    for part in WORKSPACE_PARTS {
        match measure(&folder.join(part), &limits) {
            Ok(usage) if usage.exceeds(&limits) => return Err(too_much(usage, limits)),
            Ok(_) => {}
            // The copying tells what is wrong.
            Err(_) => break,
        }
    }
    Ok(())
}

fn copy(from: &Path, into: &Path, limits: CollectLimits) -> Result<Collected, CollectError> {
    let mut unpacker = Unpacker::new(into, limits);
    for part in WORKSPACE_PARTS {
        walk::<CopyError>(from, part, |path, found| {
            let name = path.as_os_str().as_bytes();
            match found {
                Found::Folder => unpacker.folder(name)?,
                Found::File(mut file, metadata) => {
                    unpacker.file(name, metadata.len(), is_executable(&metadata), &mut file)?;
                }
                Found::Unreadable => unpacker.skip(name, LeftOut::Unreadable)?,
                Found::Other => unpacker.skip(name, LeftOut::Special)?,
            }
            Ok(())
        })
        .map_err(|error| error.0)?;
    }
    Ok(unpacker.finish())
}

/// Lets errors of reading and of writing leave the walk as one.
struct CopyError(CollectError);

impl From<io::Error> for CopyError {
    fn from(error: io::Error) -> Self {
        Self(CollectError::Failed(
            anyhow::Error::new(error).context("read the folder"),
        ))
    }
}

impl From<CollectError> for CopyError {
    fn from(error: CollectError) -> Self {
        Self(error)
    }
}

/// What the folder takes.
pub(super) async fn usage(folder: PathBuf, limits: CollectLimits) -> io::Result<Usage> {
    spawn_blocking(move || measure(&folder, &limits)).await?
}

/// Removes the folder, the output and the record.
pub(super) async fn remove(folder: PathBuf) -> io::Result<()> {
    spawn_blocking(move || clear(&folder)).await?
}

fn clear(folder: &Path) -> io::Result<()> {
    remove_tree(folder)?;
    fine_if_gone(fs::remove_file(output_file(folder)))?;
    fine_if_gone(fs::remove_file(record_file(folder)))
}

fn fine_if_gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
