//! Why GitHub does not do what it is asked, in words.

use std::time::Duration;

use chrono::Utc;
use http::HeaderMap;
use serde::Deserialize;

/// So much of what GitHub says is passed on, in characters.
const MAX_SAID: usize = 200;
/// The longest pause that GitHub is granted, whatever it asks for.
const MAX_PAUSE: Duration = Duration::from_secs(3600);
/// The pause where GitHub says that there were too many requests and not how long to wait.
const USUAL_PAUSE: Duration = Duration::from_secs(60);

/// Why GitHub does not do what it is asked. The texts are sentences without their full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// Who is it?
    #[error("GitHub does not accept the token: it is wrong, has expired or was revoked")]
    BadToken,
    /// Not with this token, or not like this.
    #[error("{0}")]
    Refused(String),
    /// Not so often.
    #[error("GitHub wants no more requests for {} s", .0.as_secs())]
    TooOften(Duration),
    /// Not at this time.
    #[error("{0}")]
    Away(String),
}

impl GitHubError {
    /// No answer came.
    #[must_use]
    pub fn away() -> Self {
        Self::Away("GitHub does not answer".to_owned())
    }
}

#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

fn said(body: &[u8]) -> Said {
    serde_json::from_slice(body).unwrap_or_default()
}

/// Whether a refused repository's name is the reason.
pub(super) fn is_taken(body: &[u8]) -> bool {
    let text = |error: &serde_json::Value, name: &str| {
        let text = error.get(name).and_then(serde_json::Value::as_str);
        text.unwrap_or_default().to_lowercase()
    };
    let errors = said(body).errors;
    errors.iter().any(|error| {
        text(error, "message").contains("already exists") || text(error, "code") == "already_exists"
    })
}

/// How long GitHub wants to be left alone.
pub(super) fn pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(Duration::from_secs(seconds).min(MAX_PAUSE));
    }
    if number("x-ratelimit-remaining") != Some(0) {
        return None;
    }
    let reset = number("x-ratelimit-reset")?;
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or(0);
    Some(Duration::from_secs(reset.saturating_sub(now).max(1)).min(MAX_PAUSE))
}

/// The error of an answer with this status.
pub(super) fn of(status: u16, after: Option<Duration>, sso: bool, body: &[u8]) -> GitHubError {
    let message = shortened(&said(body).message);
    let limited = message.to_lowercase().contains("rate limit");
    explained(status, after, sso, limited, &message)
}

/// What a refusal means, of the API or of git.
#[must_use]
pub fn explained(
    status: u16,
    after: Option<Duration>,
    sso: bool,
    limited: bool,
    message: &str,
) -> GitHubError {
    let with = |text: &str| match message {
        "" => text.to_owned(),
        said => format!("{text}: {said}"),
    };
    match status {
        401 => GitHubError::BadToken,
        429 => GitHubError::TooOften(after.unwrap_or(USUAL_PAUSE)),
        403 if after.is_some() || limited => GitHubError::TooOften(after.unwrap_or(USUAL_PAUSE)),
        403 if sso => GitHubError::Refused(
            "the organisation at GitHub wants this token to be authorised for its single sign-on"
                .to_owned(),
        ),
        403 => GitHubError::Refused(with("GitHub does not let this token do that")),
        404 => GitHubError::Refused(with("GitHub has nothing there that this token may see")),
        500.. | 408 => GitHubError::Away(format!("GitHub fails at this time (status {status})")),
        _ => GitHubError::Refused(with(&format!("GitHub refuses (status {status})"))),
    }
}

/// A line of what others say.
pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|c| !c.is_control())
        .take(MAX_SAID)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, String)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_taken_name_is_told_from_other_mistakes() {
        let body = br#"{"message":"Repository creation failed.","errors":[{"resource":"Repository","code":"custom","field":"name","message":"name already exists on this account"}]}"#;
        assert!(is_taken(body));
        assert!(!is_taken(
            br#"{"message":"Validation Failed","errors":["x"]}"#
        ));
        assert!(!is_taken(b"no json"));
    }

    #[test]
    fn limits_say_when_to_come_back() {
        let after = pause(&headers(&[("retry-after", "30".to_owned())]));
        assert_eq!(after, Some(Duration::from_secs(30)));
        let reset = (Utc::now().timestamp() + 100).to_string();
        let gone = [
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", reset.clone()),
        ];
        let after = pause(&headers(&gone)).unwrap().as_secs();
        assert!((90..=100).contains(&after), "{after}");
        let left = [
            ("x-ratelimit-remaining", "7".to_owned()),
            ("x-ratelimit-reset", reset),
        ];
        assert_eq!(pause(&headers(&left)), None);
        let long = pause(&headers(&[("retry-after", "999999".to_owned())]));
        assert_eq!(long, Some(MAX_PAUSE));
        let secondary = of(
            403,
            None,
            false,
            br#"{"message":"You have exceeded a secondary rate limit"}"#,
        );
        assert_eq!(secondary, GitHubError::TooOften(USUAL_PAUSE));
    }

    #[test]
    fn refusals_are_sentences() {
        let body = br#"{"message":"Resource not accessible\n by personal access token"}"#;
        let told = of(403, None, false, body).to_string();
        assert_eq!(
            told,
            "GitHub does not let this token do that: Resource not accessible by personal access token"
        );
        assert_eq!(of(401, None, false, b""), GitHubError::BadToken);
        assert!(
            of(403, None, true, b"")
                .to_string()
                .contains("single sign-on")
        );
        assert!(matches!(of(503, None, false, b""), GitHubError::Away(_)));
    }
}
