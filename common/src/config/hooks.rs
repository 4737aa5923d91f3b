//! Whom Leo tells of what happens.

use secrecy::SecretString;
use url::Url;

use super::Span;
use crate::webhook_secret::WebhookSecret;

/// Webhooks, and the installation's deploy hook.
#[derive(Debug, Clone, clap::Args)]
pub struct Hooks {
    /// The pause before a delivery to a webhook is tried again for the first time; those that follow
    /// are multiples of it.
    #[arg(long, env = "WEBHOOK_RETRY", default_value = "5s")]
    pub webhook_retry: Span,
    /// Who is asked to deploy results for users that have no webhook of their own for that. May be
    /// an address of a private network.
    #[arg(long, env = "DEPLOY_HOOK_URL", hide_env_values = true)]
    pub deploy_hook_url: Option<Url>,
    /// What these requests are signed with: `whsec_` and 24 to 64 bytes in base64.
    #[arg(long, env = "DEPLOY_HOOK_SECRET", hide_env_values = true)]
    pub deploy_hook_secret: Option<SecretString>,
}

/// The installation's deploy hook.
#[derive(Debug, Clone)]
pub struct DeployHook {
    /// Where it is, with a host and without a name or password.
    pub url: Url,
    /// What it is signed with.
    pub secret: WebhookSecret,
}

impl Hooks {
    /// The installation's deploy hook, if there is one.
    ///
    /// # Errors
    /// One line that names the setting that is wrong and says what is expected.
    pub fn deploy_hook(&self) -> Result<Option<DeployHook>, String> {
        let url = self.deploy_hook_url.as_ref();
        let Some((url, secret)) = url.zip(self.deploy_hook_secret.as_ref()) else {
            let lonely = url.is_some() || self.deploy_hook_secret.is_some();
            let both = "DEPLOY_HOOK_URL: expected together with DEPLOY_HOOK_SECRET, or neither";
            return if lonely {
                Err(both.to_owned())
            } else {
                Ok(None)
            };
        };
        let bare = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !bare {
            let what = "expected an address that begins with https:// or http:// and holds no name or password";
            return Err(format!("DEPLOY_HOOK_URL: {what}"));
        }
        let secret = WebhookSecret::read(secret);
        let secret = secret.map_err(|error| format!("DEPLOY_HOOK_SECRET: {error}"))?;
        Ok(Some(DeployHook {
            url: url.clone(),
            secret,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hooks(url: Option<&str>, secret: Option<&str>) -> Hooks {
        Hooks {
            webhook_retry: "5s".parse().unwrap(),
            deploy_hook_url: url.map(|url| url.parse().unwrap()),
            deploy_hook_secret: secret.map(SecretString::from),
        }
    }

    #[test]
    fn a_deploy_hook_has_an_address_and_a_secret() {
        const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let good = hooks(Some("https://hooks.example/x?y"), Some(SECRET));
        assert!(good.deploy_hook().unwrap().is_some());
        assert!(hooks(None, None).deploy_hook().unwrap().is_none());
        for (url, secret, named) in [
            (Some("https://hooks.example"), None, "DEPLOY_HOOK_URL"),
            (None, Some(SECRET), "DEPLOY_HOOK_URL"),
            (Some("ftp://hooks.example"), Some(SECRET), "DEPLOY_HOOK_URL"),
            (
                Some("https://me:pw@hooks.example"),
                Some(SECRET),
                "DEPLOY_HOOK_URL",
            ),
            (
                Some("https://hooks.example"),
                Some("geheim"),
                "DEPLOY_HOOK_SECRET",
            ),
        ] {
            let said = hooks(url, secret).deploy_hook().unwrap_err();
            assert!(
                said.starts_with(named) && !said.contains("geheim"),
                "{said}"
            );
        }
    }
}
