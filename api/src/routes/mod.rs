//! The handlers, one file a subject. Each answers for one row of the contract; what it takes and
//! gives stands in its annotations, from which the OpenAPI document is made.

use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::validate;

pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod deploy;
pub(crate) mod diff;
pub(crate) mod docs;
pub(crate) mod download;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod fleet;
pub(crate) mod github;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod provider;
pub(crate) mod quotas;
pub(crate) mod sessions;
pub(crate) mod tickets;
pub(crate) mod users;
pub(crate) mod versions;
pub(crate) mod webhooks;

/// The header with which a client may send a request twice.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The request's idempotency key, if it has one.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    headers
        .get(IDEMPOTENCY_KEY)
        .map(|key| validate::key(IDEMPOTENCY_KEY, key.as_bytes()))
        .transpose()
}
