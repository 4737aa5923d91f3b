//! A user's account at GitHub: whether a token is good for pushes, and how it is kept.

use leo_common::github::{Client, GitHubError, Who};
use leo_common::vault::Purpose;
use leo_protocol::UserId;
use secrecy::SecretString;

use crate::error::ApiError;
use crate::state::AppState;

/// Why a token cannot be used.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// It may not make private repositories.
    TooLittle,
    /// GitHub does not accept it.
    Useless(GitHubError),
    /// GitHub does not say.
    Away,
}

/// Who the token is, if it may do what is needed. Where GitHub does not tell that, a push will.
///
/// # Errors
/// When it may not, or GitHub does not say who it is.
pub(crate) async fn tried(state: &AppState, token: &SecretString) -> Result<String, Unfit> {
    let who = async {
        Client::new(&state.github.github_api_url, token)?
            .who()
            .await
    };
    match Box::pin(who).await {
        Ok(Who { login, too_little }) if !too_little => Ok(login),
        Ok(_) => Err(Unfit::TooLittle),
        Err(error @ (GitHubError::BadToken | GitHubError::Refused(_))) => {
            Err(Unfit::Useless(error))
        }
        Err(error @ (GitHubError::TooOften(_) | GitHubError::Away(_))) => {
            tracing::info!(%error, "a token cannot be tried at GitHub");
            Err(Unfit::Away)
        }
    }
}

/// The token as it is kept.
///
/// # Errors
/// When this server keeps no secrets.
pub(crate) fn sealed(
    state: &AppState,
    user: UserId,
    token: &SecretString,
) -> Result<Vec<u8>, ApiError> {
    let vault = state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    let sealed = vault.seal(user, Purpose::GitHubToken, token);
    sealed.map_err(|_| ApiError::Internal("a token could not be encrypted"))
}
