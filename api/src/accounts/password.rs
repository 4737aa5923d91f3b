//! Accounts with a password: made, signed in to, and given another password.

use axum::http::HeaderValue;
use leo_common::config::Registration;
use leo_common::store::accounts::{Made, Password as Stored};
use leo_common::store::users::User;
use leo_protocol::UserId;
use leo_protocol::account::{ChangePassword, Credentials};
use serde_json::json;

use super::attempts::{self, Attempt};
use super::passwords::{self, Verdict};
use super::{AccountError, Visitor, deed, email, sign_in, tell};
use crate::auth::{AuthError, Principal, Proof};
use crate::error::ApiError;
use crate::state::AppState;

/// By what somebody signs in, in the audit log.
const METHOD: &str = "password";

/// An account, and what its browser is told.
pub(crate) type Welcomed = (User, Option<HeaderValue>);

/// Makes an account and signs it in.
///
/// # Errors
/// When the address or the password is not accepted, the address is taken, or nobody may.
pub(crate) async fn register(
    state: &AppState,
    visitor: &Visitor,
    asked: Credentials,
) -> Result<Welcomed, ApiError> {
    let email = email::normal(&asked.email)?;
    passwords::fit("password", &asked.password, &email)?;
    attempts::registration(&state.buckets, visitor.client()).await?;
    let open = state.accounts.registration == Registration::Open;
    // Asked again under the lock; here it saves the work of a hash.
    if !open && !state.db.is_empty_of_accounts().await? {
        return Err(AccountError::RegistrationClosed.into());
    }
    let hash = state.accounts.passwords.hash(asked.password).await?;
    let address = visitor.address();
    let terms = state.accounts.terms(METHOD, address.as_deref());
    match state.db.register(&email, &hash, terms).await? {
        Made::Account(user) => {
            let cookie = sign_in(state, visitor, user.id, METHOD, Some(&hash)).await?;
            Ok((user, cookie))
        }
        Made::Exists => Err(AccountError::Exists.into()),
        Made::Closed => Err(AccountError::RegistrationClosed.into()),
    }
}

/// Signs somebody in.
///
/// # Errors
/// When the address or the password is wrong, which of them is not told; or the account is closed.
pub(crate) async fn login(
    state: &AppState,
    visitor: &Visitor,
    asked: Credentials,
) -> Result<Welcomed, ApiError> {
    let email = email::normal(&asked.email)?;
    passwords::bounded("password", &asked.password)?;
    let attempt = Attempt::begin(&state.buckets, &email, visitor.client()).await?;
    let stored = state.db.password_at(&email).await?;
    let hash = stored.as_ref().map(|stored| stored.hash.clone());
    let known = stored.as_ref().map(|stored| stored.user.id);
    let hasher = &state.accounts.passwords;
    let verdict = hasher.judge(asked.password.clone(), hash).await?;
    let Some(Stored { user, hash }) = stored.filter(|_| verdict != Verdict::Wrong) else {
        return Err(failed(state, visitor, known).await?.into());
    };
    attempt.succeeded().await;
    if user.closed {
        return Err(AuthError::Closed.into());
    }
    let hash = match verdict {
        Verdict::Outdated => {
            let anew = hasher.hash(asked.password).await?;
            state.db.rehash(user.id, &hash, &anew).await?;
            anew
        }
        Verdict::Right | Verdict::Wrong => hash,
    };
    let cookie = sign_in(state, visitor, user.id, METHOD, Some(&hash)).await?;
    Ok((user, cookie))
}

/// Remembers that somebody has failed to sign in: at which account, where there is one. What was
/// typed as an address may be a password, and is not remembered.
async fn failed(
    state: &AppState,
    visitor: &Visitor,
    known: Option<UserId>,
) -> Result<AccountError, ApiError> {
    let mut deed = deed(
        "sign_in.failed",
        known,
        visitor,
        json!({ "method": METHOD }),
    );
    deed.actor = None;
    state.db.remember(&deed).await?;
    Ok(AccountError::BadCredentials)
}

/// Gives an account another password, and ends all its sign-ins but the one that asks for it, whose
/// new cookie it is.
///
/// # Errors
/// When the account has no password, the present one is wrong, or the new one is not accepted.
pub(crate) async fn change(
    state: &AppState,
    visitor: &Visitor,
    who: &Principal,
    asked: ChangePassword,
) -> Result<Option<HeaderValue>, ApiError> {
    let stored = state.db.password_of(who.user).await?;
    let (email, old) = stored.ok_or(AccountError::NoPassword)?;
    passwords::bounded("currentPassword", &asked.current_password)?;
    passwords::fit("newPassword", &asked.new_password, &email)?;
    let attempt = Attempt::begin(&state.buckets, &email, visitor.client()).await?;
    let hasher = &state.accounts.passwords;
    let verdict = hasher.judge(asked.current_password, Some(old.clone()));
    if verdict.await? == Verdict::Wrong {
        return Err(wrong());
    }
    attempt.succeeded().await;
    let new = hasher.hash(asked.new_password).await?;
    let cookie = state.auth.browsers().fresh();
    let kept = match who.proof {
        Proof::SignIn(id) => Some((id, &cookie.hash)),
        Proof::Token | Proof::Developer | Proof::Key(_) => None,
    };
    let deed = deed("password.changed", Some(who.user), visitor, json!({}));
    let changed = state
        .db
        .change_password(who.user, (&old, &new), kept, &deed);
    if !changed.await? {
        return Err(wrong());
    }
    tell(state, &[who.user]);
    Ok(cookie.header.filter(|_| kept.is_some()))
}

fn wrong() -> ApiError {
    ApiError::invalid("currentPassword", "is not the password of this account")
}
