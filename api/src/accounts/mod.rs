//! How people get accounts by themselves, and sign in with a browser.
//!
//! With a password ([`password`]) or by way of GitHub ([`github`]); either ends in [`sign_in`], whose
//! cookie is a credential for [`crate::auth`]. Promises: nobody learns from a refusal whether somebody
//! else has an account, but by asking for one with the same address; guessing is slow ([`attempts`]);
//! everything is in the audit log, where it was done from included, and no password and no token is.
//!
//! Leo sends no mail, so an address proves nothing: accounts of the same address, one with a password
//! and one of GitHub, have nothing to do with each other.

use axum::http::HeaderValue;
use leo_common::config::Registration;
use leo_common::store::accounts::Terms;
use leo_common::store::audit::Deed;
use leo_common::store::sign_ins::NewSignIn;
use leo_protocol::UserId;
use leo_protocol::account::SignInMethods;
use serde_json::json;

use crate::auth::LASTS;
use crate::error::ApiError;
use crate::state::AppState;

mod attempts;
mod email;
mod error;
pub(crate) mod github;
pub(crate) mod password;
mod passwords;
mod visitor;

pub(crate) use error::AccountError;
pub(crate) use github::Github;
pub(crate) use passwords::Passwords;
pub(crate) use visitor::Visitor;

/// What signing in needs beside the database.
#[derive(Debug)]
pub(crate) struct Accounts {
    /// Hashes passwords.
    pub(crate) passwords: Passwords,
    /// The other site, if it is set up.
    pub(crate) github: Option<Github>,
    /// Whether everybody may make an account.
    pub(crate) registration: Registration,
    /// Jobs that a new account may run at once.
    pub(crate) max_running: u32,
}

impl Accounts {
    fn terms<'a>(&self, method: &'a str, address: Option<&'a str>) -> Terms<'a> {
        Terms {
            open: self.registration == Registration::Open,
            max_running: self.max_running,
            method,
            address,
        }
    }
}

/// By what people sign in here.
pub(crate) async fn methods(state: &AppState) -> Result<SignInMethods, ApiError> {
    let first_account = state.db.is_empty_of_accounts().await?;
    let open = state.accounts.registration == Registration::Open;
    Ok(SignInMethods {
        password: true,
        registration: open || first_account,
        github: state.accounts.github.is_some(),
        first_account,
    })
}

/// Ends what the visitor's browser holds; the header that takes its cookie back.
pub(crate) async fn sign_out(
    state: &AppState,
    visitor: &Visitor,
) -> Result<Option<HeaderValue>, ApiError> {
    let ended = state.db.sign_out(&visitor.held).await?;
    for user in &ended {
        let deed = deed("sign_out", Some(*user), visitor, json!({}));
        state.db.remember(&deed).await?;
    }
    tell(state, &ended);
    Ok(state.auth.browsers().removed())
}

/// Signs somebody in at the visitor's browser, in place of whoever was; its new cookie. `password` is
/// the hash of the one that was given; refused where it is another by then.
async fn sign_in(
    state: &AppState,
    visitor: &Visitor,
    user: UserId,
    method: &str,
    password: Option<&str>,
) -> Result<Option<HeaderValue>, ApiError> {
    let cookie = state.auth.browsers().fresh();
    let new = NewSignIn {
        user,
        token: &cookie.hash,
        held: &visitor.held,
        lasts: LASTS,
        password,
    };
    let deed = deed("sign_in", Some(user), visitor, json!({ "method": method }));
    let ended = state.db.sign_in(new, &deed).await?;
    tell(state, &ended.ok_or(AccountError::BadCredentials)?);
    Ok(cookie.header)
}

/// Ends connections that stand on sign-ins which have ended.
fn tell(state: &AppState, ended: &[UserId]) {
    for user in ended {
        state.identity_changed(*user);
    }
}

fn deed<'a>(
    action: &'a str,
    user: Option<UserId>,
    visitor: &Visitor,
    detail: serde_json::Value,
) -> Deed<'a> {
    Deed {
        actor: user,
        user,
        action,
        address: visitor.address(),
        detail,
    }
}
