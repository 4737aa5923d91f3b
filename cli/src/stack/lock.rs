//! One stack per data folder.
//!
//! The lock is the kernel's and goes with the process that holds it, however it ends. The file
//! stays: removing it would let two processes lock two files of the same name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};

use super::procfs::until;

/// The name of the file in the data folder.
const FILE: &str = "stack.lock";
/// How long a holder may take to go.
const PATIENCE: Duration = Duration::from_secs(1);

/// The right to use a data folder, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who holds it. Waits a moment first: a process that was killed may
    /// still be on its way out.
    pub(crate) async fn take(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        let failed = || format!("failed to lock {}", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(failed)?;
        let mut tried = file.try_lock();
        until(PATIENCE, || {
            tried.is_ok() || {
                tried = file.try_lock();
                tried.is_ok()
            }
        })
        .await;
        match tried {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, data_dir)),
            Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        file.set_len(0).with_context(failed)?;
        file.rewind().with_context(failed)?;
        write!(file, "{}", std::process::id()).with_context(failed)?;
        Ok(Self { _file: file })
    }
}

/// Whether the folder has ever been locked.
pub(crate) fn exists(data_dir: &Path) -> bool {
    data_dir.join(FILE).exists()
}

/// Whether a stack uses the folder.
pub(crate) fn is_held(data_dir: &Path) -> bool {
    File::open(data_dir.join(FILE))
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn held(file: &mut File, data_dir: &Path) -> anyhow::Error {
    let mut pid = String::new();
    // Only for the message: without it the message names no process.
    let _ = file.take(20).read_to_string(&mut pid);
    let who = if pid.is_empty() {
        "another process".to_owned()
    } else {
        format!("process {pid}")
    };
    anyhow!(
        "{} is in use by {who}; end it first, or choose another folder with --data-dir",
        data_dir.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_lock_names_the_holder_until_the_first_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).await.unwrap();
        let error = Lock::take(dir.path()).await.unwrap_err().to_string();
        assert!(
            error.contains(&format!("process {}", std::process::id())),
            "{error}"
        );
        assert!(is_held(dir.path()));
        drop(first);
        assert!(!is_held(dir.path()));
        Lock::take(dir.path()).await.unwrap();
    }
}
