//! What has changed between two versions of a session's app.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use leo_common::store::artifacts::ArtifactRecord;
use leo_common::store::jobs::JobRecord;
use leo_protocol::JobId;
use leo_protocol::problem::Problem;
use leo_protocol::versions::Diff;
use serde::Deserialize;
use utoipa::IntoParams;

use super::files::artifact_of;
use crate::actions;
use crate::auth::{May, Principal, Read};
use crate::diff::{as_patch, diff};
use crate::error::ApiError;
use crate::extract::{Path, Query};
use crate::state::AppState;

/// The media type of patches.
const PATCH: &str = "text/x-diff";
/// How long a request waits for others to be compared.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which versions, and in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Between {
    /// The job that has left the earlier version, of the same session; if absent the version that the
    /// job began with.
    from: Option<JobId>,
    /// `json` (if absent) or `patch`; the header `Accept: text/x-diff` asks for a patch too.
    #[param(value_type = Option<String>)]
    format: Option<Form>,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Json,
    Patch,
}

/// What has changed between two versions of a session's app. As a patch it is for `git apply`; what it cannot
/// hold, its first lines name.
#[utoipa::path(get, path = "/api/jobs/{id}/diff", tag = "results", params(("id" = JobId, Path), Between), responses(
    (status = 200, description = "the changes", content((Diff = "application/json"), (String = "text/x-diff"))),
    (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "files are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "a parameter is not accepted, or the jobs are not of one session", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many comparisons at once", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn between(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
    Query(query): Query<Between>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let job = actions::owned(&state, who.user, id).await?;
    let from = earlier(&state, &who, &job, query.from).await?;
    let to = artifact_of(&state, &who, id).await?;
    let permit = Arc::clone(&state.diffs).acquire_owned();
    let permit = tokio::time::timeout(PATIENCE, permit).await;
    let permit = permit.map_err(|_| ApiError::Busy)?;
    let diff = diff(&state.artifacts, from.as_ref(), &to).await?;
    drop(permit);
    if query.format.unwrap_or_else(|| accepted(&headers)) == Form::Json {
        return Ok(Json(diff).into_response());
    }
    let kind = HeaderValue::from_static("text/x-diff; charset=utf-8");
    let saved = HeaderValue::from_static("attachment; filename=\"changes.patch\"");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, saved),
    ];
    Ok((headers, as_patch(&diff)).into_response())
}

/// The version to compare with; none where the job began with nothing.
async fn earlier(
    state: &AppState,
    who: &Principal,
    job: &JobRecord,
    asked: Option<JobId>,
) -> Result<Option<ArtifactRecord>, ApiError> {
    if let Some(from) = asked {
        let other = actions::owned(state, who.user, from).await?;
        if other.session_id != job.session_id {
            return Err(ApiError::invalid(
                "from",
                "must be a job of the same session",
            ));
        }
        return artifact_of(state, who, from).await.map(Some);
    }
    match state.db.begun_with(job.id).await?.artifact {
        None => Ok(None),
        // Everything is new only where there was nothing, not where it is gone.
        Some(id) => Ok(Some(
            state
                .db
                .artifact(id)
                .await?
                .ok_or(ApiError::ArtifactExpired)?,
        )),
    }
}

fn accepted(headers: &HeaderMap) -> Form {
    let accept = headers.get(header::ACCEPT);
    match accept.and_then(|accept| accept.to_str().ok()) {
        Some(accept) if accept.contains(PATCH) => Form::Patch,
        _ => Form::Json,
    }
}
