//! The folders of a stack.
//!
//! ```text
//! <data dir>/stack.lock  stack.json  logs/<name>.log  postgres/  redis/  docker/  run/<name>/…
//! ```
//!
//! Sockets lie in `run`, unless that path is too long for one or closed to the account that
//! Postgres runs as; then in a short folder of their own below `/tmp`, removed at the end.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::account::Account;

/// The kernel's limit for the path of a socket, in bytes, without the closing zero.
const SOCKET_PATH_MAX: usize = 107;
/// The longest path below the `run` folder that becomes a socket.
const LONGEST_SOCKET: &str = "/postgres/.s.PGSQL.5432.lock";
/// How the names of short folders for sockets begin.
pub(crate) const SHORT_PREFIX: &str = "/tmp/leo-";
/// Where root keeps what cannot lie in the data folder, because an unprivileged account must get
/// there. Only root can write to its parent, so nobody can prepare a trap in it.
const AWAY: &str = "/var/lib/leo";

/// Where a stack keeps what.
pub(crate) struct Layout {
    data_dir: PathBuf,
    run_dir: PathBuf,
    temporary: Option<TempDir>,
}

impl Layout {
    /// Makes the data folder if it is missing and gives its real path.
    pub(crate) fn make_data_dir(dir: &Path) -> anyhow::Result<PathBuf> {
        let make = || {
            if let Some(parent) = dir.parent() {
                fs::create_dir_all(parent)?;
            }
            if !dir.exists() {
                DirBuilder::new().mode(0o700).create(dir)?;
            }
            fs::canonicalize(dir)
        };
        make().with_context(|| format!("failed to make the data folder {}", dir.display()))
    }

    pub(crate) fn new(data_dir: PathBuf, account: Option<&Account>) -> anyhow::Result<Self> {
        if account.is_some() {
            open_to_pass(&data_dir)?;
        }
        let near = data_dir.join("run");
        clear(&near)?;
        let reachable = account.is_none_or(|account| account.can_enter(&data_dir));
        let short = near.as_os_str().as_bytes().len() + LONGEST_SOCKET.len() <= SOCKET_PATH_MAX;
        let temporary = if short && reachable {
            make_dir(&near)?;
            None
        } else {
            Some(make_short_dir()?)
        };
        let run_dir = temporary
            .as_ref()
            .map_or(near, |dir| dir.path().to_path_buf());
        if account.is_some() {
            open_to_pass(&run_dir)?;
        }
        Ok(Self {
            data_dir,
            run_dir,
            temporary,
        })
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The folder of the sockets, if it is one below `/tmp`.
    pub(crate) fn temporary_run_dir(&self) -> Option<&Path> {
        self.temporary.as_ref().map(TempDir::path)
    }

    /// A folder for the sockets of one service, open to this process's account only.
    pub(crate) fn run_dir(&self, service: &str) -> anyhow::Result<PathBuf> {
        let dir = self.run_dir.join(service);
        make_dir(&dir)?;
        Ok(dir)
    }

    /// The log of one service. Its folder is made; an older log is kept as `<name>.log.old`, so
    /// that a log holds one run.
    pub(crate) fn fresh_log(&self, service: &str) -> anyhow::Result<PathBuf> {
        let dir = self.data_dir.join("logs");
        make_dir(&dir)?;
        let log = dir.join(format!("{service}.log"));
        if log.exists() {
            fs::rename(&log, log.with_extension("log.old"))
                .with_context(|| format!("failed to put {} aside", log.display()))?;
        }
        Ok(log)
    }

    /// A folder for the data of one service that runs with our rights.
    pub(crate) fn service_dir(&self, service: &str) -> anyhow::Result<PathBuf> {
        let dir = self.data_dir.join(service);
        make_dir(&dir)?;
        Ok(dir)
    }
}

/// A name for this data folder that fits where a path does not: eight hexadecimal digits.
pub(crate) fn tag(data_dir: &Path) -> String {
    let digest = Sha256::digest(data_dir.as_os_str().as_bytes());
    hex(&digest)[..8].to_owned()
}

/// The folder outside the data folder that belongs to it; see [`AWAY`].
pub(crate) fn away_dir(data_dir: &Path) -> PathBuf {
    Path::new(AWAY).join(tag(data_dir))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Makes the folder and its parents, those that are missing closed to others.
pub(crate) fn make_dir(dir: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("failed to make the folder {}", dir.display()))
}

/// Lets other accounts pass through the folder, without letting them list it.
pub(crate) fn open_to_pass(dir: &Path) -> anyhow::Result<()> {
    let set = || {
        let mode = fs::metadata(dir)?.permissions().mode();
        fs::set_permissions(dir, Permissions::from_mode(mode | 0o011))
    };
    set().with_context(|| format!("failed to open the folder {}", dir.display()))
}

fn make_short_dir() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("leo-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in("/tmp")
        .context("failed to make a folder for sockets below /tmp")
}

fn clear(dir: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to clear {}", dir.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
