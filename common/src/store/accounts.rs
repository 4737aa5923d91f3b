//! Accounts that people make for themselves here, with a password or by way of another site.
//!
//! They are made under a lock, one at a time, so that exactly one is the first of an installation:
//! its owner becomes the operator, and it can be made where registration is closed.

use leo_protocol::{SignInId, UserId};
use sqlx::{PgConnection, PgTransaction};

use super::audit::{self, Deed};
use super::sign_ins::{self, TokenHash};
use super::users::{User, limit};
use super::{Db, StoreError};

/// Who vouches for accounts with a password: this installation.
const PASSWORD_ISSUER: &str = "leo:password";
/// The developer of a private server, who is nobody's first account.
const DEVELOPER: (&str, &str) = ("local", "developer");
/// The advisory lock under which accounts are made ("leo" and a number, in ASCII).
const ACCOUNTS_LOCK: i64 = 0x006c_656f_0002;

/// How an account is made, beside who it is for.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Whether everybody may make one, not only the first.
    pub open: bool,
    /// Jobs that it may run at once.
    pub max_running: u32,
    /// By what its owner signs in, for the audit log.
    pub method: &'a str,
    /// Where from, for the audit log.
    pub address: Option<&'a str>,
}

/// What became of a wish for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is there, made or found.
    Account(User),
    /// Somebody has that address already.
    Exists,
    /// Nobody may make one.
    Closed,
}

/// A password that can be signed in with.
#[derive(Debug, Clone)]
pub struct Password {
    /// Whose it is.
    pub user: User,
    /// Its hash.
    pub hash: String,
}

impl Db {
    /// Whether the next account is the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_empty_of_accounts(&self) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await?;
        is_empty(&mut connection).await
    }

    /// Makes an account with a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn register(
        &self,
        email: &str,
        hash: &str,
        terms: Terms<'_>,
    ) -> Result<Made, StoreError> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx).await?;
        let taken = sqlx::query_scalar!(
            r#"select exists (select from passwords where email = $1) as "taken!""#,
            email
        )
        .fetch_one(&mut *tx)
        .await?;
        if taken {
            return Ok(Made::Exists);
        }
        let id = UserId::generate();
        let subject = id.to_string();
        let made = make(&mut tx, id, (PASSWORD_ISSUER, &subject), Some(email), terms).await?;
        if let Made::Account(_) = &made {
            sqlx::query!(
                "insert into passwords (user_id, email, hash) values ($1, $2, $3)",
                id.uuid(),
                email,
                hash,
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(made)
    }

    /// The account of somebody for whom another site vouches, made where there is none; the address
    /// becomes the one that the site tells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_of(
        &self,
        (issuer, subject): (&str, &str),
        email: Option<&str>,
        terms: Terms<'_>,
    ) -> Result<Made, StoreError> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx).await?;
        let known = sqlx::query!(
            r#"update users set email = coalesce($3, email) where issuer = $1 and subject = $2
               returning id, email, operator, closed_at is not null as "closed!""#,
            issuer,
            subject,
            email,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let made = match known {
            Some(row) => Made::Account(User {
                id: row.id.into(),
                email: row.email,
                operator: row.operator,
                closed: row.closed,
            }),
            None => make(&mut tx, UserId::generate(), (issuer, subject), email, terms).await?,
        };
        if made != Made::Closed {
            tx.commit().await?;
        }
        Ok(made)
    }

    /// The password of an address, which is in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_at(&self, email: &str) -> Result<Option<Password>, StoreError> {
        let row = sqlx::query!(
            r#"select u.id, u.email, u.operator, u.closed_at is not null as "closed!", p.hash
                 from passwords p join users u on u.id = p.user_id where p.email = $1"#,
            email,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| Password {
            user: User {
                id: row.id.into(),
                email: row.email,
                operator: row.operator,
                closed: row.closed,
            },
            hash: row.hash,
        }))
    }

    /// Address and hash of an account's password, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_of(&self, user: UserId) -> Result<Option<(String, String)>, StoreError> {
        let row = sqlx::query!(
            "select email, hash from passwords where user_id = $1",
            user.uuid()
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| (row.email, row.hash)))
    }

    /// The same password, hashed anew; nothing happens if it has been changed meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rehash(&self, user: UserId, old: &str, new: &str) -> Result<(), StoreError> {
        sqlx::query!(
            "update passwords set hash = $3 where user_id = $1 and hash = $2",
            user.uuid(),
            old,
            new,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Changes a password from the one whose hash is `old`, and ends the account's sign-ins but
    /// `kept`, whose cookie becomes another. False when the password is another by then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_password(
        &self,
        user: UserId,
        (old, new): (&str, &str),
        kept: Option<(SignInId, &TokenHash)>,
        deed: &Deed<'_>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let changed = sqlx::query!(
            "update passwords set hash = $3, changed_at = now() where user_id = $1 and hash = $2",
            user.uuid(),
            old,
            new,
        )
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        // A sign-in with the old password waits for this transaction, or came before it.
        sign_ins::end_others(&mut tx, user, kept).await?;
        audit::write(&mut *tx, deed).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn lock(tx: &mut PgTransaction<'_>) -> Result<(), StoreError> {
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(ACCOUNTS_LOCK)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn is_empty(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let empty = sqlx::query_scalar!(
        r#"select not exists (select from users where issuer <> $1 or subject <> $2) as "empty!""#,
        DEVELOPER.0,
        DEVELOPER.1,
    )
    .fetch_one(connection)
    .await?;
    Ok(empty)
}

/// Makes an account, under the lock.
async fn make(
    tx: &mut PgTransaction<'_>,
    id: UserId,
    (issuer, subject): (&str, &str),
    email: Option<&str>,
    terms: Terms<'_>,
) -> Result<Made, StoreError> {
    let first = is_empty(tx).await?;
    if !terms.open && !first {
        return Ok(Made::Closed);
    }
    sqlx::query!(
        "insert into users (id, issuer, subject, email, operator, max_running)
         values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        issuer,
        subject,
        email,
        first,
        limit(terms.max_running),
    )
    .execute(&mut **tx)
    .await?;
    let deed = Deed {
        actor: Some(id),
        user: Some(id),
        action: "account.registered",
        address: terms.address.map(str::to_owned),
        detail: serde_json::json!({ "method": terms.method, "operator": first }),
    };
    audit::write(&mut **tx, &deed).await?;
    Ok(Made::Account(User {
        id,
        email: email.map(str::to_owned),
        operator: first,
        closed: false,
    }))
}
