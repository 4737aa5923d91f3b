//! What each command does: ask the server, follow its stream, write to the screen.

use std::process::ExitCode;

pub(crate) mod cancel;
pub(crate) mod check;
pub(crate) mod deploy;
pub(crate) mod diff;
pub(crate) mod download;
pub(crate) mod files;
pub(crate) mod fleet;
pub(crate) mod follow;
pub(crate) mod github;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod provider;
pub(crate) mod push;
pub(crate) mod retry;
pub(crate) mod run;
mod search;
pub(crate) mod sessions;
pub(crate) mod unzip;
pub(crate) mod versions;
pub(crate) mod webhooks;

use follow::End;

/// How a program ends that Ctrl-C has stopped: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// The exit code of a command that has watched a job.
pub(crate) fn exit_code(end: &End) -> ExitCode {
    match end {
        End::Completed | End::Detached => ExitCode::SUCCESS,
        End::Failed | End::Cancelled { by_us: false } => ExitCode::FAILURE,
        End::Cancelled { by_us: true } | End::Left => ExitCode::from(INTERRUPTED),
    }
}
