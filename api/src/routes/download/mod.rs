//! An app as a zip, written while it is sent.
//!
//! The same artifact gives the same bytes: files in the order of the manifest, all with one time.
//! Compressing needs a thread, so the number of zips in the making is bounded, and one whose
//! client takes nothing for a while is given up. A zip that cannot be finished is cut off, never
//! closed as if it were whole.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use leo_protocol::JobId;
use leo_protocol::problem::Problem;

use super::files::artifact_of;
use super::sessions::found;
use crate::actions;
use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::extract::Path;
use crate::state::AppState;

mod archive;

/// Names of zips are at most this long, in bytes, without their ending.
const MAX_SLUG: usize = 60;

/// The app as a zip, its files at the top; of a job that failed, as far as it came.
#[utoipa::path(get, path = "/api/jobs/{id}/download", tag = "results", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the zip", body = Vec<u8>, content_type = "application/zip"),
    (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many downloads at once", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn download(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
) -> Result<Response, ApiError> {
    let job = actions::owned(&state, who.user, id).await?;
    let artifact = artifact_of(&state, &who, id).await?;
    let session = found(&state, &who, job.session_id).await?;
    let permit = Arc::clone(&state.zips)
        .try_acquire_owned()
        .map_err(|_| ApiError::Busy)?;
    let named = format!("attachment; filename=\"{}.zip\"", slug(&session.title));
    let named = HeaderValue::from_str(&named)
        .map_err(|_| ApiError::Internal("the name of a zip is no header"))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (header::CONTENT_DISPOSITION, named),
    ];
    let bytes = archive::zipped(state.artifacts.clone(), artifact, permit);
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// A title as a file's name: lower-case ASCII letters, digits and dashes.
fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut slug = words.join("-");
    slug.truncate(MAX_SLUG);
    match slug.trim_end_matches('-') {
        "" => "app".to_owned(),
        slug => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name() {
        assert_eq!(
            slug("A todo list, with \"colours\"!"),
            "a-todo-list-with-colours"
        );
        assert_eq!(slug("../..\r\nX"), "x");
        assert_eq!(slug("日本"), "app");
        assert_eq!(slug(&"ab ".repeat(100)).len(), 59);
    }
}
