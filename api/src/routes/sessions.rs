//! Sessions: made, listed, renamed, deleted, and their conversation.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::store::session_search::SessionFilter;
use leo_common::store::sessions::SessionCursor;
use leo_protocol::http::{Conversation, CreateSession, Page, Session, UpdateSession};
use leo_protocol::problem::Problem;
use leo_protocol::{JobStatus, SessionId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::actions;
use crate::auth::{May, Principal, Read, Run};
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::paging;
use crate::state::AppState;
use crate::validate;

/// Which sessions, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSessions {
    /// Whose title or last prompt has this in it, in upper or lower case; 1 to 255 characters.
    search: Option<String>,
    /// Whose last job is in this status.
    status: Option<JobStatus>,
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Makes an empty session.
#[utoipa::path(post, path = "/api/sessions", tag = "sessions", request_body = CreateSession, responses(
    (status = 201, description = "the session", body = Session),
    (status = 422, description = "the title is not accepted", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Run>,
    ValidJson(request): ValidJson<CreateSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    let title = match &request.title {
        Some(title) => validate::title(title)?,
        None => "",
    };
    let made = state
        .db
        .create_session(who.user, title, state.gate.settings());
    let id = made.await??;
    Ok((StatusCode::CREATED, Json(found(&state, &who, id).await?)))
}

/// The sessions of the account, the latest first.
#[utoipa::path(get, path = "/api/sessions", tag = "sessions", params(ListSessions), responses(
    (status = 200, description = "a page of sessions", body = Page<Session>),
    (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Read>,
    Query(query): Query<ListSessions>,
) -> Result<Json<Page<Session>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let after = query.cursor.as_deref().map(paging::read_session_cursor);
    let filter = SessionFilter {
        search: query.search.as_deref().map(validate::search).transpose()?,
        status: query.status,
    };
    let rows = state
        .db
        .find_sessions(who.user, filter, after.transpose()?, i64::from(limit) + 1)
        .await?;
    Ok(Json(paging::page(rows, limit, |session| {
        paging::session_cursor(SessionCursor {
            updated_at: session.updated_at,
            id: session.id,
        })
    })))
}

/// One session.
#[utoipa::path(get, path = "/api/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 200, description = "the session", body = Session),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<SessionId>,
) -> Result<Json<Session>, ApiError> {
    found(&state, &who, id).await.map(Json)
}

/// Renames a session; its stream tells of it.
#[utoipa::path(patch, path = "/api/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), request_body = UpdateSession, responses(
    (status = 200, description = "the session", body = Session),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "the title is not accepted", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn update(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<SessionId>,
    ValidJson(request): ValidJson<UpdateSession>,
) -> Result<Json<Session>, ApiError> {
    let title = validate::title(&request.title)?;
    let fact = state.db.rename_session(who.user, id, title).await?;
    state.publisher.fact(fact.ok_or(ApiError::NotFound)?);
    found(&state, &who, id).await.map(Json)
}

/// Deletes a session and cancels its jobs.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 204, description = "deleted"),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    // In a task of its own: a client that hangs up must not leave half of the jobs running.
    let task = state
        .tasks
        .spawn(delete_with_jobs(state.clone(), who.into_inner(), id));
    let deleted = task.await;
    deleted.map_err(|_| ApiError::Internal("the deletion of a session panicked"))??;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_with_jobs(state: AppState, who: Principal, id: SessionId) -> Result<(), ApiError> {
    let jobs = state.db.delete_session(who.user, id).await?;
    let mut ended = Ok(());
    for job in jobs.ok_or(ApiError::NotFound)? {
        // One that cannot be ended must not save those behind it.
        if let Err(error) = actions::end(&state, job).await {
            ended = Err(error);
        }
    }
    ended
}

/// The conversation: what was asked for, and what the agent says it did.
#[utoipa::path(get, path = "/api/sessions/{id}/messages", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 200, description = "the conversation of the latest 100 jobs, oldest first", body = Conversation),
    (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn messages(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<SessionId>,
) -> Result<Json<Conversation>, ApiError> {
    found(&state, &who, id).await?;
    let messages = state.db.conversation(id).await?;
    Ok(Json(Conversation { messages }))
}

/// A session of this user.
pub(crate) async fn found(
    state: &AppState,
    who: &Principal,
    id: SessionId,
) -> Result<Session, ApiError> {
    state
        .db
        .session(who.user, id)
        .await?
        .ok_or(ApiError::NotFound)
}
