//! An error as an answer: status, headers, and what the problem document will say.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;

use super::ApiError;
use crate::limits::{seconds, until_free};
use crate::problems::Draft;

/// When a client may come back whom Leo could not serve.
const RETRY_AFTER: Duration = Duration::from_secs(5);

impl ApiError {
    /// When it is worth trying again, if ever.
    fn retry_after(&self) -> Option<Duration> {
        if let Self::RateLimited(time) = self {
            return Some(*time);
        }
        if let Self::OverQuota(quota) = self {
            return Some(until_free(*quota, Utc::now()));
        }
        if let Self::Account(error) = self
            && let Some(time) = error.retry_after()
        {
            return Some(time);
        }
        let soon = self.kind().0 == StatusCode::SERVICE_UNAVAILABLE;
        (soon || matches!(self, Self::TooManyTests)).then_some(RETRY_AFTER)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let (status, code) = self.kind();
        let mut response = status.into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Self::RangeBeyond { size } = self
            && let Ok(size) = HeaderValue::from_str(&format!("bytes */{size}"))
        {
            response.headers_mut().insert(header::CONTENT_RANGE, size);
        }
        if let Some(time) = self.retry_after() {
            let time = HeaderValue::from(seconds(time).max(1));
            response.headers_mut().insert(header::RETRY_AFTER, time);
        }
        response.extensions_mut().insert(Draft {
            code,
            detail: self.to_string(),
        });
        response
    }
}
