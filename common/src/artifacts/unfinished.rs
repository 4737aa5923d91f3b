//! What writers that were killed have left in a folder.
//!
//! The library writes an object beside its place, under a name that it does not list, and renames it.
//! A bucket has a lifecycle rule for the same.

use std::fs::{self, ReadDir};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{ArtifactError, ArtifactStore};

impl ArtifactStore {
    /// Removes files in the making to which nothing was added for `age`; how many. Nothing where the
    /// store is a bucket.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn remove_unfinished(&self, age: Duration) -> Result<u64, ArtifactError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(0);
        };
        let removing = {
            let folder = folder.clone();
            tokio::task::spawn_blocking(move || remove(&folder, age))
        };
        let removed = removing.await.map_err(io::Error::other).flatten();
        removed.map_err(|source| ArtifactError::File {
            path: folder.to_path_buf(),
            source,
        })
    }
}

/// Keeps one open folder a level, however many there are.
fn remove(root: &Path, age: Duration) -> io::Result<u64> {
    let mut open: Vec<ReadDir> = vec![fs::read_dir(root)?];
    let mut removed = 0;
    while let Some(folder) = open.last_mut() {
        let Some(entry) = folder.next() else {
            open.pop();
            continue;
        };
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            // One that is gone by now held nothing.
            open.extend(fs::read_dir(entry.path()));
        } else if is_unfinished(&entry.file_name()) && is_old(&entry, age) {
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => removed += 1,
            }
        }
    }
    Ok(removed)
}

/// The name of an object, `#`, and a number.
fn is_unfinished(name: &std::ffi::OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.rsplit_once('#'));
    number.is_some_and(|(_, number)| number.parse::<u64>().is_ok())
}

fn is_old(entry: &fs::DirEntry, age: Duration) -> bool {
    let written = entry.metadata().and_then(|found| found.modified());
    written.is_ok_and(|at| {
        SystemTime::now()
            .duration_since(at)
            .is_ok_and(|is| is >= age)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Aws;

    #[tokio::test]
    async fn only_what_nobody_writes_any_more_goes() {
        let root = tempfile::tempdir().unwrap();
        let url = url::Url::from_directory_path(root.path()).unwrap();
        let store = ArtifactStore::open(url.as_str(), &Aws::default()).unwrap();
        // As one leaves it who is killed in the middle.
        let mut begun = store.write("sessions/a/b.pack");
        for _ in 0..3 {
            begun.write(vec![1; 11 << 20].into()).await.unwrap();
        }
        std::mem::forget(begun);
        let folder = root.path().join("sessions/a");
        fs::write(folder.join("c#d.pack"), "whole").unwrap();
        let left = || fs::read_dir(&folder).unwrap().count();
        assert_eq!(left(), 2);
        assert_eq!(
            store
                .remove_unfinished(Duration::from_secs(60))
                .await
                .unwrap(),
            0
        );
        assert_eq!(store.remove_unfinished(Duration::ZERO).await.unwrap(), 1);
        assert_eq!(left(), 1);
    }
}
