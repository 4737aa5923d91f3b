//! Which credentials are good no longer, of those by which connections are open.

use std::collections::HashSet;

use leo_protocol::{KeyId, SignInId, UserId};

use super::{Db, StoreError};

/// Credentials, as far as they can be taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Accounts.
    pub users: HashSet<UserId>,
    /// API keys.
    pub keys: HashSet<KeyId>,
    /// Browsers that are signed in.
    pub sign_ins: HashSet<SignInId>,
}

impl Db {
    /// Of these, the accounts that are closed, the keys that are revoked and the sign-ins that have
    /// ended; with each, what is not there any more. That their time is over is not asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lapsed(&self, asked: &Credentials) -> Result<Credentials, StoreError> {
        let users: Vec<_> = asked.users.iter().map(|id| id.uuid()).collect();
        let keys: Vec<_> = asked.keys.iter().map(|id| id.uuid()).collect();
        let sign_ins: Vec<_> = asked.sign_ins.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query!(
            r#"select 'user' as "kind!", a.id as "id!" from unnest($1::uuid[]) a (id)
                 left join users u on u.id = a.id where u.id is null or u.closed_at is not null
               union all
               select 'key', a.id from unnest($2::uuid[]) a (id)
                 left join api_keys k on k.id = a.id where k.id is null or k.revoked_at is not null
               union all
               select 'sign_in', a.id from unnest($3::uuid[]) a (id)
                 left join sign_ins s on s.id = a.id where s.id is null"#,
            &users,
            &keys,
            &sign_ins,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut lapsed = Credentials::default();
        for row in rows {
            match row.kind.as_str() {
                "user" => drop(lapsed.users.insert(row.id.into())),
                "key" => drop(lapsed.keys.insert(row.id.into())),
                _ => drop(lapsed.sign_ins.insert(row.id.into())),
            }
        }
        Ok(lapsed)
    }
}
