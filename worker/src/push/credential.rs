//! With whose token a result is pushed: the user's own account, or else the installation's.

use leo_common::store::github::accounts::Account;
use leo_common::vault::Purpose;
use leo_protocol::UserId;
use secrecy::SecretString;

use super::error::PushError;
use crate::context::Context;

/// A token, and with whom it makes repositories.
#[derive(Debug)]
pub(super) struct Credential {
    /// It is the user's own.
    pub(super) own: bool,
    pub(super) token: SecretString,
    /// Whose repositories; the token's user's if not set.
    pub(super) owner: Option<String>,
}

impl Credential {
    /// The one to push a user's result with.
    pub(super) async fn of(ctx: &Context, user: UserId) -> Result<Self, PushError> {
        if let Some(account) = ctx.db.github_account(user).await? {
            return Self::own(ctx, user, account);
        }
        let github = &ctx.config.github;
        let token = github.token().cloned().ok_or_else(|| {
            PushError::failed("no account at GitHub is connected, and GITHUB_TOKEN is not set")
        })?;
        Ok(Self {
            own: false,
            token,
            owner: github.owner().map(str::to_owned),
        })
    }

    fn own(ctx: &Context, user: UserId, account: Account) -> Result<Self, PushError> {
        let vault = ctx.vault.as_ref().ok_or_else(|| {
            PushError::failed("the token of your GitHub account cannot be used: this server has no LEO_SECRET_KEY")
        })?;
        let token = vault.open(user, Purpose::GitHubToken, &account.token);
        let token = token.map_err(|_| {
            PushError::failed(
                "the token of your GitHub account cannot be decrypted; connect it again",
            )
        })?;
        Ok(Self {
            own: true,
            token,
            owner: account.owner,
        })
    }
}

/// Whether the results of a user are pushed without being asked for.
pub(crate) async fn is_automatic(
    ctx: &Context,
    user: UserId,
) -> Result<bool, leo_common::store::StoreError> {
    let account = ctx.db.github_account(user).await?;
    Ok(
        account.map_or(ctx.config.github.token().is_some(), |account| {
            account.auto_push
        }),
    )
}
