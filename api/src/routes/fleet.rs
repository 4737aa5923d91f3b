//! The fleet: the workers and what each runs, and draining. For operators only; for everybody else
//! there is nothing here.

use axum::Json;
use axum::extract::State;
use leo_protocol::http::{Drained, Fleet};
use leo_protocol::problem::Problem;

use crate::auth::{Admin, Operator, Read};
use crate::error::ApiError;
use crate::extract::Path;
use crate::state::AppState;

/// The workers, what each runs, and what waits.
#[utoipa::path(get, path = "/api/fleet", tag = "fleet", responses(
    (status = 200, description = "the fleet", body = Fleet),
    (status = 404, description = "you are no operator", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Operator<Read>,
) -> Result<Json<Fleet>, ApiError> {
    Ok(Json(state.db.fleet().await?))
}

/// Lets a worker finish what it runs and claim nothing more.
#[utoipa::path(post, path = "/api/fleet/{worker}/drain", tag = "fleet",
    params(("worker" = String, Path, description = "its id, or its name, which several may have")),
    responses(
        (status = 200, description = "the workers that drain", body = Drained),
        (status = 404, description = "no such worker, or you are no operator", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn drain(
    State(state): State<AppState>,
    _: Operator<Admin>,
    Path(worker): Path<String>,
) -> Result<Json<Drained>, ApiError> {
    set(&state, &worker, true).await
}

/// Lets a draining worker claim again.
#[utoipa::path(delete, path = "/api/fleet/{worker}/drain", tag = "fleet",
    params(("worker" = String, Path, description = "its id, or its name, which several may have")),
    responses(
        (status = 200, description = "the workers that claim again", body = Drained),
        (status = 404, description = "no such worker, or you are no operator", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn undrain(
    State(state): State<AppState>,
    _: Operator<Admin>,
    Path(worker): Path<String>,
) -> Result<Json<Drained>, ApiError> {
    set(&state, &worker, false).await
}

async fn set(state: &AppState, worker: &str, draining: bool) -> Result<Json<Drained>, ApiError> {
    let workers = state.db.set_draining(worker, draining).await?;
    if workers.is_empty() {
        return Err(ApiError::NotFound);
    }
    // Without it they learn of it with their next beat.
    state.publisher.fleet_changed();
    Ok(Json(Drained { workers }))
}
