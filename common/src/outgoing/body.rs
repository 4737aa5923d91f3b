//! Reading what somebody else answers, up to a limit.

use reqwest::Response;

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It does not arrive whole and in time. The address is not part of it.
    #[error("the answer did not arrive whole")]
    Broken(#[source] reqwest::Error),
    /// It does not end.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
}

/// A body of at most `limit` bytes; no more than that is kept at any time.
///
/// # Errors
/// When it is larger or breaks off.
pub async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| BodyError::Broken(error.without_url()))?
    {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
