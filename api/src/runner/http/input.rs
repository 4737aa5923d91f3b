//! What a container begins with, as its worker has laid it out in the artifact store.
//!
//! The settings of the model are not laid out there: a key has no place in a store. They are the
//! user's, or this process's own, which is why api and workers are told the same.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use leo_common::artifacts::{ArtifactStore, Parcel};
use leo_protocol::JobId;
use leo_protocol::problem::Problem;
use leo_protocol::runner::RunnerInput;
use serde_json::value::RawValue;

use super::Caller;
use crate::error::ApiError;
use crate::runner::{Door, model};

/// The longest description of a job, in bytes: its conversation has up to a hundred prompts.
const JOB_LIMIT: u64 = 16 << 20;

/// The job and the settings of its generator.
#[utoipa::path(get, path = "/api/runner/{id}/input", tag = "runners", params(("id" = JobId, Path)), responses(
    (status = 200, description = "`job`: what `.leo/job.json` holds; `settings`: what would stand in the environment, by name", body = Value),
    (status = 401, description = "no token, or one that does not open this job", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "no such job, or one that brings its input along", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the attempt is over", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn input(
    State(door): State<Door>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = Caller::admit(&door, &id, &headers).await?;
    let (size, mut bytes) = fetch(&door, &caller, Parcel::Job).await?;
    if size > JOB_LIMIT {
        return Err(ApiError::Internal("the description of a job is too large"));
    }
    let mut text = Vec::new();
    while let Some(chunk) = bytes.try_next().await? {
        text.extend_from_slice(&chunk);
    }
    let job: Box<RawValue> = serde_json::from_slice(&text)
        .map_err(|_| ApiError::Internal("the description of a job is no JSON"))?;
    let settings = settings(&door, caller.job).await?;
    Ok(Json(RunnerInput { job, settings }).into_response())
}

/// The files that the workspace begins with: `app` and `.leo`, as `tar.gz`.
#[utoipa::path(get, path = "/api/runner/{id}/input/files", tag = "runners", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the archive", body = Vec<u8>, content_type = "application/gzip"),
    (status = 401, description = "no token, or one that does not open this job", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "no such job, or one that brings its input along", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the attempt is over", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn files(
    State(door): State<Door>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let caller = Caller::admit(&door, &id, &headers).await?;
    let (size, bytes) = fetch(&door, &caller, Parcel::Files).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/gzip"),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

type Bytes = futures_util::stream::BoxStream<
    'static,
    Result<bytes::Bytes, leo_common::artifacts::ArtifactError>,
>;

async fn fetch(door: &Door, caller: &Caller, parcel: Parcel) -> Result<(u64, Bytes), ApiError> {
    let location = ArtifactStore::parcel(caller.session, caller.job, caller.attempt, parcel);
    let found = door.artifacts.fetch(&location).await?;
    found.ok_or(ApiError::NotFound)
}

async fn settings(door: &Door, job: JobId) -> Result<BTreeMap<String, String>, ApiError> {
    let record = door.db.any_job(job).await?.ok_or(ApiError::NotFound)?;
    let model = model::of(door, &record).await?;
    // The worker has seen before the start that the model can be told.
    let model = model.map_err(|_| ApiError::Internal("a job's model cannot be told"))?;
    let settings = model.environment().into_iter();
    Ok(settings
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}
