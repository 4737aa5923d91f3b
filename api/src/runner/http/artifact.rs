//! Where a container's workspace goes when it is done.
//!
//! The container says how large its archive is and what its hash is, and is given a request that
//! uploads exactly that: to the bucket itself, signed, or to this process where the store is a
//! folder. The worker unpacks it with the same checks as a workspace that it copies out of Docker.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use chrono::{TimeDelta, Utc};
use futures_util::StreamExt as _;
use leo_common::artifacts::{ArtifactStore, Parcel, Upload, UploadError};
use leo_common::config::Bytes as Size;
use leo_protocol::JobId;
use leo_protocol::problem::Problem;
use leo_protocol::runner::{UploadRequest, UploadTicket};
use tokio::time::timeout;

use super::Caller;
use crate::error::ApiError;
use crate::extract::parse;
use crate::runner::Door;

/// How long a ticket is good for: the slowest upload of the largest workspace that makes sense.
const VALID: TimeDelta = TimeDelta::minutes(15);
/// What an archive may have beside the files in it.
const ARCHIVE_ROOM: u64 = 16 << 20;
/// The last part of this process's own address for uploads, beside `artifact`.
const OWN: &str = "upload";
/// How long an upload through this process may bring nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Announces the workspace; the answer says how to upload it.
#[utoipa::path(post, path = "/api/runner/{id}/artifact", tag = "runners", params(("id" = JobId, Path)),
    request_body = UploadRequest, responses(
    (status = 200, description = "the request to make next, with these headers and no others", body = UploadTicket),
    (status = 401, description = "no token, or one that does not open this job", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the attempt is over", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "more than `WORKSPACE_LIMIT`", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn announce(
    State(door): State<Door>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<UploadTicket>, ApiError> {
    let caller = Caller::admit(&door, &id, &headers).await?;
    let upload = checked(&door, &parse(&body)?)?;
    let (job, attempt) = (caller.job, caller.attempt);
    if !door.db.announce_upload(job, attempt, &upload).await? {
        return Err(ApiError::Superseded);
    }
    let location = ArtifactStore::parcel(caller.session, job, attempt, Parcel::Upload);
    let valid = VALID.to_std().unwrap_or_default();
    let signed = door.artifacts.sign_upload(&location, &upload, valid);
    let (url, headers) = match signed.await? {
        Some(signed) => {
            let (name, value) = signed.header;
            (signed.url.to_string(), (name.to_owned(), value))
        }
        None => (OWN.to_owned(), own_header(&headers)),
    };
    Ok(Json(UploadTicket {
        method: "PUT".to_owned(),
        url,
        headers: BTreeMap::from([headers]),
        expires_at: Utc::now() + VALID,
    }))
}

/// The same token opens this process's own address.
fn own_header(headers: &HeaderMap) -> (String, String) {
    let value = headers.get(header::AUTHORIZATION);
    let value = value.and_then(|value| value.to_str().ok());
    (
        header::AUTHORIZATION.as_str().to_owned(),
        value.unwrap_or_default().to_owned(),
    )
}

fn checked(door: &Door, request: &UploadRequest) -> Result<Upload, ApiError> {
    let limit = door.workspace_limit;
    if request.size > limit.saturating_add(ARCHIVE_ROOM) {
        return Err(ApiError::WorkspaceTooLarge(Size::from(limit)));
    }
    let sha256 = digest(&request.sha256).ok_or_else(|| {
        ApiError::invalid("sha256", "must be a SHA-256 of 64 lower-case hex digits")
    })?;
    Ok(Upload {
        size: request.size,
        sha256,
    })
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = hex.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// Uploads what was announced, where the ticket names this address.
#[utoipa::path(put, path = "/api/runner/{id}/upload", tag = "runners", params(("id" = JobId, Path)),
    request_body(content = Vec<u8>, content_type = "application/gzip"), responses(
    (status = 204, description = "it is kept"),
    (status = 401, description = "no token, or one that does not open this job", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "the attempt is over, or has announced nothing", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "it is not what was announced", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "too many uploads at once", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn upload(
    State(door): State<Door>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let caller = Caller::admit(&door, &id, &headers).await?;
    let announced = door.db.announced_upload(caller.job, caller.attempt).await?;
    let announced = announced.ok_or(ApiError::NotAnnounced)?;
    let _permit = door.uploads.try_acquire().map_err(|_| ApiError::Busy)?;
    let location =
        ArtifactStore::parcel(caller.session, caller.job, caller.attempt, Parcel::Upload);
    let mut writer = door.artifacts.receive(&location, announced);
    let mut bytes = body.into_data_stream();
    loop {
        let next = timeout(PATIENCE, bytes.next()).await;
        let next = next.map_err(|_| broken("did not arrive in time"))?;
        match next {
            Some(Ok(chunk)) => writer.write(chunk).await.map_err(refused)?,
            Some(Err(_)) => return Err(broken("did not arrive whole")),
            None => break,
        }
    }
    writer.finish().await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn broken(how: &str) -> ApiError {
    ApiError::BadRequest(format!("The body {how}."))
}

fn refused(error: UploadError) -> ApiError {
    match error {
        UploadError::Different => ApiError::NotAsAnnounced,
        UploadError::Store(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_64_digits() {
        assert_eq!(digest(&"0f".repeat(32)), Some([15; 32]));
        let wrong = [
            String::new(),
            "0f".repeat(31),
            "0F".repeat(32),
            "0g".repeat(32),
            "ü".repeat(32),
        ];
        for wrong in wrong {
            assert_eq!(digest(&wrong), None, "{wrong}");
        }
    }
}
