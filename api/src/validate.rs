//! What a request may say, beyond its JSON being well-formed.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use leo_protocol::Budget;
use leo_protocol::http::{MAX_ITERATIONS_LIMIT, SubmitJob};
use leo_protocol::keys::CreateKey;
use leo_protocol::limits::UpdateAccount;

use crate::error::ApiError;
use crate::extract::largest_prompt;

/// Titles are at most this long, in characters.
pub(crate) const MAX_TITLE: usize = 200;
/// Names of models are at most this long, in characters.
const MAX_MODEL: usize = 200;
/// Idempotency keys are at most this long, in characters.
const MAX_KEY: usize = 255;
/// Names of API keys are at most this long, in characters.
const MAX_KEY_NAME: usize = 100;
/// How far ahead a job may be put off.
const MAX_DELAY: TimeDelta = TimeDelta::days(366);
/// What accounts and sessions are searched by is at most this long, in characters.
const MAX_SEARCH: usize = 255;
/// Jobs of one user that may run at once, at most.
const MAX_RUNNING: u32 = 10_000;
/// The largest quota of things, as Postgres counts.
const MAX_COUNT: u32 = i32::MAX.unsigned_abs();
/// The largest quota of bytes: 1 EiB, exact in every JSON reader that takes numbers for doubles.
const MAX_STORAGE: u64 = 1 << 60;
/// The tokens that a job may be given at most: 10^12, exact in every JSON reader.
const MAX_BUDGET_TOKENS: u64 = 1_000_000_000_000;
/// The dollars that a job may be given at most.
const MAX_BUDGET_USD: f64 = 1_000_000.0;
/// Priorities go from minus this to this.
const MAX_PRIORITY: i16 = 100;

/// A request for a job that can be accepted, its prompt without space around it.
///
/// # Errors
/// When it cannot; names the field.
pub(crate) fn submit(mut request: SubmitJob, prompt_limit: usize) -> Result<SubmitJob, ApiError> {
    request.prompt = prompt(&request.prompt, prompt_limit)?;
    let iterations = request.max_iterations.unwrap_or(1);
    if !(1..=MAX_ITERATIONS_LIMIT).contains(&iterations) {
        let message = format!("must be from 1 to {MAX_ITERATIONS_LIMIT}");
        return Err(ApiError::invalid("maxIterations", message));
    }
    let priority = request.priority.unwrap_or(0);
    if !(-MAX_PRIORITY..=MAX_PRIORITY).contains(&priority) {
        let message = format!("must be from -{MAX_PRIORITY} to {MAX_PRIORITY}");
        return Err(ApiError::invalid("priority", message));
    }
    if let Some(name) = &request.model {
        model(name)?;
    }
    if let Some(start) = request.run_at {
        run_at(start)?;
    }
    if let Some(limits) = request.budget {
        budget(limits)?;
    }
    Ok(request)
}

/// A budget of nothing would be a job that cannot begin.
fn budget(budget: Budget) -> Result<(), ApiError> {
    if budget == Budget::default() {
        let message = "must say `tokens` or `usd`, or both";
        return Err(ApiError::invalid("budget", message));
    }
    let tokens = budget.tokens.unwrap_or(1);
    if !(1..=MAX_BUDGET_TOKENS).contains(&tokens) {
        let message = format!("must be from 1 to {MAX_BUDGET_TOKENS}");
        return Err(ApiError::invalid("budget.tokens", message));
    }
    let usd = budget.usd.unwrap_or(1.0);
    if !(usd > 0.0 && usd <= MAX_BUDGET_USD) {
        let message = format!("must be more than 0 and at most {MAX_BUDGET_USD}");
        return Err(ApiError::invalid("budget.usd", message));
    }
    Ok(())
}

/// The name of a model.
///
/// # Errors
/// When it cannot be one.
pub(crate) fn model(name: &str) -> Result<(), ApiError> {
    line("model", name, MAX_MODEL)
}

/// A time that has passed means at once, however long ago it was.
fn run_at(start: DateTime<Utc>) -> Result<(), ApiError> {
    if start > Utc::now() + MAX_DELAY {
        let message = format!("must be within the next {} days", MAX_DELAY.num_days());
        return Err(ApiError::invalid("runAt", message));
    }
    // RFC 3339 has no such years, and Postgres' calendar begins soon before them.
    if start.year() < 0 {
        return Err(ApiError::invalid("runAt", "must be in a year from 0000 on"));
    }
    Ok(())
}

fn prompt(prompt: &str, limit: usize) -> Result<String, ApiError> {
    let prompt = prompt.trim();
    if prompt.is_empty() {
        return Err(ApiError::invalid("prompt", "must not be empty"));
    }
    if prompt.len() > limit {
        let size = prompt.len();
        return Err(ApiError::PromptTooLong { size, limit });
    }
    // Postgres' text cannot hold it, and no prompt needs it.
    if prompt.contains('\0') {
        return Err(ApiError::invalid(
            "prompt",
            "must not contain a NUL character",
        ));
    }
    Ok(prompt.to_owned())
}

/// A session's title.
///
/// # Errors
/// When it is empty, too long or not in one line.
pub(crate) fn title(title: &str) -> Result<&str, ApiError> {
    let title = title.trim();
    line("title", title, MAX_TITLE)?;
    Ok(title)
}

/// A request for an API key, its name without space around it.
///
/// # Errors
/// When it cannot be accepted; names the field.
pub(crate) fn create_key(mut request: CreateKey) -> Result<CreateKey, ApiError> {
    request.name = request.name.trim().to_owned();
    line("name", &request.name, MAX_KEY_NAME)?;
    if let Some(end) = request.expires_at {
        if end <= Utc::now() {
            return Err(ApiError::invalid("expiresAt", "must be in the future"));
        }
        // Postgres' calendar ends later, RFC 3339 here.
        if end.year() > 9999 {
            return Err(ApiError::invalid(
                "expiresAt",
                "must be before the year 10000",
            ));
        }
    }
    Ok(request)
}

/// What accounts and sessions are searched by.
///
/// # Errors
/// When it is too long or not in one line.
pub(crate) fn search(text: &str) -> Result<&str, ApiError> {
    line("search", text, MAX_SEARCH)?;
    Ok(text)
}

/// A change of an account; `prompt_limit` is that of the settings.
///
/// # Errors
/// When it cannot be made; names the field.
pub(crate) fn account(update: &UpdateAccount, prompt_limit: usize) -> Result<(), ApiError> {
    if let Some(Some(running)) = update.max_running
        && !(1..=MAX_RUNNING).contains(&running)
    {
        let message = format!("must be from 1 to {MAX_RUNNING}");
        return Err(ApiError::invalid("maxRunning", message));
    }
    let largest = largest_prompt(prompt_limit);
    if let Some(Some(limit)) = update.prompt_limit
        && !usize::try_from(limit).is_ok_and(|limit| (1..=largest).contains(&limit))
    {
        let message = format!("must be from 1 to {largest}");
        return Err(ApiError::invalid("promptLimit", message));
    }
    for (field, count) in [
        ("quotaSessions", update.quota_sessions),
        ("quotaJobsPerDay", update.quota_jobs_per_day),
        ("rateLimit", update.rate_limit),
    ] {
        if count.flatten().is_some_and(|count| count > MAX_COUNT) {
            return Err(ApiError::invalid(
                field,
                format!("must be at most {MAX_COUNT}"),
            ));
        }
    }
    if update
        .quota_storage
        .flatten()
        .is_some_and(|bytes| bytes > MAX_STORAGE)
    {
        let message = format!("must be at most {MAX_STORAGE}");
        return Err(ApiError::invalid("quotaStorage", message));
    }
    Ok(())
}

/// A text in one line of 1 to `max` characters.
///
/// # Errors
/// When it is none; names the field.
pub(crate) fn line(field: &str, text: &str, max: usize) -> Result<(), ApiError> {
    if !(1..=max).contains(&text.chars().count()) {
        let message = format!("must have from 1 to {max} characters");
        return Err(ApiError::invalid(field, message));
    }
    if text.chars().any(char::is_control) {
        return Err(ApiError::invalid(
            field,
            "must not contain control characters",
        ));
    }
    Ok(())
}

/// An idempotency key; `field` is what it is called where it came from.
///
/// # Errors
/// When it is empty, too long or not printable ASCII.
pub(crate) fn key<'a>(field: &str, key: &'a [u8]) -> Result<&'a str, ApiError> {
    let printable = key.iter().all(|byte| (b' '..=b'~').contains(byte));
    match std::str::from_utf8(key) {
        Ok(text) if printable && (1..=MAX_KEY).contains(&key.len()) => Ok(text),
        _ => Err(ApiError::invalid(
            field,
            format!("must have from 1 to {MAX_KEY} printable ASCII characters"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 100;

    fn request(prompt: &str) -> SubmitJob {
        SubmitJob {
            prompt: prompt.to_owned(),
            ..SubmitJob::default()
        }
    }

    fn code(request: SubmitJob) -> &'static str {
        submit(request, LIMIT).unwrap_err().code()
    }

    #[test]
    fn a_prompt_says_something() {
        assert_eq!(
            submit(request("  a list \n"), LIMIT).unwrap().prompt,
            "a list"
        );
        assert_eq!(code(request(" \n\t ")), "invalid_field");
        assert_eq!(code(request("a\0b")), "invalid_field");
        assert!(submit(request(&"x".repeat(LIMIT)), LIMIT).is_ok());
        assert_eq!(code(request(&"ä".repeat(LIMIT))), "prompt_too_long");
    }

    #[test]
    fn numbers_have_bounds() {
        for (max_iterations, priority) in [
            (Some(0), None),
            (Some(1001), None),
            (None, Some(-101)),
            (None, Some(101)),
        ] {
            let wrong = SubmitJob {
                max_iterations,
                priority,
                ..request("x")
            };
            assert_eq!(code(wrong), "invalid_field");
        }
    }

    #[test]
    fn a_start_may_be_put_off_for_a_year() {
        let at = |start| SubmitJob {
            run_at: Some(start),
            ..request("x")
        };
        for fine in [
            Utc::now() - TimeDelta::days(9),
            Utc::now() + TimeDelta::days(365),
            "0000-01-01T00:00:00Z".parse().unwrap(),
        ] {
            assert!(submit(at(fine), LIMIT).is_ok());
        }
        for wrong in [
            Utc::now() + TimeDelta::days(367),
            "0000-01-01T00:00:00+01:00".parse().unwrap(),
            DateTime::<Utc>::MIN_UTC,
        ] {
            assert_eq!(code(at(wrong)), "invalid_field");
        }
    }

    #[test]
    fn limits_have_bounds() {
        for (wrong, field) in [
            (r#"{"maxRunning": 0}"#, "maxRunning"),
            (r#"{"maxRunning": 10001}"#, "maxRunning"),
            (r#"{"promptLimit": 0}"#, "promptLimit"),
            (r#"{"promptLimit": 163841}"#, "promptLimit"),
            (r#"{"quotaSessions": 2147483648}"#, "quotaSessions"),
            (r#"{"rateLimit": 4294967295}"#, "rateLimit"),
            (r#"{"quotaStorage": 2000000000000000000}"#, "quotaStorage"),
        ] {
            let update = serde_json::from_str(wrong).unwrap();
            let error = account(&update, LIMIT).unwrap_err().to_string();
            assert!(error.contains(field), "{error}");
        }
        let widest =
            r#"{"promptLimit": 163840, "quotaSessions": 0, "rateLimit": 0, "maxRunning": null}"#;
        account(&serde_json::from_str(widest).unwrap(), LIMIT).unwrap();
    }

    #[test]
    fn budgets_have_bounds() {
        let with = |text: &str| {
            let spending = SubmitJob {
                budget: Some(serde_json::from_str(text).unwrap()),
                ..request("x")
            };
            submit(spending, LIMIT)
        };
        for right in [
            r#"{"tokens": 1}"#,
            r#"{"usd": 0.001}"#,
            r#"{"tokens": 1000000000000, "usd": 1000000}"#,
            r#"{"tokens": 5, "usd": null}"#,
        ] {
            assert!(with(right).is_ok(), "{right}");
        }
        for (wrong, field) in [
            ("{}", "`budget`"),
            (r#"{"tokens": null}"#, "`budget`"),
            (r#"{"tokens": 0}"#, "`budget.tokens`"),
            (r#"{"tokens": 1000000000001, "usd": 1}"#, "`budget.tokens`"),
            (r#"{"usd": 0}"#, "`budget.usd`"),
            (r#"{"usd": -0.5}"#, "`budget.usd`"),
            (r#"{"tokens": 1, "usd": 1000000.5}"#, "`budget.usd`"),
        ] {
            let error = with(wrong).unwrap_err().to_string();
            assert!(error.contains(field), "{error}");
        }
    }

    #[test]
    fn keys_and_titles_are_short_and_printable() {
        assert_eq!(key("k", b"my key-1").unwrap(), "my key-1");
        for wrong in [&b""[..], &[b'x'; 256], b"a\tb", "ä".as_bytes(), b"\xff"] {
            assert!(key("k", wrong).is_err());
        }
        assert_eq!(title(" My app ").unwrap(), "My app");
        assert!(title(" ").is_err() && title("a\nb").is_err());
        assert!(title(&"ä".repeat(200)).is_ok() && title(&"ä".repeat(201)).is_err());
    }
}
