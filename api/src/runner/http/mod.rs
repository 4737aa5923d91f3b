//! What a container that Leo cannot reach into fetches and brings, over plain HTTP.
//!
//! Such a container is told its job's id and an address with a token, and nothing else. Here it
//! finds the rest: [`input`], and where its workspace goes: [`artifact`]. The token is the one of
//! the socket, in `Authorization`; it opens the present attempt of its job and nothing else, and an
//! attempt that is over is refused.

use axum::Router;
use axum::http::{HeaderMap, header};
use chrono::Utc;
use leo_common::runner_token::BadRunnerToken;
use leo_common::store::runners::RunnerStanding;
use leo_common::store::uploads::AttemptStanding;
use leo_protocol::{JobId, SessionId};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Door;
use crate::error::ApiError;

mod artifact;
mod input;

/// What stands before the token in `Authorization`.
const BEARER: &str = "Bearer ";

/// The handlers, which are all in the document.
fn documented() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(input::input))
        .routes(routes!(input::files))
        .routes(routes!(artifact::announce))
        .routes(routes!(artifact::upload))
}

/// The paths.
pub(super) fn routes() -> Router<Door> {
    documented().split_for_parts().0
}

/// What they say of themselves.
pub(crate) fn document() -> OpenApi {
    documented().into_openapi()
}

/// A container run that was let in.
#[derive(Debug, Clone, Copy)]
struct Caller {
    session: SessionId,
    job: JobId,
    attempt: u32,
}

impl Caller {
    /// Checks the token, and whether its attempt is the present one.
    async fn admit(door: &Door, job: &str, headers: &HeaderMap) -> Result<Self, ApiError> {
        let job: JobId = job.parse().map_err(|_| ApiError::NotFound)?;
        let tokens = door.tokens.as_ref().ok_or(ApiError::NoRunnerKey)?;
        let token = token(headers).ok_or(BadRunnerToken::Invalid);
        let attempt = token.and_then(|token| tokens.check(job, token, Utc::now()));
        let attempt = attempt.map_err(ApiError::RunnerToken)?;
        match door.db.attempt_standing(job, attempt).await? {
            AttemptStanding::Present(session) => Ok(Self {
                session,
                job,
                attempt,
            }),
            AttemptStanding::Over(RunnerStanding::Ended) => Err(ApiError::JobEnded),
            AttemptStanding::Over(_) => Err(ApiError::Superseded),
            AttemptStanding::Unknown => Err(ApiError::NotFound),
        }
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix(BEARER)
}
