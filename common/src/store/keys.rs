//! API keys: made, listed, revoked, and found by what a request carries.
//!
//! The keys themselves are not here, only their SHA-256. Making and revoking one leaves its row in
//! the audit log in the same transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::account::Scope;
use leo_protocol::keys::ApiKey;
use leo_protocol::{KeyId, UserId};
use serde_json::json;

use super::audit::{self, Deed};
use super::{Db, StoreError, named, users};

/// Keys that a user may have at once, not counting those that have expired.
pub const MAX_KEYS: i64 = 100;
/// How exactly it is known when a key was used last.
const USE_GRAIN: Duration = Duration::from_secs(60);

/// A key to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewKey<'a> {
    /// Whose.
    pub user: UserId,
    /// What for.
    pub name: &'a str,
    /// What it is good for.
    pub scope: Scope,
    /// The SHA-256 of the key.
    pub hash: [u8; 32],
    /// How it begins.
    pub hint: &'a str,
    /// From when on it is good for nothing.
    pub expires_at: Option<DateTime<Utc>>,
    /// Where the request came from, for the audit log.
    pub address: Option<&'a str>,
}

/// Whom a key stands for, and whether it still does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// The key.
    pub id: KeyId,
    /// Whose it is.
    pub user: UserId,
    /// The account's address.
    pub email: Option<String>,
    /// Whether the account is an operator's.
    pub operator: bool,
    /// Whether the account is barred from everything.
    pub closed: bool,
    /// What it is good for.
    pub scope: Scope,
    /// From when on it is good for nothing.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its owner has taken it back.
    pub revoked: bool,
    /// Whether its use has to be noted.
    pub note_use: bool,
}

impl Db {
    /// Makes a key, unless its user has [`MAX_KEYS`]; `None` then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_key(&self, new: &NewKey<'_>) -> Result<Option<ApiKey>, StoreError> {
        let id = KeyId::generate();
        let mut tx = self.pool.begin().await?;
        // Two requests at once would both count the keys before either has made one.
        users::lock(&mut tx, new.user).await?;
        let created_at = sqlx::query_scalar!(
            "insert into api_keys (id, user_id, name, scope, token_hash, hint, expires_at)
             select $1, $2, $3, $4, $5, $6, $7
              where $8 > (select count(*) from api_keys
                           where user_id = $2 and revoked_at is null
                             and (expires_at is null or expires_at > now()))
             returning created_at",
            id.uuid(),
            new.user.uuid(),
            new.name,
            new.scope.as_str(),
            &new.hash,
            new.hint,
            new.expires_at,
            MAX_KEYS,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(created_at) = created_at else {
            return Ok(None);
        };
        let detail = json!({"key": id, "name": new.name, "scope": new.scope});
        audit::write(
            &mut *tx,
            &deed(new.user, "key.created", new.address, detail),
        )
        .await?;
        tx.commit().await?;
        Ok(Some(ApiKey {
            id,
            name: new.name.to_owned(),
            scope: new.scope,
            hint: new.hint.to_owned(),
            created_at,
            used_at: None,
            expires_at: new.expires_at,
        }))
    }

    /// Up to `limit` keys of a user that are not revoked, behind the one called `before`, the
    /// youngest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(
        &self,
        user: UserId,
        before: Option<KeyId>,
        limit: i64,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let rows = sqlx::query!(
            "select id, name, scope, hint, created_at, used_at, expires_at from api_keys
              where user_id = $1 and revoked_at is null and ($2::uuid is null or id < $2)
              order by id desc limit $3",
            user.uuid(),
            before.map(KeyId::uuid),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let keys = rows.into_iter().map(|row| {
            Ok(ApiKey {
                id: row.id.into(),
                name: row.name,
                scope: named("scope", &row.scope)?,
                hint: row.hint,
                created_at: row.created_at,
                used_at: row.used_at,
                expires_at: row.expires_at,
            })
        });
        keys.collect()
    }

    /// Takes a key back, for ever. Whether there was one of this user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(
        &self,
        user: UserId,
        key: KeyId,
        address: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let revoked = sqlx::query!(
            "update api_keys set revoked_at = now()
              where id = $1 and user_id = $2 and revoked_at is null",
            key.uuid(),
            user.uuid(),
        )
        .execute(&mut *tx)
        .await?;
        if revoked.rows_affected() == 0 {
            return Ok(false);
        }
        let detail = json!({"key": key});
        audit::write(&mut *tx, &deed(user, "key.revoked", address, detail)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The key with this SHA-256, good or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key_of_hash(&self, hash: [u8; 32]) -> Result<Option<KnownKey>, StoreError> {
        let row = sqlx::query!(
            r#"select k.id, k.user_id, k.scope, k.expires_at, u.email, u.operator,
                      u.closed_at is not null as "closed!", k.revoked_at is not null as "revoked!",
                      k.used_at is null or k.used_at < now() - make_interval(secs => $2) as "note_use!"
                 from api_keys k join users u on u.id = k.user_id where k.token_hash = $1"#,
            &hash,
            USE_GRAIN.as_secs_f64(),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(KnownKey {
                id: row.id.into(),
                user: row.user_id.into(),
                email: row.email,
                operator: row.operator,
                closed: row.closed,
                scope: named("scope", &row.scope)?,
                expires_at: row.expires_at,
                revoked: row.revoked,
                note_use: row.note_use,
            })
        })
        .transpose()
    }

    /// Notes that these keys have been used now, where that was not noted lately.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys_used(&self, keys: &[KeyId]) -> Result<(), StoreError> {
        let keys: Vec<_> = keys.iter().map(|key| key.uuid()).collect();
        sqlx::query!(
            "update api_keys set used_at = now() where id = any($1)
                and (used_at is null or used_at < now() - make_interval(secs => $2))",
            &keys,
            USE_GRAIN.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn deed<'a>(
    user: UserId,
    action: &'a str,
    address: Option<&str>,
    detail: serde_json::Value,
) -> Deed<'a> {
    Deed {
        actor: Some(user),
        user: Some(user),
        action,
        address: address.map(str::to_owned),
        detail,
    }
}
