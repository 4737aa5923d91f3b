//! What the double answers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::stream;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Uuid;

use super::{CLIENT, Grant, Person, Play, SECRET, Shared};
use crate::secrets;

type Fields = HashMap<String, String>;

/// The person's yes or no; the browser is sent back with it.
pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Fields>,
) -> Response {
    let field = |name: &str| asked.get(name).cloned().unwrap_or_default();
    if field("client_id") != CLIENT || field("code_challenge_method") != "S256" {
        return (StatusCode::NOT_FOUND, "no such app, or no PKCE").into_response();
    }
    let known = ["read:user user:email", "repo"].contains(&field("scope").as_str());
    if !known || field("state").is_empty() {
        return (StatusCode::BAD_REQUEST, "another scope, or no state").into_response();
    }
    let callback = field("redirect_uri");
    let mut back = Url::parse(&callback).expect("an address to come back to");
    let denied = shared.play(|play| play == Play::Deny).is_some();
    let (name, value) = match denied {
        true => ("error", "access_denied".to_owned()),
        false => ("code", grant(&shared, callback, &field)),
    };
    back.query_pairs_mut()
        .append_pair(name, &value)
        .append_pair("state", &field("state"));
    Redirect::to(back.as_str()).into_response()
}

fn grant(shared: &Shared, callback: String, field: &impl Fn(&str) -> String) -> String {
    let code = format!("code-{}", Uuid::new_v4().simple());
    secrets::remember(&code);
    let mut state = shared.state();
    let person = state.person.clone();
    let grant = Grant {
        person,
        callback,
        challenge: field("code_challenge"),
        scope: field("scope"),
    };
    state.codes.insert(code.clone(), grant);
    code
}

/// A token for a code.
pub(super) async fn token(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    if let Some(play) = shared.play(|play| play != Play::Deny) {
        return played(play).await;
    }
    let asked: Fields = url::form_urlencoded::parse(&body).into_owned().collect();
    match judge(&shared, &asked) {
        Ok(grant) => {
            let mut state = shared.state();
            let token = state.gives.take().unwrap_or_else(|| {
                let token = format!("gho_{}", Uuid::new_v4().simple());
                secrets::remember(&token);
                token
            });
            state.tokens.insert(token.clone(), grant.person);
            let answer =
                json!({"access_token": token, "token_type": "bearer", "scope": grant.scope});
            Json(answer).into_response()
        }
        Err(error) => {
            shared.state().refused.push(error);
            Json(json!({"error": error, "error_description": "no"})).into_response()
        }
    }
}

/// What the code stands for. It is used up, whatever comes of it.
fn judge(shared: &Shared, asked: &Fields) -> Result<Grant, &'static str> {
    let field = |name: &str| asked.get(name).map_or("", String::as_str);
    if field("client_id") != CLIENT || field("client_secret") != SECRET {
        return Err("incorrect_client_credentials");
    }
    let grant = shared.state().codes.remove(field("code"));
    let grant = grant.ok_or("bad_verification_code")?;
    if field("redirect_uri") != grant.callback {
        return Err("redirect_uri_mismatch");
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    match challenge == grant.challenge {
        true => Ok(grant),
        false => Err("bad_verification_code"),
    }
}

/// Who somebody is.
pub(super) async fn user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let Some(person) = whose(&shared, &headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    Json(json!({"id": person.id, "login": "somebody", "email": "unproved@leo.example"}))
        .into_response()
}

/// His addresses.
pub(super) async fn emails(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let Some(person) = whose(&shared, &headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let emails = person.emails.into_iter();
    let emails: Vec<Value> = emails
        .map(|(email, primary, verified)| json!({"email": email, "primary": primary, "verified": verified}))
        .collect();
    Json(emails).into_response()
}

/// GitHub wants to know who asks, too.
fn whose(shared: &Shared, headers: &HeaderMap) -> Option<Person> {
    headers.get(header::USER_AGENT)?;
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = token.strip_prefix("Bearer ")?;
    shared.state().tokens.get(token).cloned()
}

async fn played(play: Play) -> Response {
    match play {
        Play::Deny | Play::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Play::Silence => std::future::pending().await,
        Play::Flood => {
            let chunks =
                stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 4096])));
            Body::from_stream(chunks).into_response()
        }
        Play::Redirect => Redirect::to("http://127.0.0.1:1/").into_response(),
        Play::Nonsense => "<html>".into_response(),
    }
}
