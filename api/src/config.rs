//! The server's settings, in the groups that all of Leo shares.

use std::net::SocketAddr;

use leo_common::config::{
    Database, GitHub, Hooks, Http, Identity, Keeping, Limits, MIN_SECRET_KEY, Model, Outgoing,
    PrivateAddresses, Quotas, RedisServer, Runners, Signing,
};
use leo_common::error_chain::Chain;
use secrecy::SecretString;
use url::{Host, Url};

use crate::accounts::github::App;
use crate::auth::{Names, Sites};
use crate::client_address::Proxies;
use crate::router::Site;

/// A setting that cannot be used; one line that names it.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {what}")]
pub struct WrongSetting {
    name: &'static str,
    what: String,
}

impl WrongSetting {
    /// The setting called `name` in the environment cannot be used because of `error`.
    pub fn new(name: &'static str, error: &(dyn std::error::Error + 'static)) -> Self {
        let what = Chain(error).to_string();
        Self { name, what }
    }

    /// The setting called `name` cannot be used; `what` says what was expected.
    pub(crate) fn because(name: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { name, what }
    }

    fn origin(given: &str) -> Self {
        Self {
            name: "LEO_CORS_ORIGINS",
            what: format!("`{given}`: expected origins like https://console.example:8443"),
        }
    }

    fn proxy(given: &str) -> Self {
        Self {
            name: "LEO_TRUSTED_PROXIES",
            what: format!("`{given}`: expected addresses and networks like 10.0.0.0/8"),
        }
    }

    pub(crate) fn secret_key(what: &str) -> Self {
        Self {
            name: "LEO_SECRET_KEY",
            what: format!("{what}: expected at least {MIN_SECRET_KEY} characters"),
        }
    }
}

/// Everything that [`crate::serve`] needs to know.
#[derive(Debug, Clone, clap::Args)]
pub struct ApiConfig {
    /// Postgres.
    #[command(flatten)]
    pub database: Database,
    /// Redis.
    #[command(flatten)]
    pub redis: RedisServer,
    /// Where it listens.
    #[command(flatten)]
    pub http: Http,
    /// What signs tokens.
    #[command(flatten)]
    pub signing: Signing,
    /// Who may sign in.
    #[command(flatten)]
    pub identity: Identity,
    /// Where results are pushed to.
    #[command(flatten)]
    pub github: GitHub,
    /// Where containers dial in.
    #[command(flatten)]
    pub runners: Runners,
    /// The model, whose key is masked in what containers send.
    #[command(flatten)]
    pub model: Model,
    /// What it may ask for users.
    #[command(flatten)]
    pub outgoing: Outgoing,
    /// Whom workers tell of what happens.
    #[command(flatten)]
    pub hooks: Hooks,
    /// Where results are.
    #[command(flatten)]
    pub keeping: Keeping,
    /// How much a job may ask for.
    #[command(flatten)]
    pub limits: Limits,
    /// How much a user may have.
    #[command(flatten)]
    pub quotas: Quotas,
}

impl ApiConfig {
    /// Whether only this machine can reach the server, so that a request without a credential may
    /// be its developer's. A public address means a proxy in front, and everybody behind it.
    pub(crate) fn is_private(&self, listening: SocketAddr) -> bool {
        let public = self.http.leo_public_url.as_ref().and_then(Url::host);
        listening.ip().is_loopback() && public.is_none_or(|host| is_loopback(&host))
    }

    /// Whether addresses of private networks are asked for users, by this server and by a worker that
    /// belongs to it alone.
    #[must_use]
    pub fn private_addresses(&self, listening: SocketAddr) -> PrivateAddresses {
        self.outgoing.policy(self.is_private(listening))
    }

    /// Where people reach the server: the public address, or where it listens.
    ///
    /// # Errors
    /// When that cannot be written as an address.
    pub(crate) fn base(&self, listening: SocketAddr) -> Result<Url, WrongSetting> {
        if let Some(public) = &self.http.leo_public_url {
            return Ok(public.clone());
        }
        let place = match listening.ip().is_unspecified() {
            true => format!("localhost:{}", listening.port()),
            false => listening.to_string(),
        };
        Url::parse(&format!("http://{place}"))
            .map_err(|error| WrongSetting::new("LEO_BIND", &error))
    }

    /// The origins of trusted sites, as browsers write them.
    ///
    /// # Errors
    /// When one is no origin.
    pub(crate) fn origins(&self) -> Result<Vec<String>, WrongSetting> {
        let given = self.http.leo_cors_origins.iter().map(|given| given.trim());
        given
            .filter(|given| !given.is_empty())
            .map(|given| origin(given).ok_or_else(|| WrongSetting::origin(given)))
            .collect()
    }

    /// Whether people reach the server by https.
    pub(crate) fn is_https(&self) -> bool {
        let public = self.http.leo_public_url.as_ref();
        public.is_some_and(|url| url.scheme() == "https")
    }

    /// The sites whose pages may speak for the user of a browser: those of [`Self::origins`] and the
    /// one of the public address. A private server has no name but `localhost`.
    ///
    /// # Errors
    /// When an origin is none.
    pub(crate) fn sites(&self, private: bool) -> Result<Sites, WrongSetting> {
        let public = self.http.leo_public_url.as_ref();
        let names = match public {
            None if !private => Names::Any,
            url => Names::Only(url.and_then(Url::host_str).map(str::to_owned)),
        };
        let public = public.map(|url| url.origin().ascii_serialization());
        Ok(Sites::new(self.origins()?.into_iter().chain(public), names))
    }

    /// How people reach the server.
    ///
    /// # Errors
    /// When a trusted site is no origin, or a trusted proxy neither address nor network.
    pub(crate) fn site(&self) -> Result<Site, WrongSetting> {
        let proxies = Proxies::new(&self.http.leo_trusted_proxies);
        let public = self.http.leo_public_url.as_ref();
        Ok(Site {
            origins: self.origins()?,
            proxies: proxies.map_err(|wrong| WrongSetting::proxy(&wrong))?,
            tls: public.is_some_and(|url| url.scheme() == "https"),
        })
    }

    /// The OAuth app at GitHub, if there is one.
    ///
    /// # Errors
    /// When half of it is missing, or GitHub is nowhere.
    pub(crate) fn github(&self) -> Result<Option<App>, WrongSetting> {
        let api = &self.github.github_api_url;
        let app = App::of(&self.identity, api, self.http.leo_public_url.as_ref());
        app.map_err(|(name, what)| WrongSetting {
            name,
            what: what.to_owned(),
        })
    }

    /// The host of the installation's deploy hook, if there is one.
    ///
    /// # Errors
    /// When half of it is missing, or it cannot be used.
    pub(crate) fn deploy_host(&self) -> Result<Option<String>, WrongSetting> {
        let hook = self.hooks.deploy_hook().map_err(|line| {
            let (name, what) = line.split_once(": ").unwrap_or_default();
            let secret = name == "DEPLOY_HOOK_SECRET";
            let name = if secret {
                "DEPLOY_HOOK_SECRET"
            } else {
                "DEPLOY_HOOK_URL"
            };
            WrongSetting::because(name, what)
        })?;
        let host = hook.and_then(|hook| hook.url.host_str().map(str::to_owned));
        Ok(host)
    }

    /// The key of tokens; `None` where it is not set and need not be.
    ///
    /// # Errors
    /// When it is missing or too short to be a secret.
    pub(crate) fn secret_key(&self, private: bool) -> Result<Option<SecretString>, WrongSetting> {
        match checked(&self.signing)? {
            None if !private => Err(WrongSetting::secret_key(
                "missing, but others can reach this server",
            )),
            key => Ok(key),
        }
    }
}

/// The key, if it is set.
///
/// # Errors
/// When it is too short to be a secret.
pub(crate) fn checked(signing: &Signing) -> Result<Option<SecretString>, WrongSetting> {
    if signing.is_short() {
        let what = "too short, or one of LEO_SECRET_KEY_PREVIOUS is";
        return Err(WrongSetting::secret_key(what));
    }
    Ok(signing.leo_secret_key.clone())
}

fn origin(given: &str) -> Option<String> {
    let url = Url::parse(given).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let web = matches!(url.scheme(), "http" | "https");
    (web && bare).then(|| url.origin().ascii_serialization())
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Sample {
        #[command(flatten)]
        config: ApiConfig,
    }

    fn config(more: &[&str]) -> ApiConfig {
        let basic = ["leo-api", "--database-url", "x", "--redis-url", "y"];
        let arguments = basic.iter().chain(more).map(Into::into);
        leo_common::config::read::<Sample>(arguments.collect::<Vec<_>>())
            .unwrap()
            .config
    }

    #[test]
    fn only_a_loopback_without_a_public_address_is_private() {
        let local: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let open: SocketAddr = "0.0.0.0:1".parse().unwrap();
        assert!(config(&[]).is_private(local) && !config(&[]).is_private(open));
        assert!(config(&["--leo-public-url", "http://localhost:5013"]).is_private(local));
        assert!(!config(&["--leo-public-url", "https://leo.example"]).is_private(local));
    }

    #[test]
    fn links_begin_where_people_reach_the_server() {
        let base = |more: &[&str], listening: &str| {
            let base = config(more).base(listening.parse().unwrap());
            base.unwrap().to_string()
        };
        assert_eq!(base(&[], "127.0.0.1:5013"), "http://127.0.0.1:5013/");
        assert_eq!(base(&[], "0.0.0.0:80"), "http://localhost/");
        assert_eq!(base(&[], "[::1]:5013"), "http://[::1]:5013/");
        let public = ["--leo-public-url", "https://leo.example"];
        assert_eq!(base(&public, "0.0.0.0:80"), "https://leo.example/");
    }

    #[test]
    fn a_public_server_needs_a_key_worth_the_name() {
        assert!(config(&[]).secret_key(true).unwrap().is_none());
        let missing = config(&[]).secret_key(false).unwrap_err().to_string();
        assert!(missing.contains("LEO_SECRET_KEY") && !missing.contains('\n'));
        assert!(
            config(&["--leo-secret-key", "short"])
                .secret_key(true)
                .is_err()
        );
        let long = "0123456789abcdef0123456789abcdef";
        assert!(
            config(&["--leo-secret-key", long])
                .secret_key(false)
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn origins_are_as_browsers_write_them() {
        let given = "https://Console.example/, http://localhost:5173";
        let config = config(&["--leo-cors-origins", given]);
        assert_eq!(
            config.origins().unwrap(),
            ["https://console.example", "http://localhost:5173"]
        );
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for wrong in [
            "*",
            "console.example",
            "https://x.example/path",
            "ftp://x",
            "null",
        ] {
            assert!(
                config(&["--leo-cors-origins", wrong]).origins().is_err(),
                "{wrong}"
            );
        }
    }
}
