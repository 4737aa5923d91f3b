//! Signed tokens (JWTs): of this installation, and of an identity provider.
//!
//! [`Tokens`] takes a token apart and gives it to the verifier of its issuer: `leo` is this
//! installation, everybody else the provider. The issuer is read before anything is proved, which
//! is safe, since each verifier has keys of its own and checks the issuer again; the algorithm that
//! a token names is never what decides. Tokens are checked without asking anybody; only a key that
//! is not known yet may have to be fetched.

use std::sync::Arc;

use crate::auth::{AuthError, Identity};

mod claims;
mod external;
mod fetch;
mod form;
mod jwks;
mod keys;
mod local;
mod settings;

pub(crate) use external::External;
use form::Unproved;
pub(crate) use local::LocalTokens;
pub(crate) use settings::ExternalSettings;

/// Who vouches for local accounts, in their tokens.
pub(crate) const LOCAL_ISSUER: &str = "leo";

/// Checks tokens, whoever has issued them. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Verifiers>);

struct Verifiers {
    local: LocalTokens,
    external: Option<External>,
}

impl Tokens {
    /// Tokens of this installation, and of a provider where there is one.
    pub(crate) fn new(local: LocalTokens, external: Option<External>) -> Self {
        Self(Arc::new(Verifiers { local, external }))
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When it proves nothing, or its key cannot be fetched at this time.
    pub(crate) async fn verify(&self, token: &str) -> Result<Identity, AuthError> {
        let token = Unproved::parse(token)?;
        match (token.claims.issuer(), &self.0.external) {
            (Some(LOCAL_ISSUER), _) | (None, None) => self.0.local.verify(&token),
            (_, Some(external)) => external.verify(&token).await,
            (Some(_), None) => Err(AuthError::Invalid(
                "its issuer (`iss`) is not accepted here",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
