//! Where results are pushed to.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Span;

/// GitHub, for api and worker alike.
#[derive(Debug, Clone, clap::Args)]
pub struct GitHub {
    /// GitHub's API; another one for GitHub Enterprise, as in `https://git.example/api/v3`.
    #[arg(long, env = "GITHUB_API_URL", default_value = "https://api.github.com")]
    pub github_api_url: Url,
    /// A token of the installation. Where it is set, the results of all users are pushed with it
    /// who have not connected an account of their own.
    #[arg(long, env = "GITHUB_TOKEN", hide_env_values = true)]
    pub github_token: Option<SecretString>,
    /// The organisation or user with whom the installation's token makes repositories; the token's
    /// user if not set.
    #[arg(long, env = "GITHUB_OWNER")]
    pub github_owner: Option<String>,
    /// How long the end of a job waits for its push.
    #[arg(long, env = "GITHUB_WAIT", default_value = "60s", hide = true)]
    pub github_wait: Span,
}

impl GitHub {
    /// The installation's token, if it has one.
    #[must_use]
    pub fn token(&self) -> Option<&SecretString> {
        let token = self.github_token.as_ref();
        token.filter(|token| !token.expose_secret().is_empty())
    }

    /// With whom the installation's token makes repositories.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.github_owner
            .as_deref()
            .filter(|owner| !owner.is_empty())
    }
}
