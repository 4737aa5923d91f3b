//! The model providers of users. Keys come and go encrypted; this store cannot read them.

use std::time::Duration;

use leo_protocol::UserId;
use serde_json::{Value, json};
use url::Url;

use super::archives::interval;
use super::audit::{self, Deed};
use super::{Db, StoreError};

/// Rows that are read at once where all are gone through.
const PAGE: i64 = 200;

/// What a user has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProvider {
    /// As `LLM_PROVIDER` has it.
    pub provider: String,
    /// Where it is, if not at its usual place.
    pub base_url: Option<String>,
    /// The model's name there.
    pub model: Option<String>,
    /// The key, encrypted.
    pub secret: Option<Vec<u8>>,
    /// The key before that: containers that were given it may still print it.
    pub secret_before: Option<Vec<u8>>,
    /// The user has removed it; only its keys matter, and they are to be masked.
    pub removed: bool,
}

/// What a user sets.
#[derive(Debug, Clone, Copy)]
pub struct NewProvider<'a> {
    /// As `LLM_PROVIDER` has it.
    pub provider: &'a str,
    /// Where it is.
    pub base_url: Option<&'a str>,
    /// The model's name there.
    pub model: Option<&'a str>,
    /// The key, encrypted. Where there is none, the one before stays if it is for the same server.
    pub secret: Option<&'a [u8]>,
}

/// The encrypted keys of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKeys {
    /// Whose.
    pub user: UserId,
    /// The present one.
    pub secret: Option<Vec<u8>>,
    /// The one before.
    pub secret_before: Option<Vec<u8>>,
}

impl Db {
    /// What a user has set, also where he has removed it since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provider(&self, user: UserId) -> Result<Option<StoredProvider>, StoreError> {
        let found = sqlx::query_as!(
            StoredProvider,
            r#"select provider, base_url, model, secret, secret_before, removed_at is not null as "removed!"
                 from user_providers where user_id = $1"#,
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found)
    }

    /// Sets a user's provider, for somebody at this address; what stands there then. A key that is
    /// replaced is kept as the one before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_provider(
        &self,
        user: UserId,
        new: NewProvider<'_>,
        address: Option<&str>,
    ) -> Result<StoredProvider, StoreError> {
        let mut tx = self.pool.begin().await?;
        let set = sqlx::query_as!(
            StoredProvider,
            r#"insert into user_providers as p (user_id, provider, base_url, model, secret) values ($1, $2, $3, $4, $5)
               on conflict (user_id) do update set
                 provider = excluded.provider, base_url = excluded.base_url, model = excluded.model,
                 secret = case when excluded.secret is null and p.removed_at is null and p.provider = excluded.provider
                                    and p.base_url is not distinct from excluded.base_url
                               then p.secret else excluded.secret end,
                 secret_before = case when excluded.secret is null and p.removed_at is null and p.provider = excluded.provider
                                           and p.base_url is not distinct from excluded.base_url
                                      then p.secret_before else coalesce(p.secret, p.secret_before) end,
                 removed_at = null, updated_at = now()
               returning provider, base_url, model, secret, secret_before, removed_at is not null as "removed!""#,
            user.uuid(),
            new.provider,
            new.base_url,
            new.model,
            new.secret,
        )
        .fetch_one(&mut *tx)
        .await?;
        let url = new.base_url.and_then(|url| Url::parse(url).ok());
        let detail = json!({
            "provider": new.provider,
            "host": url.as_ref().and_then(Url::host_str),
            "hasKey": set.secret.is_some(),
            "keyChanged": new.secret.is_some(),
        });
        let deed = changed(user, "provider.changed", address, detail);
        audit::write(&mut *tx, &deed).await?;
        tx.commit().await?;
        Ok(set)
    }

    /// Removes a user's provider; whether there was one. Its key stays for
    /// [`Self::forget_provider_keys`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_provider(
        &self,
        user: UserId,
        address: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let removed = sqlx::query!(
            "update user_providers
                set removed_at = now(), updated_at = now(), secret = null, base_url = null, model = null,
                    secret_before = coalesce(secret, secret_before)
              where user_id = $1 and removed_at is null",
            user.uuid(),
        )
        .execute(&mut *tx)
        .await?;
        let removed = removed.rows_affected() > 0;
        if removed {
            let deed = changed(user, "provider.removed", address, json!({}));
            audit::write(&mut *tx, &deed).await?;
            tx.commit().await?;
        }
        Ok(removed)
    }

    /// Forgets keys that were replaced or removed longer than `age` ago, by the database's clock;
    /// how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_provider_keys(&self, age: Duration) -> Result<u64, StoreError> {
        let removed = sqlx::query!(
            "delete from user_providers where removed_at < now() - $1::interval",
            interval(age),
        )
        .execute(&self.pool)
        .await?;
        let replaced = sqlx::query!(
            "update user_providers set secret_before = null
              where secret_before is not null and removed_at is null and updated_at < now() - $1::interval",
            interval(age),
        )
        .execute(&self.pool)
        .await?;
        Ok(removed.rows_affected() + replaced.rows_affected())
    }

    /// The keys of some users, in the order of their ids, behind `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_keys(&self, after: Option<UserId>) -> Result<Vec<SealedKeys>, StoreError> {
        let rows = sqlx::query!(
            "select user_id, secret, secret_before from user_providers
              where (secret is not null or secret_before is not null) and ($1::uuid is null or user_id > $1)
              order by user_id limit $2",
            after.map(UserId::uuid),
            PAGE,
        )
        .fetch_all(&self.pool)
        .await?;
        let keys = rows.into_iter().map(|row| SealedKeys {
            user: row.user_id.into(),
            secret: row.secret,
            secret_before: row.secret_before,
        });
        Ok(keys.collect())
    }

    /// Puts `new` in the place of `old`, which are the same keys under different encryption;
    /// false where somebody else has changed them meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reseal(&self, old: &SealedKeys, new: &SealedKeys) -> Result<bool, StoreError> {
        let resealed = sqlx::query!(
            "update user_providers set secret = $4, secret_before = $5
              where user_id = $1 and secret is not distinct from $2 and secret_before is not distinct from $3",
            old.user.uuid(),
            old.secret,
            old.secret_before,
            new.secret,
            new.secret_before,
        )
        .execute(&self.pool)
        .await?;
        Ok(resealed.rows_affected() > 0)
    }
}

/// What a user has done to his own settings.
fn changed<'a>(user: UserId, action: &'a str, address: Option<&str>, detail: Value) -> Deed<'a> {
    Deed {
        actor: Some(user),
        user: Some(user),
        action,
        address: address.map(str::to_owned),
        detail,
    }
}
