//! Data folders that last for one run, for tests.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

use super::layout::{Layout, away_dir, open_to_pass};
use super::privilege::Privilege;
use super::programs::{Programs, output};
use super::record::Record;
use super::{Report, leftovers, lock};

/// The folder of these folders in the usual data folder.
const FOLDER: &str = "ephemeral";

/// A data folder that is removed with all that a stack has put into it.
///
/// Dropping it removes what can be removed without waiting; [`EphemeralDir::remove`] does it all.
pub struct EphemeralDir {
    dir: TempDir,
    programs: Programs,
}

impl EphemeralDir {
    /// Makes one below the data folder `base`, and removes those that killed runs have left there.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub async fn create(
        base: &Path,
        search_path: Option<OsString>,
        report: &Report<'_>,
    ) -> anyhow::Result<Self> {
        let programs = Programs::new(search_path);
        let base = Layout::make_data_dir(base)?;
        let parent = Layout::make_data_dir(&base.join(FOLDER))?;
        if nix::unistd::Uid::effective().is_root() {
            open_to_pass(&base)?;
            open_to_pass(&parent)?;
        }
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            sweep(&entry.path(), &programs, report).await;
        }
        let dir = tempfile::Builder::new()
            .prefix("")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .with_context(|| format!("failed to make a folder in {}", parent.display()))?;
        Ok(Self { dir, programs })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Removes the folder; call it after [`super::Stack::stop`].
    ///
    /// # Errors
    /// Something in it belongs to root and root's rights cannot be had.
    pub async fn remove(self) -> anyhow::Result<()> {
        let path = self.dir.keep();
        remove(&path, &self.programs).await
    }
}

/// Removes the folder of a run that is over. One without a lock file is just being made.
async fn sweep(dir: &Path, programs: &Programs, report: &Report<'_>) {
    if !lock::exists(dir) || lock::is_held(dir) {
        return;
    }
    let swept = async {
        let _lock = lock::Lock::take(dir).await?;
        leftovers::end(&Record::open(dir)?, programs, report).await?;
        remove(dir, programs).await
    };
    if let Err(error) = swept.await {
        report(&format!("failed to remove {}: {error:#}", dir.display()));
    }
}

async fn remove(dir: &Path, programs: &Programs) -> anyhow::Result<()> {
    let away = away_dir(dir);
    for dir in [&away, &PathBuf::from(dir)] {
        if !dir.exists() || fs::remove_dir_all(dir).is_ok() {
            continue;
        }
        let privilege = Privilege::find(programs).await;
        let failed = || format!("failed to remove {}", dir.display());
        let privilege = privilege
            .context("it belongs to root")
            .with_context(failed)?;
        let mut command = privilege.command(programs, "rm")?;
        command.arg("-rf").arg("--").arg(dir);
        output(command).await.with_context(failed)?;
    }
    if let Some(parent) = away.parent() {
        // Goes with the last folder in it, and stays as long as there is one.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}
