//! The versions of an app: their files, what has changed, and what is made of one.

use leo_protocol::JobId;
use leo_protocol::http::Session;
use leo_protocol::versions::{Diff, FileList, ForkVersion, LinkVersion, VersionLink};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Response};

use super::http::{Client, HttpError, IDEMPOTENCY_KEY};

/// What is written as it is in the path of a file.
const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

impl Client {
    /// The files that a job has left.
    ///
    /// # Errors
    /// See [`HttpError`]; so for all that follow.
    pub async fn files(&self, job: JobId) -> Result<FileList, HttpError> {
        self.json(self.request(Method::GET, &format!("api/jobs/{job}/files")))
            .await
    }

    /// One of them, to be read as it comes.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn file(&self, job: JobId, path: &str) -> Result<Response, HttpError> {
        let path = utf8_percent_encode(path, IN_PATHS);
        self.send(self.request(Method::GET, &format!("api/jobs/{job}/files/{path}")))
            .await
    }

    /// What has changed since what `from` has left, or since the job began.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn diff(&self, job: JobId, from: Option<JobId>) -> Result<Diff, HttpError> {
        let pairs: Vec<_> = from
            .map(|from| ("from", from.to_string()))
            .into_iter()
            .collect();
        self.json(self.list(&format!("api/jobs/{job}/diff"), &pairs))
            .await
    }

    /// The same as a patch, to be read as it comes.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn patch(&self, job: JobId, from: Option<JobId>) -> Result<Response, HttpError> {
        let mut pairs = vec![("format", "patch".to_owned())];
        pairs.extend(from.map(|from| ("from", from.to_string())));
        self.send(self.list(&format!("api/jobs/{job}/diff"), &pairs))
            .await
    }

    /// Makes what a job has left the session's current version.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn restore(&self, job: JobId) -> Result<Session, HttpError> {
        self.json(self.request(Method::POST, &format!("api/jobs/{job}/restore")))
            .await
    }

    /// Makes a session that begins with what a job has left. The same key gives the same session.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn fork(
        &self,
        job: JobId,
        request: &ForkVersion,
        key: &str,
    ) -> Result<Session, HttpError> {
        let fork = self.request(Method::POST, &format!("api/jobs/{job}/fork"));
        self.json(fork.json(request).header(IDEMPOTENCY_KEY, key))
            .await
    }

    /// Makes an address at which anybody can download what a job has left.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn link(&self, job: JobId, request: &LinkVersion) -> Result<VersionLink, HttpError> {
        let link = self.request(Method::POST, &format!("api/jobs/{job}/link"));
        self.json(link.json(request)).await
    }
}
