//! Download links: an app for whoever has the address, for some time.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use chrono::Utc;
use leo_common::artifacts::zip_name;
use leo_common::links::{BadLink, MAX_VALID};
use leo_protocol::JobId;
use leo_protocol::problem::Problem;
use leo_protocol::versions::{LinkVersion, VersionLink};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::audit;
use super::download;
use super::files::artifact_of;
use super::sessions::found;
use crate::actions;
use crate::auth::{May, Run};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::state::AppState;

/// How long a link is good if nothing is said.
const VALID: Duration = Duration::from_secs(3600);

/// What opens a link; it stands in the query, which no log of Leo has.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Follow {
    /// As in the link.
    token: String,
}

/// Makes an address at which the app's zip can be downloaded without a credential, until its time is over,
/// the session is deleted or the account closed. Where results are kept in S3 it leads there, and only its
/// time and the session's end it.
#[utoipa::path(post, path = "/api/jobs/{id}/link", tag = "results", params(("id" = JobId, Path)), request_body = LinkVersion,
    responses(
        (status = 201, description = "the link", body = VersionLink),
        (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "they are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "the time is not accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "too many downloads at once", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Run>,
    arrival: Arrival,
    Path(id): Path<JobId>,
    ValidJson(request): ValidJson<LinkVersion>,
) -> Result<(StatusCode, Json<VersionLink>), ApiError> {
    let valid = valid(request.expires_in)?;
    let job = actions::owned(&state, who.user, id).await?;
    let artifact = artifact_of(&state, &who, id).await?;
    let session = found(&state, &who, job.session_id).await?;
    let permit = Arc::clone(&state.zips)
        .try_acquire_owned()
        .map_err(|_| ApiError::Busy)?;
    let detail = json!({ "job": id, "seconds": valid.as_secs() });
    audit::remember(&state, &who, &arrival, "link.created", detail).await?;
    let own = state.clone();
    // In a task of its own: a client that hangs up must not leave half of an upload behind.
    let made = state.tasks.spawn(async move {
        let name = zip_name(&session.title, artifact.partial);
        let made = own.links.link(&own.artifacts, &artifact, &name, valid);
        let made = made.await;
        drop(permit);
        made
    });
    let link = made.await;
    let link = link.map_err(|_| ApiError::Internal("making a link panicked"))??;
    let link = VersionLink {
        url: link.url.into(),
        expires_at: link.expires_at,
    };
    Ok((StatusCode::CREATED, Json(link)))
}

fn valid(seconds: Option<u32>) -> Result<Duration, ApiError> {
    let valid = seconds.map_or(VALID, |seconds| Duration::from_secs(seconds.into()));
    if valid.is_zero() || valid > MAX_VALID {
        let most = MAX_VALID.as_secs();
        let message = format!("must be between 1 and {most} seconds");
        return Err(ApiError::invalid("expiresIn", message));
    }
    Ok(valid)
}

/// The zip that a link leads to; its name is as in the link, whatever is asked for.
#[utoipa::path(get, path = "/api/links/{name}", tag = "results", params(("name" = String, Path), Follow), security(()), responses(
    (status = 200, description = "the zip", body = Vec<u8>, content_type = "application/zip"),
    (status = 304, description = "the client has it (`If-None-Match`)"),
    (status = 404, description = "no link, or what it led to is gone", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "its time is over", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many downloads at once", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn follow(
    State(state): State<AppState>,
    Path(_name): Path<String>,
    Query(query): Query<Follow>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = state.links.open(&query.token, Utc::now());
    let artifact = opened.map_err(|why| match why {
        BadLink::Invalid => ApiError::NotFound,
        BadLink::Expired => ApiError::LinkExpired,
    })?;
    let found = state.db.linked_artifact(artifact).await?;
    let (artifact, title) = found.ok_or(ApiError::NotFound)?;
    download::answer(&state, artifact, &title, &method, &headers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_its_time() {
        assert_eq!(valid(None).unwrap(), VALID);
        assert_eq!(valid(Some(60)).unwrap().as_secs(), 60);
        let week = 7 * 24 * 3600;
        assert!(valid(Some(week)).is_ok());
        assert!(valid(Some(0)).is_err() && valid(Some(week + 1)).is_err());
    }
}
