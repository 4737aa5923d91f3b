//! Somebody at the door: who is not known yet, or does not matter.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use leo_common::store::sign_ins::TokenHash;

use crate::auth::AuthError;
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::state::AppState;

/// What is known of whoever sends a request about signing in. A cookie of his may be good or not.
///
/// As an extractor it refuses pages of other sites: they could sign somebody in as somebody else.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Where from, and to which address.
    pub(super) arrival: Arrival,
    /// What his browser holds.
    pub(super) held: Vec<TokenHash>,
}

impl Visitor {
    /// Where from.
    pub(super) const fn client(&self) -> Option<IpAddr> {
        self.arrival.client
    }

    /// Where from, for the audit log.
    pub(super) fn address(&self) -> Option<String> {
        self.arrival.address()
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let browsers = state.auth.browsers();
        if browsers.sites().is_foreign(parts) {
            return Err(AuthError::CrossOrigin.into());
        }
        Ok(Self {
            arrival: Arrival::of(&parts.extensions),
            held: browsers.held(&parts.headers),
        })
    }
}
