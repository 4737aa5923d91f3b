//! The user's account at GitHub, and pushes that he asks for.

use leo_protocol::JobId;
use leo_protocol::github::{AskPush, GitHubSettings, SetGitHub};
use leo_protocol::http::Job;
use reqwest::Method;

use super::http::{Client, HttpError};

/// Where the account stands.
const SETTINGS: &str = "api/settings/github";

impl Client {
    /// The account that is connected.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn github(&self) -> Result<GitHubSettings, HttpError> {
        self.json(self.request(Method::GET, SETTINGS)).await
    }

    /// Connects an account, or changes what is done with it.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn set_github(&self, set: &SetGitHub) -> Result<GitHubSettings, HttpError> {
        self.json(self.request(Method::PUT, SETTINGS).json(set))
            .await
    }

    /// Forgets the account.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn unset_github(&self) -> Result<(), HttpError> {
        self.send(self.request(Method::DELETE, SETTINGS)).await?;
        Ok(())
    }

    /// Asks for a push of a job's files.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn push(&self, job: JobId, ask: &AskPush) -> Result<Job, HttpError> {
        let path = format!("api/jobs/{job}/push");
        self.json(self.request(Method::POST, &path).json(ask)).await
    }
}
