//! Signing in by way of GitHub, and where the browser comes back whatever it went there for. Both paths are for
//! its address bar, so what goes wrong is told as a page to whoever accepts one.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use super::with_cookies;
use crate::accounts::Visitor;
use crate::accounts::github::{self, Github, Onward, Return};
use crate::error::ApiError;
use crate::extract::Query;
use crate::problems::ForPerson;
use crate::state::AppState;

/// Where a round leads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Begin {
    /// A path of this site, where the browser is to end; `/` if absent.
    pub(crate) return_to: Option<String>,
}

/// Sends the browser to GitHub.
#[utoipa::path(get, path = "/api/auth/github", tag = "account", security(()), params(Begin), responses(
    (status = 303, description = "to GitHub"),
    (status = 400, description = "the `Host` is missing", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "a page of another site asks (`cross_origin`)", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "GitHub is not set up here", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`returnTo` leads elsewhere", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let begun = try_begin(&state, &mut parts).await;
    answered(begun, &state, &parts.headers)
}

async fn try_begin(state: &AppState, parts: &mut Parts) -> Result<Onward, ApiError> {
    let github = set_up(state)?;
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let Query(begin) = Query::<Begin>::from_request_parts(parts, state).await?;
    github.begin(&visitor, begin.return_to.as_deref())
}

/// Where GitHub sends the browser back to.
#[utoipa::path(get, path = "/api/auth/github/callback", tag = "account", security(()),
    params(
        ("code" = Option<String>, Query, description = "what GitHub gives"),
        ("state" = Option<String>, Query, description = "what it was given"),
        ("error" = Option<String>, Query, description = "why it gives nothing"),
    ),
    responses(
        (status = 303, description = "signed in, or an account connected: to where that was to lead"),
        (status = 400, description = "it did not begin in this browser, or by who is signed in there (`wrong_state`), or the code is not good (`code_refused`)", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "the person has said no (`sign_in_denied`, `connect_denied`), GitHub gives less than was asked for (`scope_refused`), nobody may make accounts (`registration_closed`), the account is closed, or a page of another site asks", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "GitHub is not set up here", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "too many sign-ins from one place (`too_many_attempts`)", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "GitHub does not answer (`github_unavailable`)", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn callback(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let finished = try_finish(&state, &mut parts).await;
    answered(finished, &state, &parts.headers)
}

async fn try_finish(state: &AppState, parts: &mut Parts) -> Result<Onward, ApiError> {
    let github = set_up(state)?;
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let Query(back) = Query::<Return>::from_request_parts(parts, state).await?;
    github::finish(state, github, &visitor, parts, back).await
}

fn set_up(state: &AppState) -> Result<&Github, ApiError> {
    state.accounts.github.as_ref().ok_or(ApiError::NotFound)
}

/// On to the next place; or what went wrong, and no round any more.
pub(crate) fn answered(
    done: Result<Onward, ApiError>,
    state: &AppState,
    headers: &HeaderMap,
) -> Response {
    match done {
        Ok(onward) => with_cookies(
            onward.cookies,
            (StatusCode::SEE_OTHER, [(header::LOCATION, onward.to)]),
        ),
        Err(error) => {
            let over = state.accounts.github.as_ref().and_then(Github::over);
            let mut response = with_cookies(over, error.into_response());
            if accepts_html(headers) {
                response.extensions_mut().insert(ForPerson);
            }
            response
        }
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    accepted.is_some_and(|kinds| {
        kinds
            .to_str()
            .is_ok_and(|kinds| kinds.contains("text/html"))
    })
}
