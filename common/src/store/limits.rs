//! What is set for a user, and what he has.

use leo_protocol::UserId;
use leo_protocol::limits::{Limits, Usage};

use super::{Db, StoreError, from_db, small, to_db};

/// A quota that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// Of sessions.
    Sessions,
    /// Of jobs submitted in a day.
    JobsPerDay,
    /// Of bytes that are kept.
    Storage,
}

/// Why a user is given nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// A quota is used up.
    Quota(Quota),
    /// The account is closed.
    Closed,
}

impl Withheld {
    /// Reads an outcome of the functions of the quotas; `None` where it is another one.
    pub(super) fn of(outcome: &str) -> Option<Self> {
        Some(match outcome {
            "quota_sessions" => Self::Quota(Quota::Sessions),
            "quota_jobs_per_day" => Self::Quota(Quota::JobsPerDay),
            "quota_storage" => Self::Quota(Quota::Storage),
            "closed" => Self::Closed,
            _ => return None,
        })
    }
}

impl Db {
    /// What operators have set for a user; nothing for one who is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overrides(&self, user: UserId) -> Result<Limits, StoreError> {
        let row = sqlx::query!(
            "select max_running_override, quota_sessions, quota_jobs_per_day, quota_storage, prompt_limit, rate_limit
               from users where id = $1",
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map_or_else(Limits::default, |row| Limits {
            max_running: row.max_running_override.map(small),
            quota_sessions: row.quota_sessions.map(small),
            quota_jobs_per_day: row.quota_jobs_per_day.map(small),
            quota_storage: row.quota_storage.map(from_db),
            prompt_limit: row.prompt_limit.map(small).map(u64::from),
            rate_limit: row.rate_limit.map(small),
        }))
    }

    /// What a user has and does; nothing for one who is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage(&self, user: UserId) -> Result<Usage, StoreError> {
        let row = sqlx::query!(
            r#"select u.queued + u.delayed as "queued!", u.running,
                      case when u.jobs_day = (clock_timestamp() at time zone 'UTC')::date then u.jobs_today
                           else 0 end as "jobs_today!",
                      (select count(*) from sessions s where s.user_id = u.id and s.deleted_at is null) as "sessions!",
                      (select coalesce(sum(a.bytes), 0)::bigint from artifacts a where a.user_id = u.id) as "storage!"
                 from users u where u.id = $1"#,
            user.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map_or_else(Usage::default, |row| Usage {
            sessions: from_db(row.sessions),
            jobs_today: small(row.jobs_today),
            queued: small(row.queued),
            running: small(row.running),
            storage: from_db(row.storage),
        }))
    }
}

/// A quota as Postgres' functions take it.
pub(super) fn count(quota: Option<u32>) -> Option<i32> {
    quota.map(|quota| i32::try_from(quota).unwrap_or(i32::MAX))
}

/// A quota of bytes as Postgres' functions take it.
pub(super) fn bytes(quota: Option<u64>) -> Option<i64> {
    quota.map(to_db)
}
