//! What has been delivered to a webhook: the log, tests, and tries at a user's wish.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::store::webhooks::{Retried, message_id};
use leo_protocol::http::Page;
use leo_protocol::problem::Problem;
use leo_protocol::webhooks::{Delivery, MessageQueued};
use leo_protocol::{DeliveryId, EffectId, WebhookId};

use super::ListWebhooks;
use crate::auth::{May, Read, Run};
use crate::error::ApiError;
use crate::extract::{Path, Query};
use crate::paging;
use crate::state::AppState;

/// The tries to deliver to a webhook, the latest first: 500 at most, for 30 days.
#[utoipa::path(get, path = "/api/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = WebhookId, Path), ListWebhooks), responses(
    (status = 200, description = "a page of tries", body = Page<Delivery>),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<WebhookId>,
    Query(query): Query<ListWebhooks>,
) -> Result<Json<Page<Delivery>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let rows = state
        .db
        .deliveries(who.user, id, before.transpose()?, i64::from(limit) + 1)
        .await?
        .ok_or(ApiError::NotFound)?;
    Ok(Json(paging::page(rows, limit, |row| {
        paging::cursor(row.id)
    })))
}

/// Delivers `webhook.test` to a webhook. What came of it stands in its deliveries.
#[utoipa::path(post, path = "/api/webhooks/{id}/test", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 202, description = "it is on its way", body = MessageQueued),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the webhook is disabled", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn test(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<WebhookId>,
) -> Result<(StatusCode, Json<MessageQueued>), ApiError> {
    let webhook = state.db.webhook(who.user, id).await?;
    webhook.ok_or(ApiError::NotFound)?;
    let effect = state.db.test_webhook(who.user, id).await?;
    Ok(queued(effect.ok_or(ApiError::WebhookDisabled)?))
}

/// Delivers again, now, what a try was about, under the same id.
#[utoipa::path(post, path = "/api/webhooks/{id}/deliveries/{delivery}/retry", tag = "webhooks",
    params(("id" = WebhookId, Path), ("delivery" = DeliveryId, Path)),
    responses(
        (status = 202, description = "it is on its way", body = MessageQueued),
        (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "the webhook is disabled", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn retry(
    State(state): State<AppState>,
    who: May<Run>,
    Path((id, delivery)): Path<(WebhookId, DeliveryId)>,
) -> Result<(StatusCode, Json<MessageQueued>), ApiError> {
    match state.db.retry_delivery(who.user, id, delivery).await? {
        Retried::Again(effect) => Ok(queued(effect)),
        Retried::Disabled => Err(ApiError::WebhookDisabled),
        Retried::Unknown => Err(ApiError::NotFound),
    }
}

fn queued(effect: EffectId) -> (StatusCode, Json<MessageQueued>) {
    let message_id = message_id(effect);
    (StatusCode::ACCEPTED, Json(MessageQueued { message_id }))
}
