//! What the account may have, and what it has.

use axum::Json;
use axum::extract::State;
use leo_protocol::limits::Quotas;
use leo_protocol::problem::Problem;

use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::state::AppState;

/// The limits of the account, and its usage.
#[utoipa::path(get, path = "/api/quotas", tag = "account", responses(
    (status = 200, description = "limits and usage; a limit that is absent is none", body = Quotas),
    (status = 401, description = "no valid credential", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "the account is closed, or the credential is not good for this", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too many requests", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn show(
    State(state): State<AppState>,
    who: May<Read>,
) -> Result<Json<Quotas>, ApiError> {
    let overrides = state.db.overrides(who.user).await?;
    Ok(Json(Quotas {
        limits: overrides.over(state.gate.settings()),
        usage: state.db.usage(who.user).await?,
    }))
}
