//! Signing in by way of GitHub, and connecting an account there: OAuth's code flow, with PKCE.
//!
//! Two requests of the browser: one is sent on to GitHub with a [`round::Round`], one comes back with a
//! code, for which [`client::Client`] gets a token. Of somebody who signs in it is used at once, twice,
//! and kept nowhere; [`connect`] is where it is kept. Nothing of a round is kept here, so any replica finishes it.

use axum::http::HeaderValue;
use axum::http::request::Parts;
use leo_common::store::accounts::Made;
use leo_common::store::users::User;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::{AccountError, Visitor, attempts, sign_in};
use crate::auth::{AuthError, Cookie};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::state::AppState;

mod client;
pub(crate) mod connect;
mod round;
mod settings;

use client::Client;
use round::{LASTS, Purpose, Round, Rounds};
pub(crate) use settings::App;

/// By what somebody signs in, in the audit log.
const METHOD: &str = "github";
/// What holds a round, while its browser is at GitHub.
const COOKIE: &str = "leo_github";
/// Where the cookie is sent to.
const PATH: &str = "/api/auth/github";
/// Where the browser comes back to.
const CALLBACK: &str = "/api/auth/github/callback";
/// What GitHub is asked for where somebody signs in: the name and the addresses.
const SCOPE: &str = "read:user user:email";
/// What it is asked for where an account is connected: private repositories.
const SCOPE_TO_PUSH: &str = "repo";
/// Longer codes are none, in bytes.
const MAX_CODE: usize = 512;

/// GitHub, set up.
#[derive(Debug)]
pub(crate) struct Github {
    client: Client,
    rounds: Rounds,
    cookie: Cookie,
    app: App,
}

/// What a browser brings back.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Return {
    code: Option<SecretString>,
    state: Option<String>,
    error: Option<String>,
}

/// Where a browser is sent, and with what cookies.
pub(crate) struct Onward {
    /// An address.
    pub(crate) to: String,
    /// Headers.
    pub(crate) cookies: Vec<HeaderValue>,
}

impl Github {
    /// `key` signs rounds, `https` is how people reach Leo.
    ///
    /// # Errors
    /// When no client can be made.
    pub(crate) fn new(app: App, key: &SecretString, https: bool) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: Client::new(&app)?,
            rounds: Rounds::new(key),
            cookie: Cookie::new(COOKIE, PATH, https),
            app,
        })
    }

    /// Sends a browser to GitHub, from where it comes back to `return_to`, a path of this site.
    ///
    /// # Errors
    /// When the path leads elsewhere, or the server's own address is unknown.
    pub(crate) fn begin(
        &self,
        visitor: &Visitor,
        return_to: Option<&str>,
    ) -> Result<Onward, ApiError> {
        self.begin_for(Purpose::SignIn, visitor, return_to)
    }

    fn begin_for(
        &self,
        purpose: Purpose,
        visitor: &Visitor,
        return_to: Option<&str>,
    ) -> Result<Onward, ApiError> {
        let return_to = round::path(return_to.unwrap_or("/"))
            .ok_or_else(|| ApiError::invalid("returnTo", "must be a path of this site"))?;
        let callback = self.callback(&visitor.arrival)?;
        let round = self.rounds.begin(purpose, return_to);
        let scope = match purpose {
            Purpose::SignIn => SCOPE,
            Purpose::Connect(_) => SCOPE_TO_PUSH,
        };
        let mut to = self.app.authorize.clone();
        to.query_pairs_mut()
            .append_pair("client_id", &self.app.id)
            .append_pair("redirect_uri", &callback)
            .append_pair("scope", scope)
            .append_pair("state", &round.state)
            .append_pair("code_challenge", &round.challenge())
            .append_pair("code_challenge_method", "S256");
        let cookie = self.cookie.set(&round.cookie, LASTS);
        Ok(Onward {
            to: to.into(),
            cookies: cookie.into_iter().collect(),
        })
    }

    /// The header that ends a round, however it has ended.
    pub(crate) fn over(&self) -> Option<HeaderValue> {
        self.cookie.removed()
    }

    /// The round that this browser has begun.
    fn round(&self, parts: &Parts, back: &Return) -> Option<Round> {
        let state = back.state.as_deref()?;
        let mut held = self.cookie.values(&parts.headers);
        held.find_map(|cookie| self.rounds.resume(cookie, state))
    }

    fn callback(&self, arrival: &Arrival) -> Result<String, ApiError> {
        let own = self.app.public.as_ref().map(|url| url.origin());
        let origin = match (own, &arrival.host) {
            (Some(own), _) => own.ascii_serialization(),
            (None, Some(host)) if arrival.https => format!("https://{host}"),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => return Err(ApiError::BadRequest("The Host is missing.".to_owned())),
        };
        Ok(format!("{origin}{CALLBACK}"))
    }
}

/// Finishes a round. Of one to sign in: whoever GitHub says it is gets an account, if need be, and is
/// signed in. Of one to connect an account, see [`connect`].
///
/// # Errors
/// When the round is none of this browser's, the person or GitHub has said no, GitHub does not answer,
/// nobody may make an account, or who began is not signed in any more.
pub(crate) async fn finish(
    state: &AppState,
    github: &Github,
    visitor: &Visitor,
    parts: &Parts,
    back: Return,
) -> Result<Onward, ApiError> {
    let round = github.round(parts, &back).ok_or(AccountError::WrongState)?;
    attempts::arrival(&state.buckets, visitor.client()).await?;
    let cookie = match round.purpose {
        Purpose::SignIn => {
            let code = code_of(back, AccountError::Denied)?;
            let token = token(github, visitor, &round, &code).await?;
            let person = github.client.who(&token).await?;
            let user = account(state, github, visitor, &person).await?;
            sign_in(state, visitor, user.id, METHOD, None).await?
        }
        Purpose::Connect(user) => {
            connect::still(state, parts, user).await?;
            let code = code_of(back, AccountError::ConnectDenied)?;
            let token = token(github, visitor, &round, &code).await?;
            connect::keep(state, visitor, user, &token).await?;
            None
        }
    };
    Ok(Onward {
        to: round.return_to,
        cookies: cookie.into_iter().chain(github.over()).collect(),
    })
}

/// The code, unless the person has said no.
fn code_of(back: Return, denied: AccountError) -> Result<SecretString, AccountError> {
    match back.error {
        Some(_) => Err(denied),
        None => back.code.filter(is_code).ok_or(AccountError::CodeRefused),
    }
}

async fn token(
    github: &Github,
    visitor: &Visitor,
    round: &Round,
    code: &SecretString,
) -> Result<SecretString, ApiError> {
    let callback = github.callback(&visitor.arrival)?;
    let token = github.client.token(code, &round.verifier, &callback);
    Ok(token.await?)
}

async fn account(
    state: &AppState,
    github: &Github,
    visitor: &Visitor,
    person: &client::Person,
) -> Result<User, ApiError> {
    let address = visitor.address();
    let terms = state.accounts.terms(METHOD, address.as_deref());
    let identity = (github.app.issuer.as_str(), person.id.as_str());
    let made = state
        .db
        .account_of(identity, person.email.as_deref(), terms);
    match made.await? {
        Made::Account(user) if user.closed => Err(AuthError::Closed.into()),
        Made::Account(user) => Ok(user),
        Made::Closed | Made::Exists => Err(AccountError::RegistrationClosed.into()),
    }
}

fn is_code(code: &SecretString) -> bool {
    (1..=MAX_CODE).contains(&code.expose_secret().len())
}

/// An address below another.
fn below(base: &Url, path: &str) -> Option<Url> {
    let base = base.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}{path}")).ok()
}
