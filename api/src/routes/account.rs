//! Who one is.

use axum::Json;
use leo_protocol::http::Me;
use leo_protocol::problem::Problem;

use crate::auth::{May, Read};

/// The account behind the credential.
#[utoipa::path(get, path = "/api/auth/me", tag = "account", responses(
    (status = 200, description = "the account", body = Me),
    (status = 401, description = "no valid credential", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn me(who: May<Read>) -> Json<Me> {
    Json(Me {
        user_id: who.user,
        email: who.email.clone(),
        operator: who.operator,
    })
}
