//! Who is on the other side.
//!
//! [`Authenticator`] turns a credential into a [`Principal`]. A credential is a bearer token (an API
//! key is one too), from wherever it came (header, WebSocket query, first message), the cookie of a
//! browser that is signed in, or for a WebSocket a ticket. Connections that last hold theirs by a
//! [`Guard`]. Without one, the developer on his own machine is let in where [`developer`] says so, and
//! nobody else. Whether somebody may do something
//! to something is not decided here: stores ask for id and owner together.

use std::sync::Arc;

use axum::http::header;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use leo_common::bus::IdentityListener;
use leo_common::redis_link::RedisLink;
use leo_common::store::{Db, StoreError};
use leo_protocol::account::Scope;
use tokio_util::sync::CancellationToken;

mod browsers;
mod cookie;
mod developer;
mod guard;
pub(crate) mod keys;
mod opaque;
mod origin;
mod principal;
mod scope;
pub(crate) mod tickets;
mod tokens;
mod users;

pub(crate) use browsers::{Browsers, LASTS};
pub(crate) use cookie::Cookie;
pub(crate) use developer::Developer;
pub(crate) use guard::{Guard, Held};
use keys::ApiKeys;
pub(crate) use origin::{Names, Sites};
pub(crate) use principal::{Principal, Proof};
pub(crate) use scope::{Admin, May, Operator, Read, Run};
pub(crate) use tokens::{External, ExternalSettings, LocalTokens, Tokens};
use users::Users;

/// Longer tokens are refused unread, in bytes.
const MAX_TOKEN: usize = 8192;

/// Why somebody is not let in. The texts are for the other side and tell nothing about the secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthError {
    /// No credential.
    #[error("A bearer token is needed.")]
    Missing,
    /// A credential that proves nothing, and why.
    #[error("The token is not valid here: {0}.")]
    Invalid(&'static str),
    /// A credential of the past.
    #[error("The token has expired.")]
    Expired,
    /// A key that was taken back.
    #[error("The API key has been revoked.")]
    Revoked,
    /// The browser's sign-in has ended.
    #[error("You have signed out.")]
    SignedOut,
    /// A ticket that opens nothing (any more).
    #[error("The ticket opens nothing: it was used, has expired, or was never given.")]
    Ticket,
    /// A page of another site uses the developer's browser.
    #[error("Pages of other sites need a bearer token.")]
    CrossOrigin,
    /// The Host header names something else than this machine: DNS rebinding.
    #[error("Without a token Leo answers under a loopback name only, as in http://localhost:5013.")]
    WrongHost,
    /// Known, and barred from everything.
    #[error("This account is closed.")]
    Closed,
    /// Known, by a credential that is not good for this.
    #[error("This needs a credential with the scope `{0}`.")]
    Scope(Scope),
    /// The keys that could tell whether a token is good are out of reach.
    #[error("The identity provider's keys cannot be fetched at this time; try again.")]
    KeysAway,
    /// The account could not be looked up.
    #[error("The account could not be looked up.")]
    Store(#[from] StoreError),
}

/// Who somebody is for the party that vouches for him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Who vouches.
    pub(crate) issuer: String,
    /// The name the issuer gives; never changes.
    pub(crate) subject: String,
    /// An address, if the issuer tells one.
    pub(crate) email: Option<String>,
    /// Whether the issuer says that this is an operator.
    pub(crate) operator: bool,
    /// When the proof ends.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// Finds out who sends a request. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Authenticator {
    tokens: Tokens,
    developer: Option<Arc<Developer>>,
    keys: ApiKeys,
    browsers: Browsers,
    users: Users,
    db: Db,
}

impl Authenticator {
    /// `developer` is whom requests without a credential come from, where that is allowed; new
    /// accounts may run `max_running` jobs at once.
    pub(crate) fn new(
        db: Db,
        tokens: Tokens,
        developer: Option<Developer>,
        browsers: Browsers,
        max_running: u32,
    ) -> Self {
        Self {
            tokens,
            developer: developer.map(Arc::new),
            keys: ApiKeys::start(db.clone()),
            browsers,
            users: Users::new(db.clone(), max_running),
            db,
        }
    }

    /// Starts to watch the credentials of connections that last; ends with `shutdown`.
    pub(crate) fn guard(&self, redis: RedisLink, shutdown: &CancellationToken) -> Guard {
        let changes = IdentityListener::start(redis, shutdown.clone());
        Guard::start(self.db.clone(), self.users.clone(), changes, shutdown)
    }

    /// What is known of browsers.
    pub(crate) const fn browsers(&self) -> &Browsers {
        &self.browsers
    }

    /// Who sends a request, by its headers and its connection. A credential that is not good is an
    /// error even where none would be needed.
    pub(crate) async fn principal_of(&self, parts: &Parts) -> Result<Principal, AuthError> {
        if let Some(token) = bearer(parts)? {
            return self.principal_of_token(token).await;
        }
        if let Some(principal) = self.browsers.principal(&self.db, parts).await? {
            return Ok(principal);
        }
        let developer = self.developer.as_ref().ok_or(AuthError::Missing)?;
        let identity = developer.admit(parts)?;
        self.users.principal(identity, Proof::Developer).await
    }

    /// Whose token this is.
    pub(crate) async fn principal_of_token(&self, token: &str) -> Result<Principal, AuthError> {
        if token.len() > MAX_TOKEN {
            return Err(AuthError::Invalid("it is too long"));
        }
        if token.starts_with(keys::PREFIX) {
            return self.keys.principal(token).await;
        }
        let identity = self.tokens.verify(token).await?;
        self.users.principal(identity, Proof::Token).await
    }

    /// Who has asked for this ticket, which is used up.
    pub(crate) async fn principal_of_ticket(&self, ticket: &str) -> Result<Principal, AuthError> {
        tickets::redeem(&self.db, ticket).await
    }
}

/// The bearer token of a request; an `Authorization` of another kind is not good.
fn bearer(parts: &Parts) -> Result<Option<&str>, AuthError> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let value = value
        .to_str()
        .map_err(|_| AuthError::Invalid("it is not text"))?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(AuthError::Invalid(
            "`Authorization` must be `Bearer` and a token",
        )),
    }
}
