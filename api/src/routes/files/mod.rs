//! The files of an app, one by one.
//!
//! They were written by generated code, and they are served from the origin that holds the user's
//! session: a browser must run none of them here. So only types that no browser runs are shown,
//! all others are for saving; nothing is guessed from the bytes; and whatever is opened as a page
//! nevertheless finds itself in a sandbox.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leo_common::store::artifacts::ArtifactRecord;
use leo_protocol::JobId;
use leo_protocol::problem::Problem;
use leo_protocol::versions::{FileEntry, FileList};
use mime_guess::{Mime, mime};

use crate::actions;
use crate::auth::{May, Principal, Read};
use crate::error::ApiError;
use crate::extract::Path;
use crate::state::AppState;

mod held_back;
mod range;

use held_back::held_back;
use range::{Wanted, wanted};

/// What a file may do when a browser opens it: nothing.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Kept by the browser, and asked for again each time: access may have ended.
pub(super) const CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The files that a job has left, complete or (`partial`) as far as it came.
#[utoipa::path(get, path = "/api/jobs/{id}/files", tag = "results", params(("id" = JobId, Path)), responses(
    (status = 200, description = "the files", body = FileList),
    (status = 404, description = "no such job, or no files (`no_files`)", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "they are older than they are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
) -> Result<Json<FileList>, ApiError> {
    let artifact = artifact_of(&state, &who, id).await?;
    let files = artifact.manifest.app_files().map(|(path, file)| FileEntry {
        path: path.to_owned(),
        size: file.size,
        sha256: file.sha256.clone(),
        executable: file.executable,
        content_type: with_charset(&kind_of(path)),
    });
    Ok(Json(FileList {
        files: files.collect(),
        partial: artifact.partial,
    }))
}

/// One file, or one range of it. Only images, fonts, media and plain text are shown by a browser.
#[utoipa::path(get, path = "/api/jobs/{id}/files/{*path}", tag = "results",
    params(
        ("id" = JobId, Path),
        ("path" = String, Path, description = "as in the list of files"),
        ("Range" = Option<String>, Header, description = "one range of bytes; several get the whole file"),
        ("If-Range" = Option<String>, Header, description = "the `ETag` of the version that the range is of"),
    ),
    responses(
        (status = 200, description = "its bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "the range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "the client has it (`If-None-Match`)"),
        (status = 404, description = "no such job or file", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "it is older than files are kept (`artifact_expired`)", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "the file has no such bytes; `Content-Range` says how many it has", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn file(
    State(state): State<AppState>,
    who: May<Read>,
    Path((id, path)): Path<(JobId, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let artifact = artifact_of(&state, &who, id).await?;
    let file = artifact
        .manifest
        .app_file(&path)
        .ok_or(ApiError::NotFound)?;
    let tag = format!("\"{}\"", file.sha256);
    let safe = safe_headers(&path, &tag)?;
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, safe).into_response());
    }
    // Ranges are of `GET` alone.
    if method == Method::HEAD {
        return Ok((
            safe,
            [(header::CONTENT_LENGTH, HeaderValue::from(file.size))],
        )
            .into_response());
    }
    let (status, part) = match wanted(&headers, &tag, file.size) {
        Wanted::Beyond => return Err(ApiError::RangeBeyond { size: file.size }),
        Wanted::Whole => (StatusCode::OK, 0..file.size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
    };
    let length = [(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    )];
    let place = (status == StatusCode::PARTIAL_CONTENT)
        .then(|| content_range(&part, file.size))
        .transpose()?;
    let bytes = match &place {
        None => state.artifacts.read(&artifact.location, file).await?,
        Some(_) => {
            let part = state.artifacts.read_part(&artifact.location, file, part);
            part.await?
        }
    };
    let place = place.map(|place| [(header::CONTENT_RANGE, place)]);
    let body = Body::from_stream(held_back(bytes));
    Ok((status, safe, length, place, body).into_response())
}

fn content_range(part: &std::ops::Range<u64>, size: u64) -> Result<HeaderValue, ApiError> {
    let text = format!("bytes {}-{}/{size}", part.start, part.end - 1);
    HeaderValue::from_str(&text).map_err(|_| ApiError::Internal("a header of a range"))
}

/// What a job of this user has left behind.
pub(crate) async fn artifact_of(
    state: &AppState,
    who: &Principal,
    job: JobId,
) -> Result<ArtifactRecord, ApiError> {
    let job = actions::owned(state, who.user, job).await?;
    let id = job.artifact_id.ok_or(ApiError::NoFiles)?;
    let artifact = state.db.artifact(id).await?;
    artifact.ok_or(ApiError::ArtifactExpired)
}

/// Whether a client has the version with this tag (`If-None-Match`).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    known
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .map(|known| known.trim().trim_start_matches("W/"))
                .any(|known| known == tag || known == "*")
        })
}

fn safe_headers(path: &str, tag: &str) -> Result<HeaderMap, ApiError> {
    let kind = kind_of(path);
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| ApiError::Internal("a header of a file"))
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, value(&with_charset(&kind))?);
    headers.insert(header::ETAG, value(tag)?);
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    let shown = if is_passive(&kind) {
        "inline"
    } else {
        "attachment"
    };
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(shown));
    Ok(headers)
}

/// The type that a name promises.
pub(crate) fn kind_of(path: &str) -> Mime {
    mime_guess::from_path(path).first_or_octet_stream()
}

/// Whether no browser runs anything in a file of this type.
fn is_passive(kind: &Mime) -> bool {
    match kind.type_() {
        mime::IMAGE => kind.subtype() != mime::SVG,
        mime::AUDIO | mime::VIDEO | mime::FONT => true,
        mime::TEXT => ["plain", "csv", "markdown", "css"].contains(&kind.subtype().as_str()),
        _ => kind.essence_str() == "application/json",
    }
}

/// The type as a header says it: every text is UTF-8.
pub(crate) fn with_charset(kind: &Mime) -> String {
    if kind.type_() == mime::TEXT {
        format!("{}; charset=utf-8", kind.essence_str())
    } else {
        kind.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> (String, String) {
        let headers = safe_headers(path, "\"x\"").unwrap();
        let text = |name| headers[name].to_str().unwrap().to_owned();
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY);
        (
            text(header::CONTENT_TYPE),
            text(header::CONTENT_DISPOSITION),
        )
    }

    #[test]
    fn only_what_no_browser_runs_is_shown() {
        for path in [
            "a.png",
            "a.woff2",
            "a.txt",
            "README.md",
            "data.json",
            "s.css",
            "v.mp4",
        ] {
            assert_eq!(of(path).1, "inline", "{path}");
        }
        for path in [
            "index.html",
            "x.svg",
            "a.js",
            "a.xml",
            "a.xhtml",
            "a.pdf",
            "a.swf",
            "none",
        ] {
            assert_eq!(of(path).1, "attachment", "{path}");
        }
        assert_eq!(of("index.html").0, "text/html; charset=utf-8");
        assert_eq!(of("none").0, "application/octet-stream");
    }

    #[test]
    fn a_known_file_is_recognised() {
        let known = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            is_known(&headers, "\"x\"")
        };
        assert!(known("\"x\"") && known("W/\"x\"") && known("\"a\", \"x\"") && known("*"));
        assert!(!known("\"y\"") && !known("x"));
    }
}
