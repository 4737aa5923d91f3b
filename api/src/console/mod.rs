//! The web console: the files that `make console` has built, as part of this program.
//!
//! Every path that is nothing else's is a page of the console, and all its pages are one document, so that an address
//! that somebody has kept opens what it names. What belongs to the API stays the API's: there, a path that
//! leads nowhere is answered with a problem. A release build holds the files; a debug build reads them from the
//! folder, so that the console can be built again under a running server. Where there are none, a page says so.
//!
//! Nothing here asks anybody or counts: answering costs less than counting would.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::Response;
use axum::routing::get;
use rust_embed::Embed;

use crate::error::ApiError;

mod encoding;
mod files;
mod page;

/// First parts of paths that are no pages.
const RESERVED: [&str; 5] = ["api", "assets", "health", "metrics", "ws"];
/// The names of these files change with what is in them.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, and asked for again each time.
const UNTIL_ASKED: HeaderValue = HeaderValue::from_static("no-cache");

/// What a script may do that a page starts as a worker: a worker has the policy of its own answer, not of the page's.
const OF_WORKERS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The console as it was built.
#[derive(Embed)]
#[folder = "../console/app/dist"]
#[allow_missing = true]
struct Built;

/// Its paths, and whatever is nobody else's.
pub(crate) fn routes() -> Router {
    routes_of::<Built>()
}

fn routes_of<D: Embed + 'static>() -> Router {
    Router::new()
        .route("/", get(page::page::<D>))
        .route("/assets/{*path}", get(asset::<D>))
        .fallback(elsewhere::<D>)
}

async fn asset<D: Embed>(
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let name = format!("assets/{path}");
    let mut answer = files::file::<D>(&name, &headers, FOR_GOOD).ok_or(ApiError::NotFound)?;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, OF_WORKERS);
    Ok(answer)
}

/// A file beside the document, or a page.
async fn elsewhere<D: Embed>(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let name = uri.path().trim_start_matches('/');
    let first = name.split('/').next().unwrap_or_default();
    let reads = method == Method::GET || method == Method::HEAD;
    if !reads || RESERVED.contains(&first) {
        return Err(ApiError::NotFound);
    }
    match files::file::<D>(name, &headers, UNTIL_ASKED) {
        Some(file) => Ok(file),
        None => page::page::<D>().await,
    }
}

#[cfg(test)]
mod tests;
