//! The test of a provider.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use leo_protocol::problem::Problem;
use leo_protocol::provider::{ProviderTest, TestProvider};

use super::fields;
use crate::auth::{May, Run};
use crate::error::ApiError;
use crate::extract::{ValidJson, wants_stream};
use crate::limits;
use crate::provider_test::{Asked, Test, live};
use crate::state::AppState;

/// Tests a model provider, as the body says or as it is set: step by step whether jobs can use it, and what
/// to change where they cannot. With `Accept: text/event-stream` each step comes when it is done.
#[utoipa::path(post, path = "/api/providers/test", tag = "account", request_body = TestProvider, responses(
    (status = 200, description = "what was found, good or bad", content(
        (ProviderTest = "application/json"),
        (String = "text/event-stream"),
    )),
    (status = 429, description = "too many requests, or too many tests at once", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "the database does not answer, too many tests are under way, or the server restarts", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn test(
    who: May<Run>,
    State(state): State<AppState>,
    headers: HeaderMap,
    ValidJson(request): ValidJson<TestProvider>,
) -> Result<Response, ApiError> {
    let asked = asked(request, &state)?;
    limits::count_test(&state, &who).await?;
    let test = Test::begin(&state, who.user, asked).await?;
    if wants_stream(&headers) {
        let held = state.guard.hold(&who);
        return Ok(live(test, held, state.shutdown.clone()));
    }
    let done = Box::pin(test.whole());
    let done = state.shutdown.run_until_cancelled(done).await;
    let found = done.ok_or(ApiError::Restarting)?;
    Ok(Json(found).into_response())
}

fn asked(request: TestProvider, state: &AppState) -> Result<Asked, ApiError> {
    let base_url = request.base_url.as_deref();
    let base_url = base_url.map(|url| fields::base_url(url, &state.outgoing));
    Ok(Asked {
        provider: request
            .provider
            .as_deref()
            .map(fields::provider)
            .transpose()?,
        base_url: base_url.transpose()?,
        key: request.api_key.map(fields::key).transpose()?,
        model: request.model.map(fields::model).transpose()?,
    })
}
