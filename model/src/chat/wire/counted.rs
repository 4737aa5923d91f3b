//! What a server has counted. OpenAI's `usage`, OpenRouter's `cost`, llama.cpp's `timings`.

use serde_json::Value;

use super::super::usage::Usage;
use super::{first, number};

/// The counts in a chunk or a whole answer; none where there are none, or where all are 0, as in
/// chunks of servers that count at the end only.
pub(crate) fn read(value: &Value) -> Option<Usage> {
    let usage = value.get("usage").and_then(of_usage);
    usage.or_else(|| value.get("timings").and_then(of_timings))
}

fn of_usage(usage: &Value) -> Option<Usage> {
    let count = |names: &[&str]| first(usage, names).and_then(number);
    let prompt = count(&["prompt_tokens", "input_tokens"]);
    let completion = count(&["completion_tokens", "output_tokens"]);
    let total = count(&["total_tokens"]);
    let prompt_tokens = prompt
        .or_else(|| total?.checked_sub(completion?))
        .unwrap_or_default();
    let completion_tokens = completion
        .or_else(|| total?.checked_sub(prompt?))
        .unwrap_or_default();
    let cost = first(usage, &["cost", "total_cost"]).and_then(Value::as_f64);
    told(prompt_tokens, completion_tokens, cost)
}

/// What was read anew does not count what the server had kept of the prompt.
fn of_timings(timings: &Value) -> Option<Usage> {
    let count = |name: &str| timings.get(name).and_then(number).unwrap_or_default();
    told(
        count("prompt_n") + count("cache_n"),
        count("predicted_n"),
        None,
    )
}

fn told(prompt_tokens: u64, completion_tokens: u64, cost: Option<f64>) -> Option<Usage> {
    (prompt_tokens + completion_tokens > 0).then_some(Usage {
        prompt_tokens,
        completion_tokens,
        cost_usd: cost.filter(|cost| cost.is_finite() && *cost >= 0.0),
        estimated: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counts(value: &Value) -> Option<(u64, u64, Option<f64>)> {
        read(value).map(|usage| (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd))
    }

    #[test]
    fn what_servers_count() {
        let openrouter =
            json!({"usage": {"prompt_tokens": 9, "completion_tokens": 3, "cost": 0.01}});
        assert_eq!(counts(&openrouter), Some((9, 3, Some(0.01))));
        let renamed = json!({"usage": {"input_tokens": "9", "total_tokens": 12.0}});
        assert_eq!(counts(&renamed), Some((9, 3, None)));
        let llama =
            json!({"usage": {}, "timings": {"prompt_n": 2, "cache_n": 7, "predicted_n": 3}});
        assert_eq!(counts(&llama), Some((9, 3, None)));
    }

    #[test]
    fn what_counts_nothing_is_no_usage() {
        for value in [
            json!({}),
            json!({"usage": null}),
            json!({"usage": {}}),
            json!({"usage": 3}),
            json!({"usage": {"prompt_tokens": 0, "completion_tokens": 0}}),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
