//! Accounts at GitHub that users have connected. Tokens come and go encrypted; this store cannot
//! read them.

use leo_protocol::UserId;
use serde_json::json;

use crate::store::audit::{self, Deed};
use crate::store::{Db, StoreError};

/// Rows that are read at once where all are gone through.
const PAGE: i64 = 200;

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The token, encrypted.
    pub token: Vec<u8>,
    /// Who the token is at GitHub.
    pub login: String,
    /// With whom repositories are made, if not with him.
    pub owner: Option<String>,
    /// Whether every result is pushed, without being asked for.
    pub auto_push: bool,
}

/// A user's token, encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedToken {
    /// Whose.
    pub user: UserId,
    /// The token.
    pub token: Vec<u8>,
}

impl Db {
    /// The account that a user has connected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn github_account(&self, user: UserId) -> Result<Option<Account>, StoreError> {
        let found = sqlx::query_as!(
            Account,
            "select token, login, owner, auto_push from user_github where user_id = $1",
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found)
    }

    /// Connects an account, in the place of the one before; for somebody at this address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connect_github(
        &self,
        user: UserId,
        account: &Account,
        address: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "insert into user_github (user_id, token, login, owner, auto_push) values ($1, $2, $3, $4, $5)
             on conflict (user_id) do update set token = excluded.token, login = excluded.login,
               owner = excluded.owner, auto_push = excluded.auto_push, updated_at = now()",
            user.uuid(),
            account.token,
            account.login,
            account.owner,
            account.auto_push,
        )
        .execute(&mut *tx)
        .await?;
        let deed = Deed {
            actor: Some(user),
            user: Some(user),
            action: "github.connected",
            address: address.map(str::to_owned),
            detail: json!({
                "login": account.login,
                "owner": account.owner,
                "autoPush": account.auto_push,
            }),
        };
        audit::write(&mut *tx, &deed).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets a user's account and its token; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disconnect_github(
        &self,
        user: UserId,
        address: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let removed = sqlx::query!("delete from user_github where user_id = $1", user.uuid())
            .execute(&mut *tx)
            .await?;
        let removed = removed.rows_affected() > 0;
        if removed {
            let deed = Deed {
                actor: Some(user),
                user: Some(user),
                action: "github.disconnected",
                address: address.map(str::to_owned),
                detail: json!({}),
            };
            audit::write(&mut *tx, &deed).await?;
            tx.commit().await?;
        }
        Ok(removed)
    }

    /// The tokens of some users, in the order of their ids, behind `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_tokens(
        &self,
        after: Option<UserId>,
    ) -> Result<Vec<SealedToken>, StoreError> {
        let rows = sqlx::query!(
            "select user_id, token from user_github where $1::uuid is null or user_id > $1
              order by user_id limit $2",
            after.map(UserId::uuid),
            PAGE,
        )
        .fetch_all(&self.pool)
        .await?;
        let tokens = rows.into_iter().map(|row| SealedToken {
            user: row.user_id.into(),
            token: row.token,
        });
        Ok(tokens.collect())
    }

    /// Puts `new` in the place of a token, which is the same under different encryption; false
    /// where somebody else has changed it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reseal_token(&self, old: &SealedToken, new: &[u8]) -> Result<bool, StoreError> {
        let resealed = sqlx::query!(
            "update user_github set token = $3 where user_id = $1 and token = $2",
            old.user.uuid(),
            old.token,
            new,
        )
        .execute(&self.pool)
        .await?;
        Ok(resealed.rows_affected() > 0)
    }
}
