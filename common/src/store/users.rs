//! Accounts and their limits.

use leo_protocol::UserId;
use sqlx::PgConnection;

use super::{Db, StoreError};

/// The advisory lock under which the limits are refreshed ("leo" and a number, in ASCII).
const LIMITS_LOCK: i64 = 0x006c_656f_0001;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// Its address, if it has one.
    pub email: Option<String>,
    /// Whether it may see the fleet.
    pub operator: bool,
    /// Whether it is barred from everything.
    pub closed: bool,
}

/// Who somebody is for the party that vouches for him.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Who vouches.
    pub issuer: &'a str,
    /// The name the issuer gives; never changes.
    pub subject: &'a str,
    /// An address, if the issuer tells one.
    pub email: Option<&'a str>,
    /// Whether a user made for this identity is an operator.
    pub operator: bool,
}

/// Locks a user's row, so that what is counted of his afterwards stays as it is until the transaction ends.
///
/// # Errors
/// When the database fails, or there is no such user.
pub(super) async fn lock(tx: &mut PgConnection, user: UserId) -> Result<(), StoreError> {
    sqlx::query!(
        "select id from users where id = $1 for no key update",
        user.uuid()
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}

impl Db {
    /// The user of an identity; made at first sight, with `max_running` as the limit of jobs
    /// running at once. A new address is taken over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_of(
        &self,
        identity: Identity<'_>,
        max_running: u32,
    ) -> Result<User, StoreError> {
        if let Some(user) = self.known_user(identity).await? {
            return self.with_address(user, identity.email).await;
        }
        sqlx::query!(
            "insert into users (id, issuer, subject, email, operator, max_running)
             values ($1, $2, $3, $4, $5, $6) on conflict (issuer, subject) do nothing",
            UserId::generate().uuid(),
            identity.issuer,
            identity.subject,
            identity.email,
            identity.operator,
            limit(max_running),
        )
        .execute(&self.pool)
        .await?;
        self.known_user(identity)
            .await?
            .ok_or(StoreError::Database(sqlx::Error::RowNotFound))
    }

    /// The user with the address that his issuer tells, if that is another one than before.
    async fn with_address(&self, user: User, told: Option<&str>) -> Result<User, StoreError> {
        let Some(told) = told.filter(|told| user.email.as_deref() != Some(told)) else {
            return Ok(user);
        };
        let id = user.id.uuid();
        sqlx::query!("update users set email = $2 where id = $1", id, told)
            .execute(&self.pool)
            .await?;
        let email = Some(told.to_owned());
        Ok(User { email, ..user })
    }

    async fn known_user(&self, identity: Identity<'_>) -> Result<Option<User>, StoreError> {
        let row = sqlx::query!(
            r#"select id, email, operator, closed_at is not null as "closed!" from users
                where issuer = $1 and subject = $2"#,
            identity.issuer,
            identity.subject,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| User {
            id: row.id.into(),
            email: row.email,
            operator: row.operator,
            closed: row.closed,
        }))
    }

    /// Makes `MAX_JOBS_PER_USER` the limit of every user without an override whose account is open. Workers call it when
    /// they start; the advisory lock lets one at a time do it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_limits(&self, max_running: u32) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(LIMITS_LOCK)
            .execute(&mut *tx)
            .await?;
        sqlx::query!(
            "update users set max_running = coalesce(max_running_override, $1)
              where max_running <> coalesce(max_running_override, $1) and closed_at is null",
            limit(max_running),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A limit of jobs as Postgres keeps it.
pub(super) fn limit(max_running: u32) -> i32 {
    i32::try_from(max_running).unwrap_or(i32::MAX)
}
