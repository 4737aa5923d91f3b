//! How root's rights are had, for the Docker engine: by being root, or by `sudo` without a
//! password.

use std::process::Command;

use nix::unistd::Uid;

use super::programs::{Programs, output};

/// A way to root's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privilege {
    /// This process is root.
    Root,
    /// `sudo -n` works. It may stop to work at any time (its permission can expire), so nothing
    /// that must be ended relies on it: see [`super::child`].
    Sudo,
}

impl Privilege {
    /// The way that is open; `None` if there is none.
    pub(crate) async fn find(programs: &Programs) -> Option<Self> {
        if Uid::effective().is_root() {
            return Some(Self::Root);
        }
        let mut command = programs.command(programs.find("sudo", "sudo").ok()?);
        command.args(["-n", "true"]);
        output(command).await.ok().map(|_| Self::Sudo)
    }

    /// A command that runs the program with root's rights.
    pub(crate) fn command(self, programs: &Programs, program: &str) -> anyhow::Result<Command> {
        let program = programs.find(program, "util-linux iproute2 iptables procps")?;
        match self {
            Self::Root => Ok(programs.command(program)),
            Self::Sudo => {
                let mut command = programs.command(programs.find("sudo", "sudo")?);
                command.args(["-n", "--"]).arg(program);
                Ok(command)
            }
        }
    }
}
