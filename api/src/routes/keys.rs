//! API keys: made, listed, revoked.

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use leo_protocol::KeyId;
use leo_protocol::http::Page;
use leo_protocol::keys::{ApiKey, CreateKey, CreatedKey};
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{Admin, May, keys};
use crate::connections::Peer;
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::paging;
use crate::state::AppState;
use crate::validate;

/// Which page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListKeys {
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Makes an API key. The answer is the only one that holds it.
#[utoipa::path(post, path = "/api/keys", tag = "account", request_body = CreateKey, responses(
    (status = 201, description = "the key", body = CreatedKey),
    (status = 400, description = "the body is no JSON", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "no valid credential", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "a credential that is not good for this", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the account has as many keys as it may have", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "the body is too large", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "the body is not declared as JSON", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "a field is not accepted", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Admin>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    ValidJson(request): ValidJson<CreateKey>,
) -> Result<(StatusCode, Json<CreatedKey>), ApiError> {
    let request = validate::create_key(request)?;
    who.needs(request.scope)?;
    let address = peer.address().ip().to_string();
    let created = keys::create(&state.db, who.user, &request, Some(&address)).await?;
    let created = created.ok_or(ApiError::TooManyKeys)?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// The account's keys that are not revoked, the youngest first.
#[utoipa::path(get, path = "/api/keys", tag = "account", params(ListKeys), responses(
    (status = 200, description = "a page of keys, without the keys themselves", body = Page<ApiKey>),
    (status = 401, description = "no valid credential", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "a credential that is not good for this", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Admin>,
    Query(query): Query<ListKeys>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_key_cursor);
    let rows = state
        .db
        .keys(who.user, before.transpose()?, i64::from(limit) + 1)
        .await?;
    Ok(Json(paging::page(rows, limit, |key| {
        paging::key_cursor(key.id)
    })))
}

/// Revokes a key: from now on it opens nothing, and connections that stand on it end.
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "account", params(("id" = KeyId, Path)), responses(
    (status = 204, description = "revoked"),
    (status = 401, description = "no valid credential", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "a credential that is not good for this", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    who: May<Admin>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Path(key): Path<KeyId>,
) -> Result<StatusCode, ApiError> {
    let address = peer.address().ip().to_string();
    if !state.db.revoke_key(who.user, key, Some(&address)).await? {
        return Err(ApiError::NotFound);
    }
    state.identity_changed(who.user);
    Ok(StatusCode::NO_CONTENT)
}
