//! API keys: made, listed, revoked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_protocol::KeyId;
use leo_protocol::http::Page;
use leo_protocol::keys::{ApiKey, CreateKey, CreatedKey};
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{Admin, May, keys};
use crate::client_address::Arrival;
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
    (status = 409, description = "the account has as many keys as it may have", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    ValidJson(request): ValidJson<CreateKey>,
) -> Result<(StatusCode, Json<CreatedKey>), ApiError> {
    let request = validate::create_key(request)?;
    who.needs(request.scope)?;
    let address = arrival.address();
    let created = keys::create(&state.db, who.user, &request, address.as_deref()).await?;
    let created = created.ok_or(ApiError::TooManyKeys)?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// The account's keys that are not revoked, the youngest first.
#[utoipa::path(get, path = "/api/keys", tag = "account", params(ListKeys), responses(
    (status = 200, description = "a page of keys, without the keys themselves", body = Page<ApiKey>),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Admin>,
    Query(query): Query<ListKeys>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let rows = state
        .db
        .keys(who.user, before.transpose()?, i64::from(limit) + 1)
        .await?;
    Ok(Json(paging::page(rows, limit, |key| {
        paging::cursor(key.id)
    })))
}

/// Revokes a key: from now on it opens nothing, and connections that stand on it end.
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "account", params(("id" = KeyId, Path)), responses(
    (status = 204, description = "revoked"),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    Path(key): Path<KeyId>,
) -> Result<StatusCode, ApiError> {
    let address = arrival.address();
    if !state
        .db
        .revoke_key(who.user, key, address.as_deref())
        .await?
    {
        return Err(ApiError::NotFound);
    }
    state.identity_changed(who.user);
    Ok(StatusCode::NO_CONTENT)
}
