//! Accounts as operators see them, and what they change.
//!
//! A change is decided and written with the account locked, in one transaction with the rows of the audit
//! log that tell of it. Changes are made one after the other, because whether an operator is left is
//! a question about all accounts.

use leo_protocol::limits::{Account, Limits, UpdateAccount, Usage};
use leo_protocol::{JobId, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit::{self, Deed};
use super::limits::{bytes, count};
use super::{Db, StoreError, from_db, small};

/// The advisory lock of changes to accounts ("leo" and a number, in ASCII).
const CHANGES_LOCK: i64 = 0x006c_656f_0003;

/// Which accounts, and which page of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountFilter<'a> {
    /// Whose address or name has this in it, in upper or lower case.
    pub search: Option<&'a str>,
    /// Made before this one.
    pub before: Option<UserId>,
}

/// Who changes an account.
#[derive(Debug, Clone)]
pub struct Changer {
    /// The operator.
    pub actor: UserId,
    /// Where from.
    pub address: Option<String>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChanged {
    /// It is as asked for; whether it is closed.
    Done {
        /// Barred from everything: its credentials have ended, and its jobs are to be cancelled.
        closed: bool,
    },
    /// There is no such account.
    NoUser,
    /// No operator would be left.
    LastOperator,
}

/// What may change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    operator: bool,
    closed: bool,
    own: Limits,
}

impl Standing {
    fn updated(self, update: &UpdateAccount) -> Self {
        let own = self.own;
        Self {
            operator: update.operator.unwrap_or(self.operator),
            closed: update.closed.unwrap_or(self.closed),
            own: Limits {
                max_running: update.max_running.unwrap_or(own.max_running),
                quota_sessions: update.quota_sessions.unwrap_or(own.quota_sessions),
                quota_jobs_per_day: update.quota_jobs_per_day.unwrap_or(own.quota_jobs_per_day),
                quota_storage: update.quota_storage.unwrap_or(own.quota_storage),
                prompt_limit: update.prompt_limit.unwrap_or(own.prompt_limit),
                rate_limit: update.rate_limit.unwrap_or(own.rate_limit),
            },
        }
    }

    /// Whether it can set limits.
    const fn operates(self) -> bool {
        self.operator && !self.closed
    }

    fn fields(self) -> Value {
        let own = self.own;
        json!({
            "operator": self.operator, "maxRunning": own.max_running, "quotaSessions": own.quota_sessions,
            "quotaJobsPerDay": own.quota_jobs_per_day, "quotaStorage": own.quota_storage,
            "promptLimit": own.prompt_limit, "rateLimit": own.rate_limit,
        })
    }

    /// What the audit log says about a change to `after`.
    fn deeds(self, after: Self) -> Vec<(&'static str, Value)> {
        let (before, now) = (self.fields(), after.fields());
        let fields = before.as_object().into_iter().flatten();
        let changed: serde_json::Map<_, _> = fields
            .filter(|(name, was)| now[*name] != **was)
            .map(|(name, was)| (name.clone(), json!({"from": was, "to": now[name]})))
            .collect();
        let mut deeds = Vec::new();
        if !changed.is_empty() {
            deeds.push(("user.changed", Value::Object(changed)));
        }
        match (self.closed, after.closed) {
            (false, true) => deeds.push(("user.closed", json!({}))),
            (true, false) => deeds.push(("user.opened", json!({}))),
            (true, true) | (false, false) => {}
        }
        deeds
    }
}

impl Db {
    /// One account; `settings` are the limits of everybody for whom no others are set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(
        &self,
        user: UserId,
        settings: Limits,
    ) -> Result<Option<Account>, StoreError> {
        let filter = AccountFilter::default();
        let found = self.find_accounts(Some(user), filter, settings, 1).await?;
        Ok(found.into_iter().next())
    }

    /// Up to `limit` accounts, the youngest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(
        &self,
        filter: AccountFilter<'_>,
        settings: Limits,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.find_accounts(None, filter, settings, limit).await
    }

    async fn find_accounts(
        &self,
        user: Option<UserId>,
        filter: AccountFilter<'_>,
        settings: Limits,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        let rows = sqlx::query!(
            r#"select u.id, u.issuer, u.subject, u.email, u.operator, u.closed_at, u.created_at,
                      u.max_running_override, u.quota_sessions, u.quota_jobs_per_day, u.quota_storage,
                      u.prompt_limit, u.rate_limit, u.queued + u.delayed as "queued!", u.running,
                      case when u.jobs_day = (clock_timestamp() at time zone 'UTC')::date then u.jobs_today
                           else 0 end as "jobs_today!",
                      (select count(*) from sessions s where s.user_id = u.id and s.deleted_at is null) as "sessions!",
                      (select coalesce(sum(a.bytes), 0)::bigint from artifacts a where a.user_id = u.id) as "storage!"
                 from users u
                where ($1::uuid is null or u.id = $1) and ($2::uuid is null or u.id < $2)
                  and ($3::text is null or strpos(lower(u.email), lower($3)) > 0 or strpos(lower(u.subject), lower($3)) > 0)
                order by u.id desc limit $4"#,
            user.map(UserId::uuid),
            filter.before.map(UserId::uuid),
            filter.search,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let accounts = rows.into_iter().map(|row| {
            let overrides = Limits {
                max_running: row.max_running_override.map(small),
                quota_sessions: row.quota_sessions.map(small),
                quota_jobs_per_day: row.quota_jobs_per_day.map(small),
                quota_storage: row.quota_storage.map(from_db),
                prompt_limit: row.prompt_limit.map(small).map(u64::from),
                rate_limit: row.rate_limit.map(small),
            };
            Account {
                id: row.id.into(),
                issuer: row.issuer,
                subject: row.subject,
                email: row.email,
                operator: row.operator,
                closed_at: row.closed_at,
                created_at: row.created_at,
                overrides,
                limits: overrides.over(settings),
                usage: Usage {
                    sessions: from_db(row.sessions),
                    jobs_today: small(row.jobs_today),
                    queued: small(row.queued),
                    running: small(row.running),
                    storage: from_db(row.storage),
                },
            }
        });
        Ok(accounts.collect())
    }

    /// Changes an account. Jobs of a closed one are not claimed any more.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn change_account(
        &self,
        user: UserId,
        update: &UpdateAccount,
        by: &Changer,
        settings: Limits,
    ) -> Result<AccountChanged, StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(CHANGES_LOCK)
            .execute(&mut *tx)
            .await?;
        let Some(before) = standing(&mut tx, user).await? else {
            return Ok(AccountChanged::NoUser);
        };
        let after = before.updated(update);
        if before.operates() && !after.operates() && !has_other_operator(&mut tx, user).await? {
            return Ok(AccountChanged::LastOperator);
        }
        if after != before {
            write(&mut tx, user, after, settings).await?;
        }
        for (action, detail) in before.deeds(after) {
            let deed = Deed {
                actor: Some(by.actor),
                user: Some(user),
                action,
                address: by.address.clone(),
                detail,
            };
            audit::write(&mut *tx, &deed).await?;
        }
        tx.commit().await?;
        Ok(AccountChanged::Done {
            closed: after.closed,
        })
    }

    /// Up to `limit` jobs of a user that have not ended, the youngest first, older than `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_jobs_of(
        &self,
        user: UserId,
        before: Option<JobId>,
        limit: i64,
    ) -> Result<Vec<JobId>, StoreError> {
        let rows = sqlx::query_scalar!(
            "select id from jobs where user_id = $1 and ($2::uuid is null or id < $2)
                and status in ('waiting', 'ready', 'delayed', 'generating') order by id desc limit $3",
            user.uuid(),
            before.map(JobId::uuid),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// Locks an account and reads what may change of it.
async fn standing(
    tx: &mut sqlx::PgConnection,
    user: UserId,
) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query!(
        r#"select operator, closed_at is not null as "closed!", max_running_override, quota_sessions,
                  quota_jobs_per_day, quota_storage, prompt_limit, rate_limit
             from users where id = $1 for no key update"#,
        user.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Standing {
        operator: row.operator,
        closed: row.closed,
        own: Limits {
            max_running: row.max_running_override.map(small),
            quota_sessions: row.quota_sessions.map(small),
            quota_jobs_per_day: row.quota_jobs_per_day.map(small),
            quota_storage: row.quota_storage.map(from_db),
            prompt_limit: row.prompt_limit.map(small).map(u64::from),
            rate_limit: row.rate_limit.map(small),
        },
    }))
}

/// The developer of a private server does not count: where others can reach it, he is nobody.
async fn has_other_operator(tx: &mut sqlx::PgConnection, user: UserId) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"select exists(select from users where operator and closed_at is null and id <> $1
                           and (issuer, subject) <> ('local', 'developer')) as "found!""#,
        Uuid::from(user),
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// Nothing of a closed account is claimed, because it may run no job.
async fn write(
    tx: &mut sqlx::PgConnection,
    user: UserId,
    after: Standing,
    settings: Limits,
) -> Result<(), StoreError> {
    let own = after.own;
    let max_running = match after.closed {
        true => Some(0),
        false => count(own.over(settings).max_running),
    };
    sqlx::query!(
        "update users set operator = $2,
                closed_at = case when $3 then coalesce(closed_at, clock_timestamp()) end,
                max_running = coalesce($4, max_running), max_running_override = $5, quota_sessions = $6,
                quota_jobs_per_day = $7, quota_storage = $8, prompt_limit = $9, rate_limit = $10
          where id = $1",
        user.uuid(),
        after.operator,
        after.closed,
        max_running,
        count(own.max_running),
        count(own.quota_sessions),
        count(own.quota_jobs_per_day),
        bytes(own.quota_storage),
        count(own.prompt_limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX))),
        count(own.rate_limit),
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_what_has_changed_and_nothing_else() {
        let before = Standing {
            operator: true,
            closed: false,
            own: Limits::default(),
        };
        let update = UpdateAccount {
            operator: Some(true),
            closed: Some(true),
            rate_limit: Some(Some(5)),
            quota_storage: Some(None),
            ..UpdateAccount::default()
        };
        let after = before.updated(&update);
        let expected = [
            (
                "user.changed",
                json!({"rateLimit": {"from": null, "to": 5}}),
            ),
            ("user.closed", json!({})),
        ];
        assert_eq!(before.deeds(after), expected);
        assert_eq!(after.deeds(after), []);
    }
}
