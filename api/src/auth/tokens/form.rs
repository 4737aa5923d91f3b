//! What a token says, before its signature has been looked at.
//!
//! Nothing in an [`Unproved`] may be believed; it serves to find the key that could prove it. What
//! is no JWT in its compact form, or asks for what is not understood here, is refused at once.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::claims::Claims;
use crate::auth::AuthError;

/// The spelling of "not signed"; RFC 7515 has it in lower case, tricksters in others.
const NONE: &str = "none";

/// A token in its parts.
#[derive(Debug)]
pub(crate) struct Unproved<'a> {
    pub(super) header: Header,
    pub(super) claims: Claims,
    message: &'a str,
    signature: &'a str,
}

/// What a token says about its signature. Keys and addresses of keys that it brings along (`jwk`,
/// `jku`, `x5c`, `x5u`) are not even read.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    alg: String,
    /// The name of the key.
    #[serde(default)]
    pub(super) kid: Option<String>,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
    #[serde(default, deserialize_with = "is_there")]
    b64: bool,
    #[serde(default, deserialize_with = "is_there")]
    zip: bool,
    #[serde(default, deserialize_with = "is_there")]
    enc: bool,
}

impl<'a> Unproved<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// When it is not a signed JWT.
    pub(crate) fn parse(token: &'a str) -> Result<Self, AuthError> {
        let (message, signature) = token.rsplit_once('.').ok_or(NOT_A_JWT)?;
        let header = match token.split('.').count() {
            3 => message.split('.').next().unwrap_or_default(),
            5 => return Err(ENCRYPTED),
            _ => return Err(NOT_A_JWT),
        };
        let claims = &message[header.len() + 1..];
        let header: Header = object(header)?.ok_or(BAD_HEADER)?;
        header.check()?;
        let claims = object(claims)?.ok_or(BAD_CLAIMS)?;
        if signature.is_empty() {
            return Err(AuthError::Invalid("it has no signature"));
        }
        Ok(Self {
            header,
            claims,
            message,
            signature,
        })
    }

    /// The algorithm that it claims to be signed with, if it is one of those.
    ///
    /// # Errors
    /// When it is another.
    pub(super) fn algorithm(&self, accepted: &[Algorithm]) -> Result<Algorithm, AuthError> {
        let named = self.header.alg.parse().ok();
        named
            .filter(|named| accepted.contains(named))
            .ok_or(AuthError::Invalid(
                "its algorithm is not among those accepted here",
            ))
    }

    /// Nothing, if the key has signed it with that algorithm.
    ///
    /// # Errors
    /// When it has not.
    pub(super) fn check(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<(), AuthError> {
        match crypto::verify(self.signature, self.message.as_bytes(), key, algorithm) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(AuthError::Invalid("its signature does not fit")),
        }
    }
}

impl Header {
    fn check(&self) -> Result<(), AuthError> {
        if self.alg.trim().eq_ignore_ascii_case(NONE) {
            return Err(AuthError::Invalid("it is not signed (`alg` is `none`)"));
        }
        if self.enc {
            return Err(ENCRYPTED);
        }
        if self.crit || self.b64 || self.zip {
            return Err(AuthError::Invalid(
                "it asks for extensions that are not understood here (`crit`, `b64` or `zip`)",
            ));
        }
        Ok(())
    }
}

const NOT_A_JWT: AuthError =
    AuthError::Invalid("it is not a JWT: three parts in base64url with dots between");
const ENCRYPTED: AuthError = AuthError::Invalid("it is encrypted; only signed tokens are accepted");
const BAD_HEADER: AuthError = AuthError::Invalid("its header is not one of a signed JWT");
const BAD_CLAIMS: AuthError =
    AuthError::Invalid("its claims are not a JSON object, each name once");

/// The object in a part of a token; `None` where there is none of that form.
fn object<T: DeserializeOwned>(part: &str) -> Result<Option<T>, AuthError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part);
    let bytes = bytes.map_err(|_| NOT_A_JWT)?;
    // A struct can be read from an array too.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&bytes).ok())
}

/// True for any value, even null: what matters is that the name is there.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
