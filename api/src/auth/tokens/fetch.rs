//! Fetches a provider's JWK set over HTTP.
//!
//! The provider is trusted to name its keys, and not to answer quickly or shortly.

use std::time::Duration;

use leo_common::outgoing::{self, BodyError};
use url::Url;

use super::keys::Keys;

/// How long an answer may take, with all of its body.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest set that is read, in bytes; real ones have some thousand.
const MAX_SET: usize = 256 << 10;

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// No answer, or no whole one.
    #[error("failed to reach the identity provider")]
    Away(#[source] reqwest::Error),
    /// Another answer than success.
    #[error("the identity provider answers with status {0}")]
    Status(u16),
    /// A body that does not end.
    #[error("the identity provider's answer has more than {MAX_SET} bytes")]
    TooLarge,
    /// A body that is none.
    #[error("the identity provider's answer is not a JWK set")]
    NotASet(#[source] serde_json::Error),
    /// A set of nothing.
    #[error("the identity provider has no key that can sign tokens with RS256, ES256 or EdDSA")]
    Empty,
}

/// Where keys are fetched.
#[derive(Debug, Clone)]
pub(super) struct Source {
    http: reqwest::Client,
    url: Url,
}

impl Source {
    /// # Errors
    /// When this machine cannot make requests.
    pub(super) fn new(url: Url) -> Result<Self, reqwest::Error> {
        let http = outgoing::bounded(TIMEOUT).build()?;
        Ok(Self { http, url })
    }

    /// The keys that the provider has at this time.
    ///
    /// # Errors
    /// When it does not tell any.
    pub(super) async fn fetch(&self) -> Result<Keys, FetchError> {
        let asked = self.http.get(self.url.clone()).send().await;
        // An address may hold a secret, and errors are logged.
        let answer = asked.map_err(|error| FetchError::Away(error.without_url()))?;
        if !answer.status().is_success() {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        let set = outgoing::read(answer, MAX_SET).await;
        let set = set.map_err(|error| match error {
            BodyError::Broken(error) => FetchError::Away(error),
            BodyError::TooLarge(_) => FetchError::TooLarge,
        })?;
        let keys = Keys::read(&set).map_err(FetchError::NotASet)?;
        if keys.len() == 0 {
            return Err(FetchError::Empty);
        }
        Ok(keys)
    }
}
