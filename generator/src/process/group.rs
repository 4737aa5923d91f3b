//! The process group of a program and all that it starts.

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Child;

/// A program's process group. It is killed when this is dropped, for then nobody waits for it any more.
pub(super) struct Group(Option<Pid>);

impl Group {
    /// The group of a program that was started as the first of its group.
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.map(Pid::from_raw))
    }

    /// Asks all of them to end.
    pub(super) fn ask(&self) {
        self.send(Signal::SIGTERM);
    }

    /// Ends all of them.
    pub(super) fn kill(&self) {
        self.send(Signal::SIGKILL);
    }

    fn send(&self, signal: Signal) {
        if let Some(leader) = self.0 {
            // A group that is empty is what is wanted.
            let _ = killpg(leader, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
