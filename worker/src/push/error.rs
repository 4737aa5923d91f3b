//! Why a push does not happen, in words for its user.

use std::time::Duration;

use leo_common::artifacts::ArtifactError;
use leo_common::error_chain::Chain;
use leo_common::github::GitHubError;
use leo_common::store::StoreError;

/// Why a push does not happen. The texts are sentences without their full stop, and hold no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PushError {
    /// It may do better later.
    Again {
        /// Not sooner than so much later, where somebody has said so.
        after: Option<Duration>,
        /// Why it has not happened.
        why: String,
    },
    /// It never will, as things are.
    Failed(String),
}

impl PushError {
    pub(super) fn later(why: impl Into<String>) -> Self {
        let why = why.into();
        Self::Again { after: None, why }
    }

    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self::Failed(why.into())
    }

    /// Something on this machine that should not fail.
    pub(super) fn here(what: &'static str) -> impl FnOnce(anyhow::Error) -> Self {
        move |error| {
            tracing::warn!(error = %Chain(error.as_ref()), what, "a push fails on this machine");
            Self::later(format!("Leo could not {what}"))
        }
    }
}

impl From<GitHubError> for PushError {
    fn from(error: GitHubError) -> Self {
        let why = error.to_string();
        match error {
            GitHubError::BadToken | GitHubError::Refused(_) => Self::Failed(why),
            GitHubError::TooOften(after) => Self::Again {
                after: Some(after),
                why,
            },
            GitHubError::Away(_) => Self::later(why),
        }
    }
}

impl From<StoreError> for PushError {
    fn from(error: StoreError) -> Self {
        let refusal = error.is_refusal();
        tracing::warn!(error = %Chain(&error), "a push cannot ask the database");
        match refusal {
            true => Self::failed("a defect of Leo: the database refuses what the push asks"),
            false => Self::later("the database does not answer"),
        }
    }
}

impl From<ArtifactError> for PushError {
    fn from(error: ArtifactError) -> Self {
        if let ArtifactError::Corrupt(_) = &error {
            return Self::failed(error.to_string());
        }
        Self::here("read the stored files")(error.into())
    }
}
