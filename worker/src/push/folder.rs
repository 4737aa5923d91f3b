//! The folders in which pushes are made.
//!
//! A push removes its own. Of those that a killed worker has left, whoever makes the next push
//! removes the old ones: none of them can be in use any more.

use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

/// The folder of all of them.
const ALL: &str = "pushes";
/// No push takes that long.
const ABANDONED: Duration = Duration::from_secs(6 * 3600);

/// A new folder below `staging`, gone when dropped.
pub(super) async fn new(staging: &Path) -> io::Result<TempDir> {
    let all = staging.join(ALL);
    tokio::fs::create_dir_all(&all).await?;
    if let Err(error) = remove_abandoned(&all, ABANDONED).await {
        tracing::debug!(%error, "old folders of pushes stay behind for now");
    }
    tempfile::Builder::new().prefix("push-").tempdir_in(all)
}

async fn remove_abandoned(all: &Path, age: Duration) -> io::Result<()> {
    let mut entries = tokio::fs::read_dir(all).await?;
    while let Some(entry) = entries.next_entry().await? {
        let changed = entry.metadata().await?.modified()?;
        if changed.elapsed().is_ok_and(|found| found > age) {
            tokio::fs::remove_dir_all(entry.path()).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_left_goes_when_it_is_old() {
        let staging = tempfile::tempdir().unwrap();
        let one = new(staging.path()).await.unwrap();
        let left = one.keep();
        let _other = new(staging.path()).await.unwrap();
        assert!(left.is_dir(), "it is young");
        let all = staging.path().join(ALL);
        remove_abandoned(&all, Duration::ZERO).await.unwrap();
        assert!(!left.exists());
    }
}
