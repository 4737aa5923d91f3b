//! What the double's API answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LOGIN, ORG, Shared, Stop};

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    name: String,
    description: String,
    private: bool,
}

fn problem(status: StatusCode, message: &str, errors: &Value) -> Response {
    (status, Json(json!({"message": message, "errors": errors}))).into_response()
}

/// Why a request is refused.
fn refused(shared: &Shared, headers: &HeaderMap) -> Option<Response> {
    let state = shared.lock();
    if state.down {
        let away = problem(StatusCode::SERVICE_UNAVAILABLE, "Unicorn!", &json!([]));
        return Some(away);
    }
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    if state.tokens.iter().any(|token| token == given) {
        return None;
    }
    Some(problem(
        StatusCode::UNAUTHORIZED,
        "Bad credentials",
        &json!([]),
    ))
}

pub(super) async fn user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    refused(&shared, &headers).unwrap_or_else(|| {
        let scopes = if shared.lock().weak {
            "gist"
        } else {
            "repo, read:user"
        };
        (
            [("x-oauth-scopes", scopes)],
            Json(json!({"login": LOGIN, "id": 1})),
        )
            .into_response()
    })
}

pub(super) async fn make_own(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    wanted: Json<Wanted>,
) -> Response {
    in_place(&state, &headers, LOGIN, &wanted).await
}

pub(super) async fn make(
    state: State<Arc<Shared>>,
    Path(org): Path<String>,
    headers: HeaderMap,
    wanted: Json<Wanted>,
) -> Response {
    if org != ORG {
        return problem(StatusCode::NOT_FOUND, "Not Found", &json!([]));
    }
    in_place(&state, &headers, ORG, &wanted).await
}

async fn in_place(shared: &Shared, headers: &HeaderMap, owner: &str, wanted: &Wanted) -> Response {
    if let Some(refused) = refused(shared, headers) {
        return refused;
    }
    assert!(wanted.private, "an app was to be shown to everybody");
    shared.pass(Stop::BeforeMaking).await;
    if !shared.make(owner, &wanted.name, &wanted.description) {
        let taken = json!([{"resource": "Repository", "code": "custom", "field": "name",
                            "message": "name already exists on this account"}]);
        let message = "Repository creation failed.";
        return problem(StatusCode::UNPROCESSABLE_ENTITY, message, &taken);
    }
    shared.pass(Stop::AfterMaking).await;
    let made = json!({"description": wanted.description, "default_branch": "main"});
    (StatusCode::CREATED, Json(made)).into_response()
}

pub(super) async fn repository(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = refused(&shared, &headers) {
        return refused;
    }
    let state = shared.lock();
    let mut all = state.repositories.iter();
    let found = all.find(|(of, called, _)| (of, called) == (&owner, &name));
    match found {
        Some((.., description)) => {
            Json(json!({"description": description, "default_branch": "main"})).into_response()
        }
        None => problem(StatusCode::NOT_FOUND, "Not Found", &json!([])),
    }
}
