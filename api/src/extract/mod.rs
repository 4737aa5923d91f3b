//! Bodies, paths and queries, with errors that name the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use crate::error::ApiError;
use crate::state::AppState;

mod body;

/// Bodies are accepted up to this size where no limit asks for more, in bytes.
const BODY_LIMIT: usize = 1 << 20;
/// What a body may hold beside the prompt, in bytes.
const BODY_ROOM: usize = 64 << 10;
/// JSON writes a byte with up to this many.
const JSON_ESCAPE: usize = 6;

/// How large a body may be, in bytes, so that each prompt within its limit fits.
pub(crate) fn body_limit(prompt_limit: usize) -> usize {
    let largest = prompt_limit.saturating_mul(JSON_ESCAPE);
    BODY_LIMIT.max(largest.saturating_add(BODY_ROOM))
}

/// The longest prompt that fits into such a body, whatever is in it, in bytes.
pub(crate) fn largest_prompt(prompt_limit: usize) -> usize {
    (body_limit(prompt_limit) - BODY_ROOM) / JSON_ESCAPE
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for ValidJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::NotJson);
        }
        let limit = body_limit(state.limits.prompt_limit.as_usize());
        let bytes = body::read(request, limit).await?;
        parse(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default()
        .trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Whether the client asks for server-sent events.
pub(crate) fn wants_stream(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"))
}

/// Reads a body, and says which field is wrong.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        // An array would be taken for the fields in their order.
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| not_parsed("", &error))?;
        return Err(ApiError::invalid("body", "must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        not_parsed(&path, error.inner())
    })?;
    json.end().map_err(|error| not_parsed("", &error))?;
    Ok(value)
}

fn not_parsed(path: &str, error: &serde_json::Error) -> ApiError {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    match error.classify() {
        Category::Data => {
            let text = text.strip_suffix(&place).unwrap_or(&text);
            wrong_data(path, text)
        }
        Category::Io | Category::Syntax | Category::Eof => ApiError::MalformedJson(text),
    }
}

/// An error of JSON that is well-formed: a field too many, too few, or of another type.
fn wrong_data(path: &str, text: &str) -> ApiError {
    if text.starts_with("unknown field") {
        ApiError::UnknownField(text.to_owned())
    } else if let Some(field) = text.strip_prefix("missing field ") {
        ApiError::invalid(field.trim_matches('`'), "is missing")
    } else {
        ApiError::invalid(path, format!("is not accepted: {text}"))
    }
}

/// Ids in the path. What is no id names nothing, and is answered like any other unknown id.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| ApiError::NotFound)
    }
}

/// Parameters of the query; those that no handler knows are ignored.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Self(query.0)),
            Err(rejection) => Err(wrong_query(&rejection.body_text())),
        }
    }
}

/// The framework's text is `…: field: what is wrong with it`.
fn wrong_query(text: &str) -> ApiError {
    let text = text
        .rsplit_once("query string: ")
        .map_or(text, |(_, text)| text);
    match text.split_once(": ") {
        Some((field, what)) => ApiError::invalid(field, format!("is not accepted: {what}")),
        None => wrong_data("query", text),
    }
}

#[cfg(test)]
mod tests;
