//! An answer of the API, whole.

use bytes::Bytes;
use leo_protocol::problem::{CONTENT_TYPE, Problem};
use reqwest::header::{CONTENT_TYPE as TYPE, HeaderMap};
use serde::de::DeserializeOwned;

/// Status, headers and body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Sends a request and reads the answer.
    ///
    /// # Panics
    /// When none comes, or not all of it.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("get an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("get the whole answer");
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body of an answer with this status.
    ///
    /// # Panics
    /// When the status is another.
    #[must_use]
    pub fn bytes(&self, status: u16) -> Vec<u8> {
        assert_eq!(self.status, status, "{}", self.text());
        self.body.to_vec()
    }

    /// What an answer with this status says in JSON.
    ///
    /// # Panics
    /// When the status is another, or the body is not that.
    #[must_use]
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        let bytes = self.bytes(status);
        let value = serde_json::from_slice(&bytes);
        value.unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The problem that a refusal tells of.
    ///
    /// # Panics
    /// When this is no problem document, or one that contradicts its answer.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let kind = self
            .headers
            .get(TYPE)
            .map(reqwest::header::HeaderValue::as_bytes);
        assert_eq!(
            kind,
            Some(CONTENT_TYPE.as_bytes()),
            "{} {}",
            self.status,
            self.text()
        );
        let problem: Problem = self.expect(self.status);
        assert_eq!(problem.status, self.status);
        assert!(
            !problem.request_id.is_empty() && !problem.detail.is_empty(),
            "{problem:?}"
        );
        problem
    }
}
