//! What Leo asks GitHub's API: who a token is, and repositories.
//!
//! By octocrab, which sends the token in a header to the API's own host and nowhere else. Nothing
//! here waits long, reads much, follows a redirect or tries again; [`GitHubError`] says whether
//! a later try may do better. Texts of errors are sentences for people and hold no token. What git
//! itself says to GitHub is not here.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

mod error;
mod site;

pub use error::{GitHubError, explained};
pub use site::Site;

/// How long GitHub may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take for a connection.
const CONNECTING: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const MAX_ANSWER: usize = 1 << 20;
/// Tokens have so many characters.
const TOKEN: std::ops::RangeInclusive<usize> = 8..=1024;
/// The header in which GitHub tells what a classic token may do; others have none.
const SCOPES: &str = "x-oauth-scopes";
/// What such a token needs to make private repositories and to push to them.
const NEEDED: &str = "repo";

/// Whether this can be a token at all.
#[must_use]
pub fn is_token(text: &str) -> bool {
    TOKEN.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Asks GitHub's API with one token.
pub struct Client {
    crab: Octocrab,
    base: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.base)
    }
}

/// Who a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The user's name at GitHub.
    pub login: String,
    /// Whether it is told that the token may not make private repositories.
    pub too_little: bool,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// What it says of itself.
    #[serde(default)]
    pub description: Option<String>,
    /// The branch that people see first.
    #[serde(default)]
    pub default_branch: Option<String>,
}

/// What became of the wish for a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is there.
    Made(Found),
    /// There is another one of this name.
    Taken,
}

/// A repository to be made.
#[derive(Serialize)]
struct Wanted<'a> {
    name: &'a str,
    description: &'a str,
    private: bool,
    auto_init: bool,
}

/// An answer of GitHub.
struct Answer {
    status: u16,
    scopes: Option<String>,
    after: Option<Duration>,
    sso: bool,
    body: Vec<u8>,
}

impl Client {
    /// Asks the API at `api`. Has to be called within a tokio runtime.
    ///
    /// # Errors
    /// When the token cannot be one, or no client can be made.
    pub fn new(api: &Url, token: &SecretString) -> Result<Self, GitHubError> {
        if !is_token(token.expose_secret()) {
            return Err(GitHubError::BadToken);
        }
        let base = api.as_str().trim_end_matches('/').to_owned();
        let unusable = |_| GitHubError::Refused("GITHUB_API_URL cannot be used".to_owned());
        let crab = Octocrab::builder()
            .base_uri(base.as_str())
            .map_err(unusable)?
            .personal_token(token.clone())
            .set_connect_timeout(Some(CONNECTING))
            .set_read_timeout(Some(PATIENCE))
            .set_write_timeout(Some(PATIENCE))
            .build()
            .map_err(unusable)?;
        Ok(Self { crab, base })
    }

    /// Who the token is.
    ///
    /// # Errors
    /// When GitHub does not accept it or does not answer.
    pub async fn who(&self) -> Result<Who, GitHubError> {
        #[derive(Deserialize)]
        struct User {
            login: String,
        }
        let answer = self.get("/user").await?;
        let scopes = answer.scopes.clone().filter(|scopes| !scopes.is_empty());
        let has = |scopes: String| scopes.split(',').any(|scope| scope.trim() == NEEDED);
        let too_little = scopes.is_some_and(|scopes| !has(scopes));
        let user: User = answer.read()?;
        let login = user.login;
        Ok(Who { login, too_little })
    }

    /// A repository; `None` where there is none, or none that the token sees.
    ///
    /// # Errors
    /// When GitHub refuses or does not answer.
    pub async fn repository(&self, owner: &str, name: &str) -> Result<Option<Found>, GitHubError> {
        let answer = self.get(&format!("/repos/{owner}/{name}")).await?;
        match answer.status {
            404 => Ok(None),
            _ => answer.read().map(Some),
        }
    }

    /// Makes an empty private repository: with `owner`, an organisation unless it is `login` itself.
    ///
    /// # Errors
    /// When GitHub refuses or does not answer; then it may be there all the same.
    pub async fn make(
        &self,
        login: &str,
        owner: &str,
        name: &str,
        description: &str,
    ) -> Result<Made, GitHubError> {
        let path = match owner.eq_ignore_ascii_case(login) {
            true => "/user/repos".to_owned(),
            false => format!("/orgs/{owner}/repos"),
        };
        let wanted = Wanted {
            name,
            description,
            private: true,
            auto_init: false,
        };
        let answer = self.post(&path, &wanted).await?;
        match answer.status {
            422 if error::is_taken(&answer.body) => Ok(Made::Taken),
            404 => Err(GitHubError::Refused(format!(
                "GitHub knows no organisation `{owner}` in which this token may make repositories"
            ))),
            _ => answer.read().map(Made::Made),
        }
    }

    async fn get(&self, path: &str) -> Result<Answer, GitHubError> {
        let asked = async {
            let response = self.crab._get(path).await;
            Answer::of(response.map_err(|_| GitHubError::away())?).await
        };
        within(asked).await
    }

    async fn post(&self, path: &str, body: &Wanted<'_>) -> Result<Answer, GitHubError> {
        let asked = async {
            let response = self.crab._post(path, Some(body)).await;
            Answer::of(response.map_err(|_| GitHubError::away())?).await
        };
        within(asked).await
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, GitHubError>>) -> Result<T, GitHubError> {
    let answered = tokio::time::timeout(PATIENCE, Box::pin(asked)).await;
    answered.unwrap_or_else(|_| Err(GitHubError::away()))
}

impl Answer {
    async fn of<B>(response: http::Response<B>) -> Result<Self, GitHubError>
    where
        B: http_body::Body,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = response.into_parts();
        let text = |name| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        Ok(Self {
            status: head.status.as_u16(),
            scopes: text(SCOPES),
            after: error::pause(&head.headers),
            sso: text("x-github-sso").is_some(),
            body: body.map_err(|_| GitHubError::away())?.to_bytes().to_vec(),
        })
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, GitHubError> {
        if !(200..300).contains(&self.status) {
            return Err(error::of(self.status, self.after, self.sso, &self.body));
        }
        let unreadable = |_| GitHubError::Refused("GitHub's answer cannot be read".to_owned());
        serde_json::from_slice(&self.body).map_err(unreadable)
    }
}
