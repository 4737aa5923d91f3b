//! Tokens of this installation: JWTs signed with `LEO_SECRET_KEY`.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{AuthError, Identity, TokenVerifier};

/// Who vouches, in tokens and accounts.
const ISSUER: &str = "leo";
/// The one algorithm; what a token's own header asks for is compared with it and nothing more.
const ALGORITHM: Algorithm = Algorithm::HS256;
/// By how many seconds clocks may differ.
const LEEWAY: u64 = 30;
/// Names and addresses are at most this long, in bytes.
const MAX_NAME: usize = 255;

/// What a name, an address or a time in a token may be wrong with.
const UNFIT: AuthError = AuthError::Invalid("it names nobody, or a time that is none");

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    operator: bool,
}

/// Signs and checks local tokens.
pub(crate) struct LocalTokens {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
}

impl LocalTokens {
    pub(crate) fn new(key: &SecretString) -> Self {
        let bytes = key.expose_secret().as_bytes();
        let mut validation = Validation::new(ALGORITHM);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        Self {
            signing: EncodingKey::from_secret(bytes),
            checking: DecodingKey::from_secret(bytes),
            validation,
        }
    }

    /// A token that names `subject` for the time given.
    ///
    /// # Errors
    /// When the name is not one that [`TokenVerifier::verify`] would accept.
    pub(crate) fn sign(
        &self,
        subject: &str,
        email: Option<&str>,
        operator: bool,
        ttl: Duration,
    ) -> Result<String, AuthError> {
        if !is_name(subject) || !email.is_none_or(is_name) {
            return Err(UNFIT);
        }
        let now = Utc::now();
        let ttl = chrono::Duration::from_std(ttl).map_err(|_| UNFIT)?;
        let end = now.checked_add_signed(ttl).ok_or(UNFIT)?;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: subject.to_owned(),
            exp: end.timestamp(),
            iat: Some(now.timestamp()),
            email: email.map(str::to_owned),
            operator,
        };
        jsonwebtoken::encode(&Header::new(ALGORITHM), &claims, &self.signing).map_err(|_| UNFIT)
    }
}

#[async_trait]
impl TokenVerifier for LocalTokens {
    async fn verify(&self, token: &str) -> Result<Identity, AuthError> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation)
            .map_err(|error| {
                if matches!(error.kind(), ErrorKind::ExpiredSignature) {
                    AuthError::Expired
                } else {
                    AuthError::Invalid("it was not signed here")
                }
            })?;
        let claims = decoded.claims;
        if !is_name(&claims.sub) || !claims.email.as_deref().is_none_or(is_name) {
            return Err(UNFIT);
        }
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or(UNFIT)?;
        Ok(Identity {
            issuer: ISSUER.to_owned(),
            subject: claims.sub,
            email: claims.email,
            operator: claims.operator,
            expires_at: Some(expires_at),
        })
    }
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
