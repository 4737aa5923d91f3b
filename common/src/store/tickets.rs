//! Tickets: each opens one WebSocket for somebody who has proved who he is already.
//!
//! A ticket carries what its owner had proved, so that the connection ends when that ends. It is
//! deleted by its use, which only one of many uses at once can do.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::account::Scope;
use leo_protocol::{KeyId, SignInId, UserId};

use super::{Db, StoreError, named};

/// Postgres' code for a row that refers to one that is not there.
const MISSING: &str = "23503";

/// What a ticket stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketOwner {
    /// The account.
    pub user: UserId,
    /// What the ticket is good for.
    pub scope: Scope,
    /// Whether its owner acts as an operator.
    pub operator: bool,
    /// The API key that it was asked for with.
    pub key: Option<KeyId>,
    /// The sign-in that it was asked for with.
    pub sign_in: Option<SignInId>,
    /// When what it was asked for with ends.
    pub proof_ends: Option<DateTime<Utc>>,
}

/// A ticket that has been used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedTicket {
    /// What it stood for.
    pub owner: TicketOwner,
    /// The account's address.
    pub email: Option<String>,
    /// Whether the account is barred from everything.
    pub closed: bool,
    /// Whether the key that it was asked for with was taken back since.
    pub revoked: bool,
}

impl Db {
    /// Makes a ticket with this SHA-256, good for `life` by the database's clock; until when. `None`
    /// where what it was asked for with is not there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_ticket(
        &self,
        hash: [u8; 32],
        owner: &TicketOwner,
        life: Duration,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let created = sqlx::query_scalar!(
            "insert into tickets (token_hash, user_id, scope, operator, key_id, sign_in_id, proof_ends, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
             returning expires_at",
            &hash,
            owner.user.uuid(),
            owner.scope.as_str(),
            owner.operator,
            owner.key.map(KeyId::uuid),
            owner.sign_in.map(SignInId::uuid),
            owner.proof_ends,
            life.as_secs_f64(),
        )
        .fetch_one(&self.pool)
        .await
        .map_err(StoreError::from);
        match created {
            Err(error) if error.code().as_deref() == Some(MISSING) => Ok(None),
            created => created.map(Some),
        }
    }

    /// Uses a ticket up; `None` where there is none, or none that is still good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_ticket(&self, hash: [u8; 32]) -> Result<Option<UsedTicket>, StoreError> {
        let row = sqlx::query!(
            r#"with used as (delete from tickets where token_hash = $1 returning *)
               select t.user_id, t.scope, t.operator, t.key_id, t.sign_in_id, t.proof_ends, u.email,
                      u.closed_at is not null as "closed!", k.revoked_at is not null as "revoked!"
                 from used t join users u on u.id = t.user_id left join api_keys k on k.id = t.key_id
                where t.expires_at > now()"#,
            &hash,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(UsedTicket {
                owner: TicketOwner {
                    user: row.user_id.into(),
                    scope: named("scope", &row.scope)?,
                    operator: row.operator,
                    key: row.key_id.map(Into::into),
                    sign_in: row.sign_in_id.map(Into::into),
                    proof_ends: row.proof_ends,
                },
                email: row.email,
                closed: row.closed,
                revoked: row.revoked,
            })
        })
        .transpose()
    }

    /// Removes the tickets that nobody has used in time; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_tickets(&self) -> Result<u64, StoreError> {
        let swept = sqlx::query!("delete from tickets where expires_at < now()")
            .execute(&self.pool)
            .await?;
        Ok(swept.rows_affected())
    }
}
