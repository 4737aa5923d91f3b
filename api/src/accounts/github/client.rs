//! What Leo asks GitHub: a token for a code, and with it who that is.
//!
//! Nothing here waits long or reads much, whatever answers. A refused code is answered by GitHub with
//! the status 200 and an `error`, unlike in the specification.

use std::time::Duration;

use leo_common::outgoing::{self, BodyError};
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;

use super::settings::App;
use crate::accounts::AccountError;

/// How long GitHub may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take for a connection.
const CONNECTING: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const MAX_ANSWER: usize = 256 << 10;
/// The name by which Leo introduces itself; GitHub wants one.
const NAME: &str = "leo";
/// What GitHub says of a code that is unknown, used or too old.
const BAD_CODE: &str = "bad_verification_code";
/// So much of an error's name goes into the log, in characters.
const MAX_SAID: usize = 64;

/// Asks GitHub.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    app: App,
}

/// Who somebody is at GitHub.
pub(super) struct Person {
    /// A number that never changes; names do.
    pub(super) id: String,
    /// The address that he has proved to be his and uses first.
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
struct Token {
    access_token: Option<SecretString>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: u64,
}

#[derive(Deserialize)]
struct Email {
    email: String,
    primary: bool,
    verified: bool,
}

impl Client {
    pub(super) fn new(app: &App) -> Result<Self, reqwest::Error> {
        let http = outgoing::bounded(PATIENCE)
            .connect_timeout(CONNECTING)
            .build()?;
        Ok(Self {
            http,
            app: app.clone(),
        })
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When GitHub does not answer as it should.
    pub(super) async fn who(&self, token: &SecretString) -> Result<Person, AccountError> {
        let user: User = self
            .ask(self.http.get(self.app.user.clone()), token)
            .await?;
        let emails = self.http.get(self.app.emails.clone());
        let emails: Vec<Email> = self.ask(emails, token).await?;
        let email = emails.into_iter().find(|it| it.primary && it.verified);
        Ok(Person {
            id: user.id.to_string(),
            email: email.map(|it| it.email),
        })
    }

    /// The token for a code. `callback` and `verifier` are those that the round began with.
    ///
    /// # Errors
    /// When GitHub refuses the code, or does not answer as it should.
    pub(super) async fn token(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        callback: &str,
    ) -> Result<SecretString, AccountError> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", &self.app.id)
            .append_pair("client_secret", self.app.secret.expose_secret())
            .append_pair("code", code.expose_secret())
            .append_pair("redirect_uri", callback)
            .append_pair("code_verifier", verifier.expose_secret())
            .finish();
        let request = self.http.post(self.app.token.clone());
        let request = request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer: Token = answered(request).await?;
        match (answer.access_token, answer.error) {
            (Some(token), None) => Ok(token),
            (_, Some(error)) if error == BAD_CODE => Err(AccountError::CodeRefused),
            (_, error) => {
                let error: String = error.unwrap_or_default().chars().take(MAX_SAID).collect();
                tracing::warn!(
                    error,
                    "github gives no token: see the settings of the app there"
                );
                Err(AccountError::GithubAway)
            }
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        token: &SecretString,
    ) -> Result<T, AccountError> {
        answered(request.bearer_auth(token.expose_secret())).await
    }
}

/// What GitHub says, in JSON.
async fn answered<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, AccountError> {
    let body = read(request).await.map_err(|error| {
        // Without the address, which holds no secret here, but may one day.
        let error = error.without_url();
        tracing::warn!(error = %leo_common::error_chain::Chain(&error), "github does not answer");
        AccountError::GithubAway
    })?;
    let value = body.and_then(|body| serde_json::from_slice(&body).ok());
    value.ok_or_else(|| {
        tracing::warn!("github's answer cannot be read");
        AccountError::GithubAway
    })
}

/// A body, unless it is too long.
async fn read(request: RequestBuilder) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let request = request
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, NAME);
    let response = request.send().await?.error_for_status()?;
    if response.status() != StatusCode::OK {
        return Ok(None);
    }
    match outgoing::read(response, MAX_ANSWER).await {
        Ok(body) => Ok(Some(body)),
        Err(BodyError::TooLarge(_)) => Ok(None),
        Err(BodyError::Broken(error)) => Err(error),
    }
}
