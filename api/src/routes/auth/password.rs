//! Accounts with a password.
//!
//! What a browser holds matters only where an account is changed: whoever signs in or out may hold
//! whatever he likes. Pages of other sites are refused throughout.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use leo_protocol::account::{ChangePassword, Credentials};
use leo_protocol::http::Me;
use leo_protocol::problem::Problem;

use super::with_cookies;
use crate::accounts::password::{self, Welcomed};
use crate::accounts::{self, Visitor};
use crate::auth::{Admin, May};
use crate::error::ApiError;
use crate::extract::ValidJson;
use crate::state::AppState;

/// Makes an account and signs it in. The first account of an installation can always be made, and is
/// an operator's.
#[utoipa::path(post, path = "/api/auth/register", tag = "account", security(()), request_body = Credentials, responses(
    (status = 201, description = "the account; a cookie signs in", body = Me),
    (status = 403, description = "nobody may make accounts (`registration_closed`), or a page of another site asks", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "there is an account with this address (`account_exists`)", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "the address or the password is not accepted", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too many accounts from one place (`too_many_attempts`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many people at once, or the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn register(
    State(state): State<AppState>,
    visitor: Visitor,
    ValidJson(asked): ValidJson<Credentials>,
) -> Result<Response, ApiError> {
    let welcomed = password::register(&state, &visitor, asked).await?;
    Ok(welcome(StatusCode::CREATED, welcomed))
}

/// Signs in. Whether there is an account with this address is not told.
#[utoipa::path(post, path = "/api/auth/login", tag = "account", security(()), request_body = Credentials, responses(
    (status = 200, description = "the account; a cookie signs in", body = Me),
    (status = 401, description = "the address or the password is wrong (`bad_credentials`)", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "the account is closed, or a page of another site asks", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "what is no address, or cannot be a password", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too many failures at this account or from one place (`too_many_attempts`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many people at once, or the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn login(
    State(state): State<AppState>,
    visitor: Visitor,
    ValidJson(asked): ValidJson<Credentials>,
) -> Result<Response, ApiError> {
    let welcomed = password::login(&state, &visitor, asked).await?;
    Ok(welcome(StatusCode::OK, welcomed))
}

/// Signs this browser out, if it is signed in.
#[utoipa::path(post, path = "/api/auth/logout", tag = "account", security(()), responses(
    (status = 204, description = "nobody is signed in with this browser"),
    (status = 403, description = "a page of another site asks (`cross_origin`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn logout(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Response, ApiError> {
    let removed = accounts::sign_out(&state, &visitor).await?;
    Ok(with_cookies(removed, StatusCode::NO_CONTENT))
}

/// Changes the account's password, and signs all its other browsers out.
#[utoipa::path(post, path = "/api/auth/password", tag = "account", request_body = ChangePassword, responses(
    (status = 204, description = "changed; a browser that was signed in gets another cookie"),
    (status = 409, description = "the account has no password (`no_password`)", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "the present password is wrong, or the new one is not accepted", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too many wrong passwords (`too_many_attempts`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many people at once, or the database does not answer", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn change(
    State(state): State<AppState>,
    who: May<Admin>,
    visitor: Visitor,
    ValidJson(asked): ValidJson<ChangePassword>,
) -> Result<Response, ApiError> {
    let cookie = password::change(&state, &visitor, &who, asked).await?;
    Ok(with_cookies(cookie, StatusCode::NO_CONTENT))
}

fn welcome(status: StatusCode, (user, cookie): Welcomed) -> Response {
    let me = Me {
        user_id: user.id,
        email: user.email,
        operator: user.operator,
    };
    with_cookies(cookie, (status, Json(me)))
}
