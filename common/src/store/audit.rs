//! The audit log: sign-ins, keys, limits and what operators do. Rows are added and never changed.

use chrono::{DateTime, Utc};
use leo_protocol::UserId;
use serde_json::Value;
use sqlx::PgExecutor;

use super::{Db, StoreError};

/// Something to be remembered. Must not hold secrets.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// Who did it, where somebody was known.
    pub actor: Option<UserId>,
    /// Whom it was done to.
    pub user: Option<UserId>,
    /// What, as in `key.created`.
    pub action: &'a str,
    /// Where from.
    pub address: Option<String>,
    /// The rest, an object.
    pub detail: Value,
}

/// A deed that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// Its place in the log; places grow, with gaps.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, where somebody was known.
    pub actor: Option<UserId>,
    /// Whom it was done to.
    pub user: Option<UserId>,
    /// What.
    pub action: String,
    /// Where from.
    pub address: Option<String>,
    /// The rest.
    pub detail: Value,
}

impl Db {
    /// Adds to the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember(&self, deed: &Deed<'_>) -> Result<(), StoreError> {
        write(&self.pool, deed).await
    }

    /// Up to `limit` deeds before the place `before`, the latest first; those done by or to `user`,
    /// where one is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deeds(
        &self,
        user: Option<UserId>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Done>, StoreError> {
        let rows = sqlx::query!(
            "select id, at, actor, user_id, action, address, detail from audit_log
              where ($1::uuid is null or user_id = $1 or actor = $1) and ($2::bigint is null or id < $2)
              order by id desc limit $3",
            user.map(UserId::uuid),
            before,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let rows = rows.into_iter().map(|row| Done {
            id: row.id,
            at: row.at,
            actor: row.actor.map(Into::into),
            user: row.user_id.map(Into::into),
            action: row.action,
            address: row.address,
            detail: row.detail,
        });
        Ok(rows.collect())
    }
}

/// Adds to the log, where wanted in the transaction of what was done.
pub(super) async fn write(
    database: impl PgExecutor<'_>,
    deed: &Deed<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into audit_log (actor, user_id, action, address, detail) values ($1, $2, $3, $4, $5)",
        deed.actor.map(UserId::uuid),
        deed.user.map(UserId::uuid),
        deed.action,
        deed.address,
        deed.detail,
    )
    .execute(database)
    .await?;
    Ok(())
}
