//! The fleet: the workers and what each runs, and draining. For operators only; for everybody else
//! there is nothing here.

use axum::Json;
use axum::extract::State;
use leo_protocol::http::{Drained, Fleet};
use leo_protocol::problem::Problem;

use super::audit;
use crate::auth::{Admin, Operator, Principal, Read};
use crate::client_address::Arrival;
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
    who: Operator<Admin>,
    arrival: Arrival,
    Path(worker): Path<String>,
) -> Result<Json<Drained>, ApiError> {
    let drained = set(&state, &worker, true).await?;
    told(&state, &who, &arrival, "fleet.drain", &drained).await?;
    Ok(Json(drained))
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
    who: Operator<Admin>,
    arrival: Arrival,
    Path(worker): Path<String>,
) -> Result<Json<Drained>, ApiError> {
    let drained = set(&state, &worker, false).await?;
    told(&state, &who, &arrival, "fleet.undrain", &drained).await?;
    Ok(Json(drained))
}

async fn set(state: &AppState, worker: &str, draining: bool) -> Result<Drained, ApiError> {
    // Postgres' text cannot hold it, and no worker is called so.
    if worker.contains('\0') {
        return Err(ApiError::NotFound);
    }
    let workers = state.db.set_draining(worker, draining).await?;
    if workers.is_empty() {
        return Err(ApiError::NotFound);
    }
    // Without it they learn of it with their next beat.
    state.publisher.fleet_changed();
    Ok(Drained { workers })
}

/// Writes into the audit log who has told which workers to do what.
async fn told(
    state: &AppState,
    who: &Principal,
    arrival: &Arrival,
    action: &str,
    drained: &Drained,
) -> Result<(), ApiError> {
    let detail = serde_json::json!({ "workers": drained.workers });
    audit::remember(state, who, arrival, action, detail).await
}
