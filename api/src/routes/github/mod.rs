//! A user's own account at GitHub, to which his results are pushed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::store::github::accounts::Account;
use leo_common::vault::Purpose;
use leo_protocol::UserId;
use leo_protocol::github::{GitHubSettings, SetGitHub};
use leo_protocol::problem::Problem;
use secrecy::SecretString;

use crate::accounts::github::connect;
use crate::auth::{Admin, May, Read};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::ValidJson;
use crate::github_account::{self, Unfit};
use crate::state::AppState;

pub(crate) mod oauth;
pub(crate) mod push;

/// Names at GitHub are at most this long, in characters.
const MAX_OWNER: usize = 39;

/// The account that is connected.
#[utoipa::path(get, path = "/api/settings/github", tag = "account", responses(
    (status = 200, description = "the account; no `login` where none is connected", body = GitHubSettings),
))]
pub(crate) async fn get(
    who: May<Read>,
    State(state): State<AppState>,
) -> Result<Json<GitHubSettings>, ApiError> {
    let account = state.db.github_account(who.user).await?;
    Ok(Json(shown(&state, account)))
}

/// Connects an account, or changes what is done with it. The token is tried at GitHub first.
#[utoipa::path(put, path = "/api/settings/github", tag = "account", request_body = SetGitHub, responses(
    (status = 200, description = "the account", body = GitHubSettings),
    (status = 409, description = "this server keeps no secrets: LEO_SECRET_KEY is not set", body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "GitHub does not answer (`github_unavailable`)", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn put(
    who: May<Admin>,
    State(state): State<AppState>,
    arrival: Arrival,
    ValidJson(request): ValidJson<SetGitHub>,
) -> Result<Json<GitHubSettings>, ApiError> {
    let owner = request.owner.map(owner).transpose()?;
    state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    let token = match request.token {
        Some(token) => SecretString::from(token),
        None => kept(&state, who.user).await?,
    };
    let login = Box::pin(tried(&state, &token)).await?;
    let account = Account {
        token: github_account::sealed(&state, who.user, &token)?,
        login,
        owner,
        auto_push: request.auto_push,
    };
    let address = arrival.address();
    let connected = state
        .db
        .connect_github(who.user, &account, address.as_deref());
    connected.await?;
    Ok(Json(shown(&state, Some(account))))
}

/// Forgets the account and its token. What is at GitHub stays there.
#[utoipa::path(delete, path = "/api/settings/github", tag = "account", responses(
    (status = 204, description = "no account is connected"),
))]
pub(crate) async fn delete(
    who: May<Admin>,
    State(state): State<AppState>,
    arrival: Arrival,
) -> Result<StatusCode, ApiError> {
    let address = arrival.address();
    let disconnected = state.db.disconnect_github(who.user, address.as_deref());
    disconnected.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token that is stored.
async fn kept(state: &AppState, user: UserId) -> Result<SecretString, ApiError> {
    let account = state.db.github_account(user).await?;
    let sealed = account.ok_or_else(|| ApiError::invalid("token", "is missing"))?;
    let vault = state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    let opened = vault.open(user, Purpose::GitHubToken, &sealed.token);
    opened.map_err(|_| ApiError::invalid("token", "is missing: the stored one cannot be decrypted"))
}

/// Who the token is; what is wrong with it is wrong with the field.
async fn tried(state: &AppState, token: &SecretString) -> Result<String, ApiError> {
    let login = Box::pin(github_account::tried(state, token)).await;
    login.map_err(|unfit| match unfit {
        Unfit::TooLittle => ApiError::invalid("token", "needs the scope `repo` at GitHub"),
        Unfit::Useless(error) => ApiError::invalid("token", format!("is of no use: {error}")),
        Unfit::Away => ApiError::GitHubAway,
    })
}

fn owner(name: String) -> Result<String, ApiError> {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !plain || name.is_empty() || name.len() > MAX_OWNER || name.starts_with('-') {
        let what = format!("must be a name at GitHub: at most {MAX_OWNER} letters, digits and `-`");
        return Err(ApiError::invalid("owner", what));
    }
    Ok(name)
}

fn shown(state: &AppState, account: Option<Account>) -> GitHubSettings {
    let installation = state.github.token().is_some();
    let connectable = connect::is_possible(state);
    match account {
        None => GitHubSettings {
            installation,
            connectable,
            ..GitHubSettings::default()
        },
        Some(account) => GitHubSettings {
            login: Some(account.login),
            owner: account.owner,
            auto_push: account.auto_push,
            installation,
            connectable,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_names_and_no_paths() {
        for fine in ["octo", "My-Org", "a_b"] {
            assert!(owner(fine.to_owned()).is_ok(), "{fine}");
        }
        for wrong in ["", "a/b", "../x", "-x", "a b", "ä", &"x".repeat(40)] {
            assert!(owner(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }
}
