//! Going back to a version, and beginning a session with one.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use leo_common::artifacts::ArtifactStore;
use leo_common::error_chain::Chain;
use leo_common::store::jobs::JobRecord;
use leo_common::store::versions::{Fork, Forked, ForkedInto, Restored};
use leo_protocol::http::{Origin, Session};
use leo_protocol::problem::Problem;
use leo_protocol::versions::ForkVersion;
use leo_protocol::{ArtifactId, JobId, SessionId};

use super::files::artifact_of;
use super::idempotency_key;
use super::sessions::found;
use crate::actions;
use crate::auth::{May, Principal, Run};
use crate::error::ApiError;
use crate::extract::{Path, ValidJson};
use crate::state::AppState;
use crate::validate;

/// What the title of a fork ends with, where none is given.
const MARK: &str = " (fork)";

/// Makes what a job has left the session's current version, also where the job ended before its app was
/// complete: the next prompt goes on from it. A job that runs meanwhile keeps what it began with, and its
/// result is current when it completes.
#[utoipa::path(post, path = "/api/jobs/{id}/restore", tag = "results", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the session; one that was at this version already stays as it was", body = Session),
    (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "they are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn restore(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
) -> Result<Json<Session>, ApiError> {
    let job = actions::owned(&state, who.user, id).await?;
    match state.db.restore(who.user, id).await? {
        Restored::Done(fact) => state.publisher.fact(fact),
        Restored::Same => {}
        Restored::NoFiles if job.artifact_id.is_some() => return Err(ApiError::ArtifactExpired),
        Restored::NoFiles => return Err(ApiError::NoFiles),
        Restored::NoJob => return Err(ApiError::NotFound),
    }
    found(&state, &who, job.session_id).await.map(Json)
}

/// Makes a session that begins with what a job has left. It has the files for itself, and a job of its own
/// (`currentJob`) that stands for the other: the session that it comes from may be deleted.
#[utoipa::path(post, path = "/api/jobs/{id}/fork", tag = "results", request_body = ForkVersion,
    params(
        ("id" = JobId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the same session"),
    ),
    responses(
        (status = 201, description = "the new session", body = Session),
        (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "they are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "the key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "the title is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn fork(
    State(state): State<AppState>,
    who: May<Run>,
    Path(id): Path<JobId>,
    headers: HeaderMap,
    ValidJson(request): ValidJson<ForkVersion>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    let key = idempotency_key(&headers)?.map(str::to_owned);
    let asked = request.title.as_deref().map(validate::title).transpose()?;
    let job = actions::owned(&state, who.user, id).await?;
    let source = found(&state, &who, job.session_id).await?;
    let forking = Forking {
        state: state.clone(),
        who: who.into_inner(),
        title: asked.map_or_else(|| marked(&source.title), str::to_owned),
        asked: asked.map(str::to_owned),
        job,
        key,
    };
    let who = forking.who.clone();
    // In a task of its own: a client that hangs up must not leave a copy without a session.
    let made = state.tasks.spawn(async move { forking.run().await }).await;
    let made = made.map_err(|_| ApiError::Internal("a fork panicked"))??;
    Ok((StatusCode::CREATED, Json(found(&state, &who, made).await?)))
}

/// The title of a session with the mark of a fork, cut to what a title may be.
fn marked(title: &str) -> String {
    let room = validate::MAX_TITLE - MARK.len();
    let kept: String = title.trim_end_matches(MARK).chars().take(room).collect();
    format!("{kept}{MARK}")
}

/// One fork on its way.
struct Forking {
    state: AppState,
    who: Principal,
    job: JobRecord,
    asked: Option<String>,
    title: String,
    key: Option<String>,
}

impl Forking {
    /// Copies the pack, then makes the session: what names a pack finds it. A copy whose session is not made,
    /// because the process ends here, is found by those who look for packs that nothing names.
    async fn run(&self) -> Result<SessionId, ApiError> {
        let db = &self.state.db;
        let fork = self.fork();
        let allowed = db.may_fork(&fork).await?;
        if allowed == Forked::NoFiles && self.job.artifact_id.is_some() {
            return Err(ApiError::ArtifactExpired);
        }
        if allowed != Forked::May {
            return answer(allowed);
        }
        let pack = artifact_of(&self.state, &self.who, self.job.id).await?;
        let messages = db.conversation_before(&self.job).await?;
        let (session, job, artifact) = (
            SessionId::generate(),
            JobId::generate(),
            ArtifactId::generate(),
        );
        let location = ArtifactStore::location(session, job, artifact);
        self.state.artifacts.copy(&pack.location, &location).await?;
        let into = ForkedInto {
            session,
            job,
            artifact,
            location: &location,
            messages: &messages,
        };
        let made = db.fork(&fork, &into).await?;
        if made != Forked::Made(session) {
            self.forget(&location).await;
        }
        answer(made)
    }

    fn fork(&self) -> Fork<'_> {
        Fork {
            user: self.who.user,
            from: Origin {
                session_id: self.job.session_id,
                job_id: self.job.id,
            },
            asked_title: self.asked.as_deref(),
            title: &self.title,
            idempotency_key: self.key.as_deref(),
            quotas: self.state.gate.settings(),
        }
    }

    /// Removes a copy that no session names.
    async fn forget(&self, location: &str) {
        if let Err(error) = self.state.artifacts.remove(location).await {
            tracing::warn!(pack = location, error = %Chain(&error), "a copy stays behind");
        }
    }
}

fn answer(forked: Forked) -> Result<SessionId, ApiError> {
    match forked {
        Forked::Made(session) | Forked::Same(session) => Ok(session),
        Forked::May => Err(ApiError::Internal("a fork that was only allowed")),
        Forked::Conflict => Err(ApiError::IdempotencyConflict),
        Forked::NoFiles => Err(ApiError::NoFiles),
        Forked::NoJob => Err(ApiError::NotFound),
        Forked::Withheld(withheld) => Err(withheld.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_says_so_once() {
        assert_eq!(marked("A pond"), "A pond (fork)");
        assert_eq!(marked("A pond (fork)"), "A pond (fork)");
        let long = marked(&"ä".repeat(300));
        assert_eq!(long.chars().count(), validate::MAX_TITLE);
        assert!(validate::title(&long).is_ok() && validate::title(&marked("")).is_ok());
    }
}
