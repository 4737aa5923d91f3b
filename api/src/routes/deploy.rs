//! Deploys: a hook is told of a result and where it can be fetched. Workers do the telling.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use leo_protocol::JobId;
use leo_protocol::UserId;
use leo_protocol::problem::Problem;
use leo_protocol::webhooks::{DeployHook, DeployRequested, DeploySettings};
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Uuid;

use super::idempotency_key;
use crate::actions;
use crate::auth::{May, Read, Run};
use crate::error::ApiError;
use crate::extract::Path;
use crate::state::AppState;

/// Asks the deploy hooks to deploy a job's result: the account's webhooks with the event `deploy.requested`, or else
/// the installation's hook. What they say comes as `deploy_answered` in the session's stream.
#[utoipa::path(post, path = "/api/jobs/{id}/deploy", tag = "jobs",
    params(
        ("id" = JobId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key asks once"),
    ),
    responses(
        (status = 202, description = "who is asked", body = DeployRequested),
        (status = 404, description = "not there, not yours, or without files", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "no deploy hook is set", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "the key is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn deploy(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<DeployRequested>), ApiError> {
    let key = idempotency_key(&headers)?;
    let job = actions::owned(&state, who.user, id).await?;
    if !job.status.is_terminal() || job.artifact_id.is_none() {
        return Err(ApiError::NoFiles);
    }
    let hooks = hooks(&state, who.user).await?;
    if hooks.is_empty() {
        return Err(ApiError::NoDeployHook);
    }
    for hook in &hooks {
        let kind = kind(key, hook);
        let asked = state
            .db
            .request_deploy(id, hook.webhook_id, &hook.host, &kind);
        asked.await?;
    }
    let asked = DeployRequested { job_id: id, hooks };
    Ok((StatusCode::ACCEPTED, Json(asked)))
}

/// Who is asked to deploy results.
#[utoipa::path(get, path = "/api/settings/deploy", tag = "account", responses(
    (status = 200, description = "the hooks, of which only the hosts are told; none where none is set", body = DeploySettings),
))]
pub(crate) async fn settings(
    State(state): State<AppState>,
    who: May<Read>,
) -> Result<Json<DeploySettings>, ApiError> {
    let hooks = hooks(&state, who.user).await?;
    Ok(Json(DeploySettings { hooks }))
}

/// The user's own, or else the installation's.
async fn hooks(state: &AppState, user: UserId) -> Result<Vec<DeployHook>, ApiError> {
    let own = state.db.deploy_targets(user).await?;
    if own.is_empty() {
        let hook = state.deploy_host.clone().map(|host| DeployHook {
            host,
            webhook_id: None,
        });
        return Ok(hook.into_iter().collect());
    }
    let own = own.into_iter().map(|target| {
        let url = Url::parse(&target.url).ok();
        let host = url.as_ref().and_then(Url::host_str);
        DeployHook {
            host: host.unwrap_or_default().to_owned(),
            webhook_id: Some(target.id),
        }
    });
    Ok(own.collect())
}

/// What the effect is called: the same for the same key and hook.
fn kind(key: Option<&str>, hook: &DeployHook) -> String {
    let id = key.map_or_else(Uuid::new_v4, |key| {
        let hook = hook.webhook_id.map(|id| id.to_string());
        let hash = Sha256::digest(format!("{}\n{key}", hook.unwrap_or_default()));
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        Uuid::from_bytes(id)
    });
    format!("deploy:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_asks_a_hook_once() {
        let hook = |webhook_id| DeployHook {
            host: "h".to_owned(),
            webhook_id,
        };
        let ours = hook(None);
        let theirs = hook(Some(leo_protocol::WebhookId::generate()));
        assert_eq!(kind(Some("k"), &ours), kind(Some("k"), &ours));
        assert_ne!(kind(Some("k"), &ours), kind(Some("l"), &ours));
        assert_ne!(kind(Some("k"), &ours), kind(Some("k"), &theirs));
        assert_ne!(kind(None, &ours), kind(None, &ours));
    }
}
