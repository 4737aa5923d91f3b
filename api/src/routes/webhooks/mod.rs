//! Webhooks: made, listed, changed, removed, and given another secret.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::store::webhooks::{NewWebhook, WebhookChange};
use leo_common::vault::Purpose;
use leo_common::webhook_secret::WebhookSecret as Secret;
use leo_protocol::http::Page;
use leo_protocol::problem::Problem;
use leo_protocol::webhooks::{
    CreateWebhook, CreatedWebhook, UpdateWebhook, Webhook, WebhookSecret,
};
use leo_protocol::{UserId, WebhookId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{Admin, May, Read};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::paging;
use crate::state::AppState;

pub(crate) mod deliveries;
mod fields;

/// For how long after a change the secret before is signed with too.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Which page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListWebhooks {
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Makes a webhook. The answer is the only one that holds its secret.
#[utoipa::path(post, path = "/api/webhooks", tag = "webhooks", request_body = CreateWebhook, responses(
    (status = 201, description = "the webhook, with its secret", body = CreatedWebhook),
    (status = 409, description = "the account has as many webhooks as it may have, or this server keeps no secrets", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    ValidJson(request): ValidJson<CreateWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>), ApiError> {
    let url = fields::url(&request.url, &state.outgoing)?;
    let events = fields::events(&request.events)?;
    let description = request.description.as_deref();
    let description = description.map(fields::description).transpose()?;
    let secret = Secret::generate().text();
    let sealed = sealed(&state, who.user, &secret)?;
    let address = arrival.address();
    let new = NewWebhook {
        user: who.user,
        url: &url,
        events: &events,
        description: description.filter(|text| !text.is_empty()),
        secret: &sealed,
        address: address.as_deref(),
    };
    let created = state.db.create_webhook(&new).await?;
    let webhook = created.ok_or(ApiError::TooManyWebhooks)?;
    let secret = secret.expose_secret().to_owned();
    Ok((
        StatusCode::CREATED,
        Json(CreatedWebhook { webhook, secret }),
    ))
}

/// The account's webhooks, the youngest first.
#[utoipa::path(get, path = "/api/webhooks", tag = "webhooks", params(ListWebhooks), responses(
    (status = 200, description = "a page of webhooks, without their secrets", body = Page<Webhook>),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Read>,
    Query(query): Query<ListWebhooks>,
) -> Result<Json<Page<Webhook>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let rows = state
        .db
        .webhooks(who.user, before.transpose()?, i64::from(limit) + 1)
        .await?;
    Ok(Json(paging::page(rows, limit, |row| {
        paging::cursor(row.id)
    })))
}

/// One webhook.
#[utoipa::path(get, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 200, description = "the webhook, without its secret", body = Webhook),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    let webhook = state.db.webhook(who.user, id).await?;
    webhook.map(Json).ok_or(ApiError::NotFound)
}

/// Changes a webhook; what the body does not say stays.
#[utoipa::path(patch, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), request_body = UpdateWebhook, responses(
    (status = 200, description = "the webhook", body = Webhook),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn update(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    Path(id): Path<WebhookId>,
    ValidJson(request): ValidJson<UpdateWebhook>,
) -> Result<Json<Webhook>, ApiError> {
    let url = request.url.as_deref();
    let url = url
        .map(|url| fields::url(url, &state.outgoing))
        .transpose()?;
    let events = request.events.as_deref().map(fields::events).transpose()?;
    let description = request.description.as_deref();
    let change = WebhookChange {
        url: url.as_ref(),
        events: events.as_deref(),
        description: description.map(fields::description).transpose()?,
        enabled: request.enabled,
    };
    let address = arrival.address();
    let changed = state
        .db
        .update_webhook(who.user, id, &change, address.as_deref());
    changed.await?.map(Json).ok_or(ApiError::NotFound)
}

/// Removes a webhook, its log, and what was on its way to it.
#[utoipa::path(delete, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 204, description = "removed"),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, ApiError> {
    let address = arrival.address();
    let deleted = state
        .db
        .delete_webhook(who.user, id, address.as_deref())
        .await?;
    deleted
        .then_some(StatusCode::NO_CONTENT)
        .ok_or(ApiError::NotFound)
}

/// Gives a webhook another secret. For a day deliveries are signed with the one before too.
#[utoipa::path(post, path = "/api/webhooks/{id}/secret", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 200, description = "the new secret, told this once", body = WebhookSecret),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "this server keeps no secrets: LEO_SECRET_KEY is not set", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn rotate(
    State(state): State<AppState>,
    who: May<Admin>,
    arrival: Arrival,
    Path(id): Path<WebhookId>,
) -> Result<Json<WebhookSecret>, ApiError> {
    let secret = Secret::generate().text();
    let sealed = sealed(&state, who.user, &secret)?;
    let address = arrival.address();
    let until = state
        .db
        .rotate_webhook_secret(who.user, id, &sealed, KEPT, address.as_deref())
        .await?;
    Ok(Json(WebhookSecret {
        id,
        secret: secret.expose_secret().to_owned(),
        previous_until: Some(until.ok_or(ApiError::NotFound)?),
    }))
}

fn sealed(state: &AppState, user: UserId, secret: &SecretString) -> Result<Vec<u8>, ApiError> {
    let vault = state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    let sealed = vault.seal(user, Purpose::WebhookSecret, secret);
    sealed.map_err(|_| ApiError::Internal("a webhook's secret could not be encrypted"))
}
