//! Browsers that are signed in, by the cookie that they hold.
//!
//! The cookie is a random text; Postgres holds its hash, and is asked each time, so that a sign-in
//! that has ended is over at once. The cookie is worth what its user is worth, and counts only in
//! requests of our own pages.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use leo_common::store::Db;
use leo_common::store::sign_ins::TokenHash;
use leo_protocol::account::Scope;

use super::cookie::Cookie;
use super::{AuthError, Principal, Proof, Sites, opaque};

/// What the cookie is called.
const NAME: &str = "leo_session";
/// How long a sign-in lasts.
pub(crate) const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Letters of a cookie; together 256 bits.
const LETTERS: usize = 43;
/// So many cookies of that name are looked at, where a request has several.
const MAX_HELD: usize = 4;

/// Knows the cookie and the sites.
#[derive(Debug, Clone)]
pub(crate) struct Browsers {
    cookie: Cookie,
    sites: Sites,
}

/// A cookie that nobody has had before.
pub(crate) struct Fresh {
    /// What is kept of it.
    pub(crate) hash: TokenHash,
    /// What the browser is told.
    pub(crate) header: Option<HeaderValue>,
}

impl Browsers {
    /// `https`: whether people reach Leo that way.
    pub(crate) fn new(sites: Sites, https: bool) -> Self {
        Self {
            cookie: Cookie::new(NAME, "/", https),
            sites,
        }
    }

    /// Whose pages are ours.
    pub(crate) const fn sites(&self) -> &Sites {
        &self.sites
    }

    /// What the request's cookies are kept as, whether they are good or not; for ending them.
    pub(crate) fn held(&self, headers: &HeaderMap) -> Vec<TokenHash> {
        let held = self.cookie.values(headers).take(MAX_HELD);
        held.map(opaque::digest).collect()
    }

    /// A cookie for a sign-in that begins.
    pub(crate) fn fresh(&self) -> Fresh {
        let text = opaque::random(LETTERS);
        Fresh {
            hash: opaque::digest(&text),
            header: self.cookie.set(&text, LASTS),
        }
    }

    /// The header that takes the cookie back.
    pub(crate) fn removed(&self) -> Option<HeaderValue> {
        self.cookie.removed()
    }

    /// Who is signed in; `None` without a cookie.
    pub(super) async fn principal(
        &self,
        db: &Db,
        parts: &Parts,
    ) -> Result<Option<Principal>, AuthError> {
        let Some(token) = self.only(parts)? else {
            return Ok(None);
        };
        if self.sites.bars_cookie(parts) {
            return Err(AuthError::CrossOrigin);
        }
        let sign_in = db.signed_in(&token).await?;
        let sign_in = sign_in.ok_or(AuthError::Invalid("the sign-in has ended"))?;
        if sign_in.expired {
            return Err(AuthError::Expired);
        }
        if sign_in.user.closed {
            return Err(AuthError::Closed);
        }
        Ok(Some(Principal {
            user: sign_in.user.id,
            email: sign_in.user.email,
            operator: sign_in.user.operator,
            scope: Scope::Admin,
            expires_at: Some(sign_in.expires_at),
            proof: Proof::SignIn(sign_in.id),
        }))
    }

    /// The one cookie. Where there are two, one was planted, and nobody knows which.
    fn only(&self, parts: &Parts) -> Result<Option<TokenHash>, AuthError> {
        let mut all = self.cookie.values(&parts.headers);
        let one = all.next().map(opaque::digest);
        match all.next() {
            Some(_) => Err(AuthError::Invalid("there are two cookies of one name")),
            None => Ok(one),
        }
    }
}
