//! Tokens of this installation: JWTs signed with `LEO_SECRET_KEY`.

use std::time::Duration;

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::LOCAL_ISSUER;
use super::claims::{Audience, is_name};
use super::form::Unproved;
use crate::auth::{AuthError, Identity};

/// The one algorithm.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// What a name, an address or a time for a token may be wrong with.
const UNFIT: AuthError = AuthError::Invalid("it names nobody, or a time that is none");

#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    sub: &'a str,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    operator: bool,
}

/// Signs and checks local tokens.
pub(crate) struct LocalTokens {
    signing: EncodingKey,
    /// The present key first.
    checking: Vec<DecodingKey>,
}

impl LocalTokens {
    pub(crate) fn new(key: &SecretString) -> Self {
        let bytes = key.expose_secret().as_bytes();
        Self {
            signing: EncodingKey::from_secret(bytes),
            checking: vec![DecodingKey::from_secret(bytes)],
        }
    }

    /// Accepts what keys of earlier times have signed, too.
    pub(crate) fn accepting<'a>(
        mut self,
        previous: impl IntoIterator<Item = &'a SecretString>,
    ) -> Self {
        let previous = previous.into_iter();
        let previous = previous.map(|key| key.expose_secret().as_bytes());
        self.checking.extend(previous.map(DecodingKey::from_secret));
        self
    }

    /// A token that names `subject` for the time given.
    ///
    /// # Errors
    /// When the name is not one that would be accepted.
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
        let claims = Signed {
            iss: LOCAL_ISSUER,
            sub: subject,
            exp: end.timestamp(),
            iat: now.timestamp(),
            email,
            operator,
        };
        jsonwebtoken::encode(&Header::new(ALGORITHM), &claims, &self.signing).map_err(|_| UNFIT)
    }

    /// Whose token this is; one of another issuer is refused.
    pub(super) fn verify(&self, token: &Unproved<'_>) -> Result<Identity, AuthError> {
        let algorithm = token.algorithm(&[ALGORITHM])?;
        let checked = self.checking.iter().map(|key| token.check(key, algorithm));
        // There is a key at least, and each that does not fit says the same.
        checked.reduce(Result::or).unwrap_or(Err(UNFIT))?;
        let identity = token.claims.judge(Audience::Unnamed, Utc::now())?;
        if identity.issuer != LOCAL_ISSUER {
            return Err(AuthError::Invalid("it was not issued here (`iss`)"));
        }
        let operator = token.claims.operator();
        Ok(Identity {
            operator,
            ..identity
        })
    }
}
