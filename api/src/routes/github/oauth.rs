//! Connecting an account at GitHub by OAuth. The path is for the address bar of a browser.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use leo_protocol::problem::Problem;

use crate::accounts::Visitor;
use crate::accounts::github::{Onward, connect};
use crate::error::ApiError;
use crate::extract::Query;
use crate::routes::auth::github::{Begin, answered};
use crate::state::AppState;

/// Sends the browser to GitHub, which asks its person whether Leo may push to private repositories. Back from there
/// (`/api/auth/github/callback`) the account is connected, as by `PUT /api/settings/github`.
#[utoipa::path(get, path = "/api/settings/github/connect", tag = "account", params(Begin), responses(
    (status = 303, description = "to GitHub"),
    (status = 403, description = "not by the cookie of a browser (`browser_needed`), or a page of another site leads here (`cross_origin`)", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "no OAuth app is set up here (`no_oauth_app`), or LEO_SECRET_KEY is not (`no_secret_key`)", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`returnTo` leads elsewhere", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let begun = try_begin(&state, &mut parts).await;
    answered(begun, &state, &parts.headers)
}

async fn try_begin(state: &AppState, parts: &mut Parts) -> Result<Onward, ApiError> {
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let Query(begin) = Query::<Begin>::from_request_parts(parts, state).await?;
    connect::begin(state, &visitor, parts, begin.return_to.as_deref()).await
}
