//! The account behind a request.

use chrono::{DateTime, Utc};
use leo_protocol::account::Scope;
use leo_protocol::{KeyId, SignInId, UserId};

/// Somebody who has been let in. Handlers are given one by [`super::May`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// The account.
    pub(crate) user: UserId,
    /// Its address, if it has one.
    pub(crate) email: Option<String>,
    /// Whether it may see the fleet and set limits.
    pub(crate) operator: bool,
    /// What the credential is good for.
    pub(crate) scope: Scope,
    /// When the credential ends; a connection that lives longer must renew it.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// By what it was proved.
    pub(crate) proof: Proof,
}

/// What proves who somebody is, as far as it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// A signed token, good until it expires.
    Token,
    /// Being on the machine itself.
    Developer,
    /// An API key.
    Key(KeyId),
    /// The cookie of a browser.
    SignIn(SignInId),
}

impl Proof {
    /// The one that is sorted first.
    pub(super) const FIRST: Self = Self::Token;
}
