//! Counts requests, by the template of their route: what a client puts into a path becomes no label.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use leo_common::metrics;

/// The route of requests that lead nowhere.
const UNMATCHED: &str = "unmatched";

/// Counts a request and how long its answer took to begin.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(UNMATCHED, MatchedPath::as_str)
        .to_owned();
    let response = next.run(request).await;
    metrics::answered(route, method, response.status().as_u16(), began.elapsed());
    response
}

/// Methods that anything here answers to; a client may make up others.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
