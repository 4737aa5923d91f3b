//! The account behind a request, as handlers ask for it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use leo_protocol::UserId;

use crate::error::ApiError;
use crate::state::AppState;

/// Somebody who has been let in. A handler that takes one cannot be reached by anybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// The account.
    pub(crate) user: UserId,
    /// Its address, if it has one.
    pub(crate) email: Option<String>,
    /// Whether it may see the fleet.
    pub(crate) operator: bool,
    /// When the credential ends; a connection that lives longer must renew it.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl FromRequestParts<AppState> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(state.auth.principal_of(parts).await?)
    }
}
