//! Reading the body of a request, within a limit.
//!
//! Promise: no more than the limit is kept. A client that sends more is told so as long as that is
//! possible: whoever is answered while he still sends has his connection reset, and most clients
//! say only that then. So some of what is too much is read and thrown away before the answer.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::header;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use crate::error::ApiError;

/// A body that has not arrived by then is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// So much beyond the limit is thrown away, in bytes; whoever sends more is cut off.
const THROWN_AWAY: usize = 16 << 20;

/// A body of at most `limit` bytes.
///
/// # Errors
/// When it is larger, or does not arrive whole and in time.
pub(super) async fn read(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let asks_first = request.headers().contains_key(header::EXPECT);
    let body = request.into_body();
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if asks_first && announced > limit {
        // Nothing was sent so far, and nothing will be.
        return Err(ApiError::PayloadTooLarge { limit });
    }
    let read = timeout(PATIENCE, collect(body, limit)).await;
    read.unwrap_or_else(|_| Err(broken("The body did not arrive in time.")))
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut chunks = body.into_data_stream();
    let mut kept = Vec::new();
    let mut thrown_away = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| broken("The body did not arrive whole."))?;
        if thrown_away > 0 || kept.len() + chunk.len() > limit {
            kept = Vec::new();
            thrown_away += chunk.len();
        } else {
            kept.extend_from_slice(&chunk);
        }
        if thrown_away > THROWN_AWAY {
            break;
        }
    }
    if thrown_away > 0 {
        return Err(ApiError::PayloadTooLarge { limit });
    }
    Ok(kept.into())
}

fn broken(text: &str) -> ApiError {
    ApiError::BadRequest(text.to_owned())
}
