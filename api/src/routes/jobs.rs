//! Jobs: submitted, listed, cancelled, retried.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use leo_common::store::jobs::{JobFilter, job_view};
use leo_protocol::http::{Job, Page, SubmitJob};
use leo_protocol::problem::Problem;
use leo_protocol::{JobId, JobStatus, SessionId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::idempotency_key;
use crate::actions;
use crate::auth::{May, Read, Run};
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::paging;
use crate::state::AppState;

/// Which jobs, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ListJobs {
    /// Of this session only.
    session_id: Option<SessionId>,
    /// In this status only.
    status: Option<JobStatus>,
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Submits a job in a new session.
#[utoipa::path(post, path = "/api/jobs", tag = "jobs", request_body = SubmitJob,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the same job")),
    responses(
        (status = 202, description = "the job, queued", body = Job),
        (status = 409, description = "the key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "the body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a field is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn submit(
    State(state): State<AppState>,
    who: May<Run>,
    headers: HeaderMap,
    ValidJson(request): ValidJson<SubmitJob>,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let key = idempotency_key(&headers)?;
    let job = actions::submit(&state, &who, None, request, key).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Submits a job in a session, behind those that it has already.
#[utoipa::path(post, path = "/api/sessions/{id}/jobs", tag = "jobs", request_body = SubmitJob,
    params(
        ("id" = SessionId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the same job"),
    ),
    responses(
        (status = 202, description = "the job, queued", body = Job),
        (status = 404, description = "no such session, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "the key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "the body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a field is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn submit_in_session(
    State(state): State<AppState>,
    who: May<Run>,
    Path(session): Path<SessionId>,
    headers: HeaderMap,
    ValidJson(request): ValidJson<SubmitJob>,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let key = idempotency_key(&headers)?;
    let job = actions::submit(&state, &who, Some(session), request, key).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// The jobs of the account, the youngest first.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(ListJobs), responses(
    (status = 200, description = "a page of jobs", body = Page<Job>),
    (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Read>,
    Query(query): Query<ListJobs>,
) -> Result<Json<Page<Job>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let filter = JobFilter {
        session: query.session_id,
        status: query.status,
        before: before.transpose()?,
    };
    let rows = state
        .db
        .jobs(who.user, &filter, i64::from(limit) + 1)
        .await?;
    let jobs = rows.into_iter().map(|job| job_view(job, None)).collect();
    Ok(Json(paging::page(jobs, limit, |job: &Job| {
        paging::cursor(job.id)
    })))
}

/// One job; while it is queued, with its place in the queue and why it waits.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the job", body = Job),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
) -> Result<Json<Job>, ApiError> {
    actions::job(&state, &who, id).await.map(Json)
}

/// Asks for a job's end. A queued job ends at once, a running one when its container has stopped.
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", params(("id" = JobId, Path)), responses(
    (status = 202, description = "the job; one that had ended stays as it was", body = Job),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let job = actions::cancel(&state, &who, id).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Makes a new job that asks for the same as one that has ended, in the same session.
#[utoipa::path(post, path = "/api/jobs/{id}/retry", tag = "jobs",
    params(
        ("id" = JobId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key gives the same job"),
    ),
    responses(
        (status = 202, description = "the new job, with `retryOf`", body = Job),
        (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "the job has not ended yet", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn retry(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let job = actions::retry(&state, &who, id, idempotency_key(&headers)?).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}
