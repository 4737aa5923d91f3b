//! What accounts may have and do: bodies of the HTTP interface.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::ids::UserId;

/// Limits of an account. Among the overrides of an account a limit that is absent is as the settings of
/// the installation say; elsewhere it means that there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Jobs that run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_running: Option<u32>,
    /// Sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_sessions: Option<u32>,
    /// Jobs submitted in a day, which begins at midnight UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_jobs_per_day: Option<u32>,
    /// Bytes of all kept results together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_storage: Option<u64>,
    /// Bytes of a prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_limit: Option<u64>,
    /// Requests in a minute. Among overrides 0 means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
}

impl Limits {
    /// What holds where these are set for somebody and `settings` for everybody.
    #[must_use]
    pub fn over(self, settings: Self) -> Self {
        Self {
            max_running: self.max_running.or(settings.max_running),
            quota_sessions: self.quota_sessions.or(settings.quota_sessions),
            quota_jobs_per_day: self.quota_jobs_per_day.or(settings.quota_jobs_per_day),
            quota_storage: self.quota_storage.or(settings.quota_storage),
            prompt_limit: self.prompt_limit.or(settings.prompt_limit),
            rate_limit: self
                .rate_limit
                .or(settings.rate_limit)
                .filter(|rate| *rate > 0),
        }
    }
}

/// What an account has and does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Sessions.
    pub sessions: u64,
    /// Jobs submitted since midnight UTC, those of deleted sessions among them.
    pub jobs_today: u32,
    /// Jobs that wait.
    pub queued: u32,
    /// Jobs that run.
    pub running: u32,
    /// Bytes of all kept results together. What a deleted session has left counts until it is removed,
    /// about an hour later.
    pub storage: u64,
}

/// `GET /api/quotas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quotas {
    /// What the account may.
    pub limits: Limits,
    /// What it has.
    pub usage: Usage,
}

/// An account as operators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// Who vouches for its owner.
    pub issuer: String,
    /// What he is called there.
    pub subject: String,
    /// The account's address, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether it may see the fleet and set limits.
    pub operator: bool,
    /// Since when it is barred from everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub created_at: DateTime<Utc>,
    /// What operators have set for it.
    pub overrides: Limits,
    /// What holds for it.
    pub limits: Limits,
    /// What it has and does.
    pub usage: Usage,
}

/// `PATCH /api/users/{id}`. What is absent stays as it is; a limit that is null is as the settings say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAccount {
    /// Whether it may see the fleet and set limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<bool>,
    /// Whether it is barred from everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
    /// Jobs that run at once, 1 to 10000.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub max_running: Option<Option<u32>>,
    /// Sessions.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub quota_sessions: Option<Option<u32>>,
    /// Jobs submitted in a day.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub quota_jobs_per_day: Option<Option<u32>>,
    /// Bytes of all kept results together.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub quota_storage: Option<Option<u64>>,
    /// Bytes of a prompt, at least 1, and no more than a request can hold (160 KiB, or `PROMPT_LIMIT` where
    /// that is more).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub prompt_limit: Option<Option<u64>>,
    /// Requests in a minute; 0 for no limit.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub rate_limit: Option<Option<u32>>,
}

/// Tells a field that is null from one that is absent.
fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Grows with time, with gaps.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, where somebody was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// Whom it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What, as in `user.changed`.
    pub action: String,
    /// The client's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The rest, an object.
    pub detail: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_absent() {
        let update: UpdateAccount =
            serde_json::from_str(r#"{"maxRunning":null,"rateLimit":5}"#).unwrap();
        let expected = UpdateAccount {
            max_running: Some(None),
            rate_limit: Some(Some(5)),
            ..UpdateAccount::default()
        };
        assert_eq!(update, expected);
        let text = serde_json::to_string(&update).unwrap();
        assert_eq!(text, r#"{"maxRunning":null,"rateLimit":5}"#);
    }

    #[test]
    fn what_is_set_for_somebody_wins() {
        let settings = Limits {
            max_running: Some(2),
            rate_limit: Some(6000),
            ..Limits::default()
        };
        let own = Limits {
            rate_limit: Some(0),
            quota_sessions: Some(0),
            ..Limits::default()
        };
        let expected = Limits {
            max_running: Some(2),
            quota_sessions: Some(0),
            ..Limits::default()
        };
        assert_eq!(own.over(settings), expected);
    }
}
