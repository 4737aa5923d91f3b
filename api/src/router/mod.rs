//! Which path leads where, and what every request passes on its way.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::InvalidHeaderValue;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::client_address::{Proxies, noting};
use crate::extract::body_limit;
use crate::openapi;
use crate::routes::{
    audit, auth, deploy, diff, docs, download, events, files, fleet, github, health, jobs, keys,
    links, log, metrics, provider, quotas, sessions, tickets, users, versions, webhooks,
};
use crate::runner::http;
use crate::state::AppState;
use crate::trace::{self, NewRequestId, REQUEST_ID};
use crate::{console, headers, limits, meter, problems, ws};

/// Headers that pages of trusted sites may send.
const ALLOWED_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
];
/// Methods that pages of trusted sites may use.
const ALLOWED_METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// How long a browser remembers what pages of a site may do.
const PREFLIGHT: Duration = Duration::from_secs(600);
/// Headers that pages of trusted sites may read.
const EXPOSED_HEADERS: [HeaderName; 4] = [
    REQUEST_ID,
    header::RETRY_AFTER,
    limits::RATE_LIMIT,
    limits::RATE_LIMIT_POLICY,
];

/// The handlers that are in the document.
fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(auth::me))
        .routes(routes!(auth::methods))
        .routes(routes!(auth::password::register))
        .routes(routes!(auth::password::login))
        .routes(routes!(auth::password::logout))
        .routes(routes!(auth::password::change))
        .routes(routes!(auth::github::begin))
        .routes(routes!(auth::github::callback))
        .routes(routes!(tickets::create))
        .routes(routes!(keys::create, keys::list))
        .routes(routes!(keys::revoke))
        .routes(routes!(provider::get, provider::put, provider::delete))
        .routes(routes!(provider::test::test))
        .routes(routes!(github::get, github::put, github::delete))
        .routes(routes!(github::oauth::begin))
        .routes(routes!(github::push::push))
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(webhooks::get, webhooks::update, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::test))
        .routes(routes!(webhooks::deliveries::retry))
        .routes(routes!(deploy::settings))
        .routes(routes!(sessions::create, sessions::list))
        .routes(routes!(sessions::get, sessions::update, sessions::delete))
        .routes(routes!(sessions::messages))
        .routes(routes!(events::events))
        .routes(routes!(jobs::submit_in_session))
        .routes(routes!(jobs::submit, jobs::list))
        .routes(routes!(jobs::get))
        .routes(routes!(jobs::cancel))
        .routes(routes!(jobs::retry))
        .routes(routes!(deploy::deploy))
        .routes(routes!(files::list))
        .routes(routes!(files::file))
        .routes(routes!(download::download))
        .routes(routes!(diff::between))
        .routes(routes!(versions::restore))
        .routes(routes!(versions::fork))
        .routes(routes!(links::create))
        .routes(routes!(links::follow))
        .routes(routes!(log::log))
        .routes(routes!(fleet::show))
        .routes(routes!(fleet::drain, fleet::undrain))
        .routes(routes!(metrics::metrics))
        .routes(routes!(quotas::show))
        .routes(routes!(users::list))
        .routes(routes!(users::get, users::update))
        .routes(routes!(audit::list))
}

/// The OpenAPI document of the routes.
pub(crate) fn document() -> OpenApi {
    let mut document = documented().into_openapi();
    document.merge(http::document());
    openapi::portable(document)
}

/// How people reach the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    /// Origins of other sites whose pages may call it.
    pub(crate) origins: Vec<String>,
    /// The proxies whose word is taken.
    pub(crate) proxies: Proxies,
    /// By TLS and nothing else.
    pub(crate) tls: bool,
}

/// The whole server; `runners` are the paths of [`crate::runner`].
///
/// # Errors
/// When an origin of `LEO_CORS_ORIGINS` cannot stand in a header.
pub(crate) fn router(
    state: AppState,
    site: &Site,
    runners: Router,
) -> Result<Router, InvalidHeaderValue> {
    let limit = body_limit(state.limits.prompt_limit.as_usize());
    let (api, _) = documented().split_for_parts();
    let router = api
        .route("/api/docs", get(docs::page))
        .route("/api/openapi.json", get(docs::openapi))
        .route("/ws", get(ws::repl))
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(state.clone(), limits::tell))
        .with_state(state)
        .merge(runners)
        .merge(console::routes());
    // A request passes the last layer first.
    let router = router
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(middleware::from_fn(problems::render))
        .layer(middleware::from_fn(meter::count))
        .layer(middleware::map_response(headers::careful(site.tls)))
        .layer(cors(&site.origins)?);
    Ok(traced(router, site.proxies.clone()))
}

/// Some paths alone, for a listener of their own.
pub(crate) fn apart(paths: Router, proxies: Proxies) -> Router {
    let router = paths
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(middleware::from_fn(problems::render));
    traced(router, proxies)
}

fn traced(router: Router, proxies: Proxies) -> Router {
    router
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(|request: &Request| trace::span(request))
                .on_request(())
                .on_response(trace::answered)
                .on_failure(()),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID, NewRequestId))
        .layer(middleware::map_request(trace::discard_unfit))
        .layer(middleware::map_request(noting(proxies)))
}

/// Lets pages of trusted sites read answers; nobody else's. They bring a token: browsers send no cookie of ours
/// along, because it is `SameSite`, and would not show the answer, because credentials are not allowed.
fn cors(origins: &[String]) -> Result<CorsLayer, InvalidHeaderValue> {
    let origins: Vec<HeaderValue> = origins
        .iter()
        .map(|origin| origin.parse())
        .collect::<Result<_, _>>()?;
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods(ALLOWED_METHODS)
        .allow_headers(ALLOWED_HEADERS)
        .expose_headers(EXPOSED_HEADERS)
        .max_age(PREFLIGHT))
}

#[cfg(test)]
mod tests;
