//! The OAuth app that this installation is at GitHub.

use leo_common::config::Identity;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::below;

/// What GitHub knows Leo as, and where GitHub is.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The app's name.
    pub(super) id: String,
    /// Its secret.
    pub(super) secret: SecretString,
    /// Where people say yes.
    pub(super) authorize: Url,
    /// Where codes are good.
    pub(super) token: Url,
    /// Who somebody is.
    pub(super) user: Url,
    /// His addresses.
    pub(super) emails: Url,
    /// Who vouches, in accounts.
    pub(super) issuer: String,
    /// The address that people use for Leo, where it is known.
    pub(super) public: Option<Url>,
}

impl App {
    /// The app, if one is set up.
    ///
    /// # Errors
    /// The setting that cannot be used, and why.
    pub(crate) fn of(
        settings: &Identity,
        api: &Url,
        public: Option<&Url>,
    ) -> Result<Option<Self>, (&'static str, &'static str)> {
        let id = settings.oauth_github_client_id.clone();
        let secret = settings.oauth_github_client_secret.clone();
        let id = id.filter(|id| !id.is_empty());
        let secret = secret.filter(|secret| !secret.expose_secret().is_empty());
        match (id, secret) {
            (None, None) => Ok(None),
            (Some(id), Some(secret)) => {
                Self::at((&settings.oauth_github_url, api), public, id, secret).map(Some)
            }
            (Some(_), None) => Err((
                "OAUTH_GITHUB_CLIENT_SECRET",
                "missing, but OAUTH_GITHUB_CLIENT_ID is set",
            )),
            (None, Some(_)) => Err((
                "OAUTH_GITHUB_CLIENT_ID",
                "missing, but OAUTH_GITHUB_CLIENT_SECRET is set",
            )),
        }
    }

    fn at(
        (site, api): (&Url, &Url),
        public: Option<&Url>,
        id: String,
        secret: SecretString,
    ) -> Result<Self, (&'static str, &'static str)> {
        let at_site = |path| web(site, path).ok_or(("OAUTH_GITHUB_URL", "expected an http(s) URL"));
        let at_api = |path| web(api, path).ok_or(("GITHUB_API_URL", "expected an http(s) URL"));
        Ok(Self {
            id,
            secret,
            authorize: at_site("/login/oauth/authorize")?,
            token: at_site("/login/oauth/access_token")?,
            user: at_api("/user")?,
            emails: at_api("/user/emails?per_page=100")?,
            issuer: site.as_str().trim_end_matches('/').to_owned(),
            public: public.cloned(),
        })
    }
}

fn web(base: &Url, path: &str) -> Option<Url> {
    let web = matches!(base.scheme(), "http" | "https");
    let bare = base.query().is_none() && base.fragment().is_none();
    below(base, path).filter(|_| web && bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Sample {
        #[command(flatten)]
        identity: Identity,
        #[command(flatten)]
        github: leo_common::config::GitHub,
    }

    fn app(more: &[&str]) -> Result<Option<App>, (&'static str, &'static str)> {
        let arguments = ["x"].iter().chain(more).map(Into::into);
        let sample = leo_common::config::read::<Sample>(arguments.collect::<Vec<_>>());
        let Sample { identity, github } = sample.unwrap();
        App::of(&identity, &github.github_api_url, None)
    }

    const ID: [&str; 2] = ["--oauth-github-client-id", "leo"];
    const SECRET: [&str; 2] = ["--oauth-github-client-secret", "hush"];

    #[test]
    fn half_an_app_is_none() {
        assert!(app(&[]).unwrap().is_none());
        assert_eq!(app(&ID).unwrap_err().0, "OAUTH_GITHUB_CLIENT_SECRET");
        assert_eq!(app(&SECRET).unwrap_err().0, "OAUTH_GITHUB_CLIENT_ID");
        assert!(app(&["--oauth-github-client-id", ""]).unwrap().is_none());
    }

    #[test]
    fn github_may_be_another_one() {
        let both = [ID, SECRET].concat();
        let usual = app(&both).unwrap().unwrap();
        assert_eq!(usual.issuer, "https://github.com");
        assert_eq!(usual.user.as_str(), "https://api.github.com/user");
        let own = ["--oauth-github-url", "https://git.example/hub/"];
        let own = app(&[&both[..], &own].concat()).unwrap().unwrap();
        assert_eq!(own.issuer, "https://git.example/hub");
        let token = "https://git.example/hub/login/oauth/access_token";
        assert_eq!(own.token.as_str(), token);
        let wrong = ["--github-api-url", "ftp://x"];
        let wrong = app(&[&both[..], &wrong].concat()).unwrap_err();
        assert_eq!(wrong.0, "GITHUB_API_URL");
    }
}
