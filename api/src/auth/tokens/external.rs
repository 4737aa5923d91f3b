//! Tokens of an identity provider such as Supabase.
//!
//! HS256 is checked with the shared secret alone and the others with public keys alone, so that no
//! token can have a public key taken for a secret. What the provider calls an operator is nobody
//! here: operators are made in Leo.

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey};
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;

use super::claims::Audience;
use super::fetch::Source;
use super::form::Unproved;
use super::jwks::Jwks;
use super::settings::{ExternalSettings, is_other};
use crate::auth::{AuthError, Identity};
use crate::config::WrongSetting;

/// Checks tokens of one provider.
pub(crate) struct External {
    secret: Option<DecodingKey>,
    keys: Option<Jwks>,
    algorithms: Vec<Algorithm>,
    issuer: Option<String>,
    site: String,
    audience: String,
}

impl External {
    /// Begins to fetch keys where they are wanted, until `shutdown`.
    ///
    /// # Errors
    /// When this machine cannot make requests at all.
    pub(crate) fn start(
        settings: ExternalSettings,
        shutdown: CancellationToken,
    ) -> Result<Self, WrongSetting> {
        let source = settings.keys.map(Source::new).transpose();
        let source = source.map_err(|error| WrongSetting::new("SUPABASE_JWKS_URL", &error))?;
        let keys = source.map(|source| {
            let fetch = move || {
                let source = source.clone();
                async move { source.fetch().await }
            };
            Jwks::start(fetch, shutdown)
        });
        let algorithms = settings.algorithms;
        match &settings.issuer {
            Some(issuer) => {
                tracing::info!(issuer, ?algorithms, "tokens of a provider are accepted")
            }
            None => tracing::warn!(
                ?algorithms,
                "tokens of a provider are accepted whoever issued them: set JWT_ISSUER"
            ),
        }
        let secret = settings.secret.as_ref();
        Ok(Self {
            secret: secret
                .map(|secret| DecodingKey::from_secret(secret.expose_secret().as_bytes())),
            keys,
            algorithms,
            issuer: settings.issuer,
            site: settings.site,
            audience: settings.audience,
        })
    }

    /// Whose token this is.
    pub(super) async fn verify(&self, token: &Unproved<'_>) -> Result<Identity, AuthError> {
        let algorithm = token.algorithm(&self.algorithms)?;
        // Before a key is fetched: what is not for us anyway makes no work.
        let identity = token
            .claims
            .judge(Audience::Named(&self.audience), Utc::now())?;
        if !self.accepts(&identity.issuer) {
            return Err(AuthError::Invalid(
                "its issuer (`iss`) is not accepted here",
            ));
        }
        match (algorithm, &self.secret, &self.keys) {
            (Algorithm::HS256, Some(secret), _) => token.check(secret, algorithm)?,
            (Algorithm::HS256, None, _) | (_, _, None) => {
                return Err(AuthError::Invalid("there is no key for its algorithm"));
            }
            (_, _, Some(keys)) => {
                let key = keys.find(token.header.kid.as_deref(), algorithm).await?;
                token.check(&key, algorithm)?;
            }
        }
        Ok(identity)
    }

    fn accepts(&self, issuer: &str) -> bool {
        match &self.issuer {
            Some(wanted) => issuer == wanted,
            None => !is_other(issuer, &self.site),
        }
    }
}
