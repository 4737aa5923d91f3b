//! Who one is, and how one becomes somebody: signing in and out with a browser.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use leo_protocol::account::SignInMethods;
use leo_protocol::http::Me;
use leo_protocol::problem::Problem;

use crate::accounts;
use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::state::AppState;

pub(crate) mod github;
pub(crate) mod password;

/// The account behind the credential.
#[utoipa::path(get, path = "/api/auth/me", tag = "account", responses(
    (status = 200, description = "the account", body = Me),
))]
pub(crate) async fn me(who: May<Read>) -> Json<Me> {
    Json(Me {
        user_id: who.user,
        email: who.email.clone(),
        operator: who.operator,
    })
}

/// By what people sign in here.
#[utoipa::path(get, path = "/api/auth/methods", tag = "account", security(()), responses(
    (status = 200, description = "what there is", body = SignInMethods),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn methods(
    State(state): State<AppState>,
) -> Result<Json<SignInMethods>, ApiError> {
    accounts::methods(&state).await.map(Json)
}

/// An answer, and what the browser is to remember.
fn with_cookies(
    cookies: impl IntoIterator<Item = HeaderValue>,
    answer: impl IntoResponse,
) -> Response {
    let cookies: Vec<_> = cookies
        .into_iter()
        .map(|cookie| (header::SET_COOKIE, cookie))
        .collect();
    (AppendHeaders(cookies), answer).into_response()
}
