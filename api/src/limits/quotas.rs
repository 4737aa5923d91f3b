//! What somebody is told whose quota is used up.

use std::time::Duration;

use chrono::{DateTime, Days, NaiveTime, Utc};
use leo_common::store::limits::Quota;

/// When it is worth looking again whether something was deleted.
const LATER: Duration = Duration::from_secs(60);

/// The code for programs.
pub(crate) const fn quota_code(quota: Quota) -> &'static str {
    match quota {
        Quota::Sessions => "quota_sessions",
        Quota::JobsPerDay => "quota_jobs_per_day",
        Quota::Storage => "quota_storage",
    }
}

/// The sentence for people.
pub(crate) const fn quota_text(quota: Quota) -> &'static str {
    match quota {
        Quota::Sessions => "This account has as many sessions as it may; delete one first.",
        Quota::JobsPerDay => {
            "This account has submitted as many jobs today as it may; the day ends at midnight UTC."
        }
        Quota::Storage => {
            "The results of this account take as much space as they may; delete a session, and come back \
             when it has been cleared away, within about an hour."
        }
    }
}

/// How long from now until it may be otherwise.
pub(crate) fn until_free(quota: Quota, now: DateTime<Utc>) -> Duration {
    match quota {
        Quota::Sessions | Quota::Storage => LATER,
        Quota::JobsPerDay => until_midnight(now).unwrap_or(LATER),
    }
}

fn until_midnight(now: DateTime<Utc>) -> Option<Duration> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1))?;
    (tomorrow.and_time(NaiveTime::MIN).and_utc() - now)
        .to_std()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_utc() {
        for (now, left) in [
            ("2026-11-21T23:59:59Z", 1),
            ("2026-11-21T00:00:00Z", 24 * 3600),
            ("2026-11-21T23:30:00-01:00", 23 * 3600 + 1800),
        ] {
            let until = until_free(Quota::JobsPerDay, now.parse().unwrap());
            assert_eq!(until.as_secs(), left, "{now}");
        }
    }
}
