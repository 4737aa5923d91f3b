//! Browsers that are signed in: what each one's cookie holds, hashed.
//!
//! A sign-in is a row as long as it is good. Whoever ends one tells other processes afterwards
//! (`Publisher::identity_changed`), for connections may stand on it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leo_protocol::{SignInId, UserId};
use sqlx::{PgConnection, PgTransaction};

use super::audit::{self, Deed};
use super::users::User;
use super::{Db, StoreError};

/// Sign-ins that an account has at once; the oldest give way.
const MAX_SIGN_INS: i64 = 100;
/// Rows removed in one statement, so that none takes long.
const ROUND: i64 = 5_000;

/// A hash of what a cookie holds.
pub type TokenHash = [u8; 32];

/// A sign-in to be.
#[derive(Debug, Clone, Copy)]
pub struct NewSignIn<'a> {
    /// Who signs in.
    pub user: UserId,
    /// What the browser will hold, hashed.
    pub token: &'a TokenHash,
    /// What the browser holds already; those sign-ins end.
    pub held: &'a [TokenHash],
    /// How long it is good.
    pub lasts: Duration,
    /// The hash of the password that was given; nothing happens if it is another by then.
    pub password: Option<&'a str>,
}

/// Who is behind a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The sign-in.
    pub id: SignInId,
    /// Whose it is.
    pub user: User,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whether that has passed, by the database's clock.
    pub expired: bool,
}

impl Db {
    /// The sign-in of a cookie, over or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in(&self, token: &TokenHash) -> Result<Option<SignedIn>, StoreError> {
        let row = sqlx::query!(
            r#"select s.id, s.expires_at, s.expires_at <= now() as "expired!",
                      u.id as user_id, u.email, u.operator, u.closed_at is not null as "closed!"
                 from sign_ins s join users u on u.id = s.user_id where s.token_hash = $1"#,
            token,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| SignedIn {
            id: row.id.into(),
            user: User {
                id: row.user_id.into(),
                email: row.email,
                operator: row.operator,
                closed: row.closed,
            },
            expires_at: row.expires_at,
            expired: row.expired,
        }))
    }

    /// Signs somebody in, and ends what the browser had before; the users whose sign-ins have
    /// ended. `None` when the password has been changed meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in(
        &self,
        new: NewSignIn<'_>,
        deed: &Deed<'_>,
    ) -> Result<Option<Vec<UserId>>, StoreError> {
        let mut tx = self.pool.begin().await?;
        if !unchanged(&mut tx, new.user, new.password).await? {
            return Ok(None);
        }
        let mut ended = end(&mut tx, new.held).await?;
        ended.extend(begin(&mut tx, new).await?);
        audit::write(&mut *tx, deed).await?;
        tx.commit().await?;
        Ok(Some(ended))
    }

    /// Ends the sign-ins of these cookies, as far as there are any; whose they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, held: &[TokenHash]) -> Result<Vec<UserId>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        end(&mut connection, held).await
    }

    /// Removes sign-ins whose time is over; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_sign_ins(&self) -> Result<u64, StoreError> {
        let swept = sqlx::query!(
            "delete from sign_ins where id in
               (select id from sign_ins where expires_at <= now() order by expires_at limit $1)",
            ROUND,
        )
        .execute(&self.pool)
        .await?;
        Ok(swept.rows_affected())
    }
}

/// Whether that is still the hash of the password; it stays so until the end of the transaction.
async fn unchanged(
    tx: &mut PgTransaction<'_>,
    user: UserId,
    password: Option<&str>,
) -> Result<bool, StoreError> {
    let Some(hash) = password else {
        return Ok(true);
    };
    let found = sqlx::query_scalar!(
        "select hash from passwords where user_id = $1 for no key update",
        user.uuid()
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found.as_deref() == Some(hash))
}

/// Adds a sign-in, in place of the user's oldest where there are too many; its user, then.
async fn begin(
    tx: &mut PgTransaction<'_>,
    new: NewSignIn<'_>,
) -> Result<Option<UserId>, StoreError> {
    let displaced = sqlx::query!(
        "delete from sign_ins where user_id = $1 and id in
           (select id from sign_ins where user_id = $1 order by id desc offset $2)",
        new.user.uuid(),
        MAX_SIGN_INS - 1,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into sign_ins (id, user_id, token_hash, expires_at)
         values ($1, $2, $3, now() + make_interval(secs => $4))",
        SignInId::generate().uuid(),
        new.user.uuid(),
        new.token,
        new.lasts.as_secs_f64(),
    )
    .execute(&mut **tx)
    .await?;
    Ok((displaced.rows_affected() > 0).then_some(new.user))
}

/// Ends the sign-ins of a user but one, which gets another cookie.
pub(super) async fn end_others(
    tx: &mut PgTransaction<'_>,
    user: UserId,
    kept: Option<(SignInId, &TokenHash)>,
) -> Result<(), StoreError> {
    let (id, token) = kept.unzip();
    let id = id.map(SignInId::uuid);
    sqlx::query!(
        "delete from sign_ins where user_id = $1 and id is distinct from $2",
        user.uuid(),
        id,
    )
    .execute(&mut **tx)
    .await?;
    let token = token.map(TokenHash::as_slice);
    sqlx::query!(
        "update sign_ins set token_hash = $3 where user_id = $1 and id = $2",
        user.uuid(),
        id,
        token,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn end(connection: &mut PgConnection, held: &[TokenHash]) -> Result<Vec<UserId>, StoreError> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let held: Vec<_> = held.iter().map(|hash| hash.to_vec()).collect();
    let users = sqlx::query_scalar!(
        "delete from sign_ins where token_hash = any($1) returning user_id",
        &held,
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(Into::into).collect())
}
