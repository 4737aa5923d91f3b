//! Connecting an account at GitHub with a few clicks, instead of a token made by hand.
//!
//! It is the user's who began, in the browser where he is signed in: when the browser comes back, both are
//! looked at again, so that nobody's results go to the account of whoever sat there before or after.
//! A link of another site does not begin it, or people who have said yes once would find another
//! account connected without having been asked.

use axum::http::request::Parts;
use leo_common::store::github::accounts::Account;
use leo_protocol::UserId;
use secrecy::SecretString;

use super::round::Purpose;
use super::{Github, Onward};
use crate::accounts::{AccountError, Visitor};
use crate::auth::{AuthError, Principal, Proof};
use crate::error::ApiError;
use crate::github_account::{self, Unfit};
use crate::limits;
use crate::state::AppState;

/// Whether accounts can be connected this way here.
pub(crate) fn is_possible(state: &AppState) -> bool {
    set_up(state).is_ok()
}

/// Sends the browser of somebody who is signed in to GitHub, from where it comes back to `return_to`.
///
/// # Errors
/// When he is not known by a browser's cookie, a page of another site has led here, there is no OAuth app
/// or no key, or the path leads elsewhere.
pub(crate) async fn begin(
    state: &AppState,
    visitor: &Visitor,
    parts: &Parts,
    return_to: Option<&str>,
) -> Result<Onward, ApiError> {
    let who = limits::admit(state, parts).await?;
    who.needs(leo_protocol::account::Scope::Admin)?;
    let github = set_up(state)?;
    if !has_a_browser(&who) {
        return Err(AccountError::NoBrowser.into());
    }
    if state.auth.browsers().sites().is_led_here(parts) {
        return Err(AuthError::CrossOrigin.into());
    }
    github.begin_for(Purpose::Connect(who.user), visitor, return_to)
}

/// Nothing, if this user is signed in at the browser that has come back.
///
/// # Errors
/// When nobody or somebody else is.
pub(super) async fn still(state: &AppState, parts: &Parts, user: UserId) -> Result<(), ApiError> {
    match limits::admit(state, parts).await {
        Ok(who) if who.user == user && has_a_browser(&who) => Ok(()),
        Ok(_)
        | Err(ApiError::Auth(
            AuthError::Missing | AuthError::Invalid(_) | AuthError::Expired | AuthError::SignedOut,
        )) => Err(AccountError::OtherUser.into()),
        Err(error) => Err(error),
    }
}

/// Keeps a token that GitHub has given for a user's pushes, in the place of the one before. What is done with
/// it stays as it was; so does the organisation, if it is the same account.
///
/// # Errors
/// When GitHub says that the token is not enough, or does not answer.
pub(super) async fn keep(
    state: &AppState,
    visitor: &Visitor,
    user: UserId,
    token: &SecretString,
) -> Result<(), ApiError> {
    let login = Box::pin(github_account::tried(state, token)).await;
    let login = login.map_err(|unfit| match unfit {
        Unfit::TooLittle => AccountError::TooLittle,
        Unfit::Useless(_) => AccountError::CodeRefused,
        Unfit::Away => AccountError::GithubAway,
    })?;
    let before = state.db.github_account(user).await?;
    let before_owner = |account: &Account| account.owner.clone().filter(|_| account.login == login);
    let account = Account {
        token: github_account::sealed(state, user, token)?,
        owner: before.as_ref().and_then(before_owner),
        auto_push: before.is_some_and(|account| account.auto_push),
        login,
    };
    let address = visitor.address();
    let connected = state.db.connect_github(user, &account, address.as_deref());
    Ok(connected.await?)
}

fn set_up(state: &AppState) -> Result<&Github, ApiError> {
    let github = state.accounts.github.as_ref();
    let github = github.ok_or(ApiError::NoOauthApp)?;
    state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    Ok(github)
}

const fn has_a_browser(who: &Principal) -> bool {
    matches!(who.proof, Proof::SignIn(_))
}
