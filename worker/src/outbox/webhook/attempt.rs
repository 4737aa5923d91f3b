//! One try: a request, and what came of it in words.

use std::error::Error;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use leo_common::error_chain::Chain;
use leo_common::outgoing::Private;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Response, StatusCode};

use super::aim::Target;
use super::hooks::WHOLE;

/// Who is asking.
const AGENT: &str = concat!("Leo-Webhook/", env!("CARGO_PKG_VERSION"));
/// Bytes of an answer that are kept.
const KEPT: usize = 1024;
/// How long the beginning of an answer may take to arrive. What counts, its status, is known by then.
const READING: Duration = Duration::from_secs(2);

/// What came of a try.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) at: DateTime<Utc>,
    pub(super) took: Duration,
    /// Of the answer.
    pub(super) status: Option<u16>,
    /// Why it was no success.
    pub(super) error: Option<String>,
    /// How the answer begins.
    pub(super) answer: Option<String>,
    /// There is no use in another try.
    pub(super) last: bool,
    /// When it wants to be asked again.
    pub(super) retry_after: Option<Duration>,
}

impl Attempt {
    /// One that came to nothing before anybody was asked.
    pub(super) fn not_made(why: String) -> Self {
        Self {
            at: Utc::now(),
            took: Duration::ZERO,
            status: None,
            error: Some(why),
            answer: None,
            last: false,
            retry_after: None,
        }
    }
}

/// Posts a body, signed.
pub(super) async fn post(target: &Target, id: &str, body: String) -> Attempt {
    let (at, begun) = (Utc::now(), Instant::now());
    let sent = tokio::time::timeout(WHOLE, send(target, id, at.timestamp(), body)).await;
    let answered = sent.unwrap_or_else(|_| Err(too_late()));
    let attempt = match answered {
        Ok(response) => judged(response).await,
        Err(why) => Attempt::not_made(why),
    };
    Attempt {
        at,
        took: begun.elapsed(),
        ..attempt
    }
}

fn too_late() -> String {
    format!("no answer within {} s", WHOLE.as_secs())
}

async fn send(target: &Target, id: &str, timestamp: i64, body: String) -> Result<Response, String> {
    let client = target.client.as_ref().map_err(Clone::clone)?;
    let signatures = target.secrets.iter();
    let signatures = signatures.map(|secret| secret.sign(id, timestamp, body.as_bytes()));
    let request = client
        .post(target.url.clone())
        .header(USER_AGENT, AGENT)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header(
            "webhook-signature",
            signatures.collect::<Vec<_>>().join(" "),
        );
    let sent = request.body(body).send().await;
    sent.map_err(|error| words(&error.without_url()))
}

/// Why there is no answer, without the address.
fn words(error: &reqwest::Error) -> String {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(private) = inner.downcast_ref::<Private>() {
            return private.to_string();
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        return too_late();
    }
    Chain(error).to_string()
}

async fn judged(response: Response) -> Attempt {
    let status = response.status();
    let retry_after = retry_after(response.headers(), Utc::now());
    let beginning = tokio::time::timeout(READING, beginning(response)).await;
    Attempt {
        status: Some(status.as_u16()),
        error: error_of(status),
        answer: beginning.ok().filter(|text| !text.is_empty()),
        last: status == StatusCode::GONE,
        retry_after,
        ..Attempt::not_made(String::new())
    }
}

fn error_of(status: StatusCode) -> Option<String> {
    if status.is_success() {
        None
    } else if status.is_redirection() {
        let code = status.as_u16();
        Some(format!("answered {code}: redirects are not followed"))
    } else {
        Some(format!("answered {}", status.as_u16()))
    }
}

/// How an answer begins, as text; no more of it is read than that.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk[..chunk.len().min(KEPT - bytes.len())]);
        if bytes.len() >= KEPT {
            break;
        }
    }
    // Postgres' text cannot hold NUL.
    String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}")
}

/// The header's seconds, or the time until its date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    (date.to_utc() - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_to_be_asked_later_is_read_in_both_forms() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        let date = read("Thu, 01 Jan 2026 00:01:00 GMT");
        assert_eq!(date, Some(Duration::from_secs(60)));
        for none in ["soon", "-1", "Wed, 31 Dec 2025 00:00:00 GMT"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn only_what_is_taken_is_no_error() {
        assert_eq!(error_of(StatusCode::ACCEPTED), None);
        let redirect = error_of(StatusCode::FOUND).unwrap();
        assert!(redirect.contains("302") && redirect.contains("not followed"));
        assert!(error_of(StatusCode::SWITCHING_PROTOCOLS).is_some());
        assert!(error_of(StatusCode::INTERNAL_SERVER_ERROR).is_some());
    }
}
