//! The states of a job and of the agent inside it, and the reasons why a job fails.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that names no value of the enum it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not one of {expected}")]
pub struct UnknownName {
    /// What was given.
    pub text: String,
    /// The names that would have been understood, separated by commas.
    pub expected: String,
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on every wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(UnknownName {
                        text: other.to_owned(),
                        expected: [$($text),+].join(", "),
                    }),
                }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// Where a job stands, as the outside sees it.
    JobStatus {
        /// Accepted, not yet claimed by a worker.
        Queued = "queued",
        /// Held by a worker.
        Generating = "generating",
        /// Ended well; its artifact is durable.
        Completed = "completed",
        /// Ended badly; its error says why.
        Failed = "failed",
        /// Ended because somebody asked for it.
        Cancelled = "cancelled",
    }
}

impl JobStatus {
    /// Terminal is final: a job in such a status never changes again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Queued | Self::Generating => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }
}

named! {
    /// What the agent is asked to do.
    Mode {
        /// Design and build to the end.
        Autonomous = "autonomous",
        /// Design only.
        Plan = "plan",
        /// Change the session's existing app.
        Edit = "edit",
        /// Write a list of features first, then build until all of them pass.
        Features = "features",
    }
}

named! {
    /// Why a job failed. Stable: clients branch on it.
    FailureReason {
        /// The worker or its host was lost, and no attempts are left.
        WorkerLost = "worker_lost",
        /// The container could not be started, and no attempts are left.
        LaunchFailed = "launch_failed",
        /// The generator ended with an exit code that means failure.
        ExitCode = "exit_code",
        /// The job ran longer than `JOB_TIMEOUT`.
        Timeout = "timeout",
        /// The generator printed nothing for `NO_OUTPUT_TIMEOUT`.
        NoOutput = "no_output",
        /// The container exceeded its memory.
        OutOfMemory = "out_of_memory",
        /// The workspace exceeded `WORKSPACE_LIMIT`.
        DiskLimit = "disk_limit",
        /// The output exceeded `OUTPUT_LIMIT`.
        OutputLimit = "output_limit",
        /// The generator image is not there.
        ImageMissing = "image_missing",
        /// The workspace could not be accepted as an artifact.
        ArtifactRejected = "artifact_rejected",
        /// The model provider failed.
        ProviderError = "provider_error",
        /// The job's budget is spent.
        BudgetExceeded = "budget_exceeded",
        /// A defect of Leo itself.
        Internal = "internal",
    }
}

impl FailureReason {
    /// Whether Leo itself starts a new attempt, up to `JOB_MAX_ATTEMPTS`.
    #[must_use]
    pub const fn restarts(self) -> bool {
        match self {
            Self::WorkerLost | Self::LaunchFailed => true,
            Self::ExitCode
            | Self::Timeout
            | Self::NoOutput
            | Self::OutOfMemory
            | Self::DiskLimit
            | Self::OutputLimit
            | Self::ImageMissing
            | Self::ArtifactRejected
            | Self::ProviderError
            | Self::BudgetExceeded
            | Self::Internal => false,
        }
    }
}

impl FailureReason {
    /// Whether a generator may say so of itself (`reason` of its `error` event). What the others stand
    /// for only a worker can see.
    #[must_use]
    pub const fn is_for_runners(self) -> bool {
        matches!(self, Self::ProviderError | Self::BudgetExceeded)
    }
}

named! {
    /// What the agent inside the container is doing.
    AgentState {
        /// Nothing yet.
        Idle = "idle",
        /// Designing the next phase.
        DesigningPhase = "designing_phase",
        /// Writing the phase's files.
        ImplementingPhase = "implementing_phase",
        /// Installing dependencies.
        InstallingDeps = "installing_deps",
        /// Starting the app.
        StartingServer = "starting_server",
        /// All phases are done.
        Complete = "complete",
        /// The agent gave up.
        Error = "error",
        /// The agent was stopped.
        Cancelled = "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_themselves_and_as_json() {
        for reason in FailureReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(*reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        for status in JobStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for mode in Mode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(*mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
        }
        for state in AgentState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }

    #[test]
    fn an_unknown_name_says_what_was_expected() {
        let error = "runing".parse::<JobStatus>().unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`runing` is not one of queued, generating")
        );
    }
}
