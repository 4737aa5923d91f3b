//! An app as a zip, written while it is sent.
//!
//! The same artifact gives the same bytes ([`leo_common::artifacts`]), so a client that has them is
//! told so. Compressing needs a thread: the number of zips in the making is bounded, and one whose
//! client takes nothing for a while is given up.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leo_common::artifacts::{ZIP_VERSION, zip_name};
use leo_common::store::artifacts::ArtifactRecord;
use leo_protocol::JobId;
use leo_protocol::problem::Problem;

use super::files::{CACHE, artifact_of, is_known};
use super::sessions::found;
use crate::actions;
use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::extract::Path;
use crate::state::AppState;

/// The app as a zip, its files at the top; of a job that failed, as far as it came.
#[utoipa::path(get, path = "/api/jobs/{id}/download", tag = "results", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the zip", body = Vec<u8>, content_type = "application/zip"),
    (status = 304, description = "the client has it (`If-None-Match`)"),
    (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "they are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many downloads at once", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn download(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let job = actions::owned(&state, who.user, id).await?;
    let artifact = artifact_of(&state, &who, id).await?;
    let session = found(&state, &who, job.session_id).await?;
    answer(&state, artifact, &session.title, &method, &headers).await
}

/// The zip of an artifact, or that the client has it; to `HEAD` nothing is written.
pub(super) async fn answer(
    state: &AppState,
    artifact: ArtifactRecord,
    title: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let tag = format!("\"{}-v{ZIP_VERSION}\"", artifact.id);
    let name = zip_name(title, artifact.partial);
    let described = described(&tag, &name)?;
    if is_known(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, described).into_response());
    }
    if method == Method::HEAD {
        return Ok(described.into_response());
    }
    let permit = Arc::clone(&state.zips)
        .try_acquire_owned()
        .map_err(|_| ApiError::Busy)?;
    // What is not there cannot be told once the zip has begun.
    let pack = state
        .artifacts
        .find_pack(&artifact.location, &artifact.manifest);
    pack.await?;
    let ArtifactRecord {
        location, manifest, ..
    } = artifact;
    let bytes = state.artifacts.zipped(&location, manifest, permit);
    Ok((described, Body::from_stream(bytes)).into_response())
}

fn described(tag: &str, name: &str) -> Result<HeaderMap, ApiError> {
    let value = |text: &str| {
        HeaderValue::from_str(text)
            .map_err(|_| ApiError::Internal("the name of a zip is no header"))
    };
    let named = value(&format!("attachment; filename=\"{name}\""))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (header::CONTENT_DISPOSITION, named),
        (header::ETAG, value(tag)?),
        (header::CACHE_CONTROL, CACHE),
    ];
    Ok(headers.into_iter().collect())
}
