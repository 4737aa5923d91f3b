//! What becomes of the errors of others.

use axum::http::StatusCode;
use leo_common::artifacts::ArtifactError;
use leo_common::history::HistoryError;
use leo_common::links::LinkError;
use leo_common::store::StoreError;
use leo_common::store::limits::Withheld;

use super::ApiError;
use crate::auth::AuthError;

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_refusal() {
            Self::Store(error)
        } else {
            Self::Unavailable(error)
        }
    }
}

impl From<Withheld> for ApiError {
    fn from(withheld: Withheld) -> Self {
        match withheld {
            Withheld::Quota(quota) => Self::OverQuota(quota),
            Withheld::Closed => Self::Auth(AuthError::Closed),
        }
    }
}

impl From<ArtifactError> for ApiError {
    fn from(error: ArtifactError) -> Self {
        match error {
            ArtifactError::Corrupt(_) => Self::ArtifactUnreadable(error),
            ArtifactError::Store(_) => Self::ArtifactAway(error),
            ArtifactError::Unusable(_)
            | ArtifactError::Bucket { .. }
            | ArtifactError::File { .. } => Self::Artifact(error),
        }
    }
}

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Store(error) => error.into(),
            HistoryError::Unreachable { .. } => Self::ArchiveAway(error),
            HistoryError::Damaged { .. } | HistoryError::Missing(_) => {
                Self::EventsUnreadable(error)
            }
        }
    }
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NoKey => Self::Internal("a server without a key"),
            LinkError::Store(error) => error.into(),
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => error.into(),
            AuthError::Missing
            | AuthError::Invalid(_)
            | AuthError::Expired
            | AuthError::Revoked
            | AuthError::SignedOut
            | AuthError::Ticket
            | AuthError::CrossOrigin
            | AuthError::WrongHost
            | AuthError::KeysAway
            | AuthError::Closed
            | AuthError::Scope(_) => Self::Auth(error),
        }
    }
}

/// The status and code of a refusal to let somebody in.
pub(super) fn auth_kind(error: &AuthError) -> (StatusCode, &'static str) {
    match error {
        AuthError::Missing | AuthError::Invalid(_) => (StatusCode::UNAUTHORIZED, "unauthorized"),
        AuthError::Expired => (StatusCode::UNAUTHORIZED, "token_expired"),
        AuthError::Revoked => (StatusCode::UNAUTHORIZED, "token_revoked"),
        AuthError::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
        AuthError::Ticket => (StatusCode::UNAUTHORIZED, "bad_ticket"),
        AuthError::CrossOrigin => (StatusCode::FORBIDDEN, "cross_origin"),
        AuthError::Closed => (StatusCode::FORBIDDEN, "account_closed"),
        AuthError::Scope(_) => (StatusCode::FORBIDDEN, "insufficient_scope"),
        AuthError::WrongHost => (StatusCode::MISDIRECTED_REQUEST, "wrong_host"),
        AuthError::KeysAway | AuthError::Store(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}
