//! Who Postgres runs as: it refuses root.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow};
use nix::unistd::{Gid, Uid, User};

/// Whom root becomes for a server, the first that exists.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
}

impl Account {
    /// The account for servers that refuse root; `None` if this process is not root.
    pub(crate) fn for_servers() -> anyhow::Result<Option<Self>> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        for name in NAMES {
            let user = User::from_name(name).context("failed to read the list of accounts")?;
            if let Some(user) = user {
                return Ok(Some(Self {
                    uid: user.uid,
                    gid: user.gid,
                }));
            }
        }
        Err(anyhow!(
            "found none of the accounts {NAMES:?}, and Postgres does not run as root"
        ))
    }

    /// Makes the command run as this account, without any further groups.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
    }

    /// Whether the account can pass through the folder. It is tried, not computed: access lists
    /// and network file systems have rules of their own.
    pub(crate) fn can_enter(&self, dir: &Path) -> bool {
        let mut command = Command::new("/usr/bin/test");
        command
            .arg("-x")
            .arg(dir.join("."))
            .current_dir("/")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        self.apply(&mut command);
        command.status().is_ok_and(|status| status.success())
    }

    /// Gives the file or folder to the account.
    pub(crate) fn own(&self, path: &Path) -> anyhow::Result<()> {
        nix::unistd::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("failed to give {} to Postgres", path.display()))
    }
}
