//! What the account may have, and what it has.

use axum::Json;
use axum::extract::State;
use leo_protocol::limits::Quotas;

use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::state::AppState;

/// The limits of the account, and its usage.
#[utoipa::path(get, path = "/api/quotas", tag = "account", responses(
    (status = 200, description = "limits and usage; a limit that is absent is none", body = Quotas),
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
