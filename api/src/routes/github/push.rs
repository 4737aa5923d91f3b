//! A push that is asked for.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_protocol::JobId;
use leo_protocol::github::AskPush;
use leo_protocol::http::Job;
use leo_protocol::problem::Problem;

use crate::actions;
use crate::auth::{May, Run};
use crate::error::ApiError;
use crate::extract::{Path, ValidJson};
use crate::state::AppState;

/// Pushes a job's files to GitHub, again or for the first time; what comes of it is told by an
/// `artifact_published` event of the session.
#[utoipa::path(post, path = "/api/jobs/{id}/push", tag = "jobs", params(("id" = JobId, Path)),
    request_body = AskPush, responses(
    (status = 202, description = "it will be tried", body = Job),
    (status = 404, description = "not there, not yours, or without files", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the job has not ended (`job_not_finished`), a push of it is under way (`push_under_way`), no account is connected (`no_github_account`), or it did not end well (`partial_files`)", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn push(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
    ValidJson(request): ValidJson<AskPush>,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let job = actions::owned(&state, who.user, id).await?;
    if state.github.token().is_none() && state.db.github_account(who.user).await?.is_none() {
        return Err(ApiError::NoGitHubAccount);
    }
    if !job.status.is_terminal() {
        return Err(ApiError::JobNotFinished);
    }
    let artifact = job.artifact_id.ok_or(ApiError::NoFiles)?;
    let kept = state.db.artifact(artifact).await?;
    let kept = kept.filter(|kept| kept.manifest.app_files().next().is_some());
    let kept = kept.ok_or(ApiError::NoFiles)?;
    if kept.partial && !request.partial {
        return Err(ApiError::PartialFiles);
    }
    let asked = state.db.ask_push(id, job.session_id, artifact).await?;
    asked.ok_or(ApiError::PushUnderWay)?;
    Ok((
        StatusCode::ACCEPTED,
        Json(actions::job(&state, &who, id).await?),
    ))
}
