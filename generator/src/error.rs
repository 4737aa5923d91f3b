//! Why a run ends early.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;

use leo_model::path::PathError;
use leo_protocol::FailureReason;

use crate::stop::Stopped;
use crate::workspace::WorkspaceError;

/// Why a run ends early; each kind has its own exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Somebody asked the process to end.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The job or the configuration asks for something that cannot be done.
    #[error("{0}")]
    Refused(String),
    /// Standard output is gone.
    #[error("write to the output")]
    Output(#[source] io::Error),
    /// The model cannot be reached, or does not do what it is asked for.
    #[error("{0}")]
    Model(String),
    /// The model has answered, and not with what can be used; asked in another way it may.
    #[error("{0}")]
    BadAnswer(String),
    /// The job has used what it may spend.
    #[error("{0}")]
    Budget(String),
    /// The server does not give the job, or does not take the workspace.
    #[error("{what}: {why}")]
    Remote {
        /// What was tried.
        what: &'static str,
        /// Why that failed.
        why: String,
    },
    /// There is no thread, or no way to wait for input.
    #[error("set up the runtime")]
    Runtime(#[source] io::Error),
    /// The system refuses something that the work needs.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Signals cannot be received, so the promise to end on SIGTERM could not be kept.
    #[error("listen for signals")]
    Signals(#[source] io::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// How a run ends that ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By this signal.
    Stopped(i32),
    /// Before it has begun.
    Refused,
    /// On its way.
    Failed,
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::Workspace(error.into())
    }
}

impl Error {
    /// How the run ends for which this is the cause.
    pub(crate) const fn ending(&self) -> Ending {
        match self {
            Self::Stopped(stopped) => Ending::Stopped(stopped.signal),
            Self::Refused(_) => Ending::Refused,
            Self::Model(_)
            | Self::BadAnswer(_)
            | Self::Budget(_)
            | Self::Output(_)
            | Self::Signals(_)
            | Self::Runtime(_)
            | Self::Workspace(_)
            | Self::Io { .. }
            | Self::Remote { .. } => Ending::Failed,
        }
    }

    /// The reason that the job fails with, where the exit code alone would not tell it.
    pub(crate) const fn reason(&self) -> Option<FailureReason> {
        match self {
            Self::Model(_) | Self::BadAnswer(_) => Some(FailureReason::ProviderError),
            Self::Budget(_) => Some(FailureReason::BudgetExceeded),
            Self::Stopped(_)
            | Self::Refused(_)
            | Self::Output(_)
            | Self::Runtime(_)
            | Self::Io { .. }
            | Self::Remote { .. }
            | Self::Signals(_)
            | Self::Workspace(_) => None,
        }
    }

    /// The error and everything that caused it, in one line.
    pub(crate) fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_causes_follow_their_error() {
        let error = Error::Output(io::Error::other("the pipe broke"));
        assert_eq!(error.with_causes(), "write to the output: the pipe broke");
    }
}
