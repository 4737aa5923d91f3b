//! What a job may spend on model calls, and what it has spent.
//!
//! The generator counts and stops; Leo carries the limit to it and the count from one attempt of a job
//! to the next. That a limit makes sense (one of the two, more than nothing) is for whoever accepts it.

use serde::{Deserialize, Serialize};

/// What the model calls of a job may cost, in all its attempts. A generator stops with
/// `budget_exceeded` at whichever limit comes first.
///
/// Fields that are not known are refused, by servers and generators alike: a limit that somebody cannot
/// keep must not look kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Budget {
    /// Tokens, in and out together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// US dollars. It holds for calls whose provider tells their price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
}

/// What model calls have cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// Tokens in.
    pub prompt_tokens: u64,
    /// Tokens out.
    pub completion_tokens: u64,
    /// US dollars, where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_budget_has_either_limit_or_both_and_no_other() {
        for budget in [
            json!({"tokens": 5}),
            json!({"usd": 0.5}),
            json!({"tokens": 5, "usd": 0.5}),
        ] {
            let read: Budget = serde_json::from_value(budget.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), budget);
        }
        for wrong in [
            json!({"seconds": 5}),
            json!({"tokens": -5}),
            json!({"tokens": 1.5}),
        ] {
            assert!(serde_json::from_value::<Budget>(wrong).is_err());
        }
    }

    #[test]
    fn what_was_spent_is_read_from_a_usage() {
        let usage = json!({"promptTokens": 1, "completionTokens": 2, "costUsd": null, "later": 3});
        let spent: Spent = serde_json::from_value(usage).unwrap();
        assert_eq!(
            serde_json::to_value(spent).unwrap(),
            json!({"promptTokens": 1, "completionTokens": 2})
        );
    }
}
