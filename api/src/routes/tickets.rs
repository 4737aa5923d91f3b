//! Tickets of WebSockets.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_protocol::keys::Ticket;

use crate::auth::{May, Read, tickets};
use crate::error::ApiError;
use crate::state::AppState;

/// A ticket that opens one WebSocket, as `/ws?ticket=`, within 15 s. The socket may do what the
/// credential of this request may do, and ends with it.
#[utoipa::path(post, path = "/api/auth/ticket", tag = "account", responses(
    (status = 201, description = "the ticket", body = Ticket),
))]
pub(crate) async fn create(
    State(state): State<AppState>,
    who: May<Read>,
) -> Result<(StatusCode, Json<Ticket>), ApiError> {
    let ticket = tickets::issue(&state.db, &who).await?;
    Ok((StatusCode::CREATED, Json(ticket)))
}
