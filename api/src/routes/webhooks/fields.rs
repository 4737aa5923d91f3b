//! What a request may say of a webhook.

use leo_common::outgoing::Outgoing;
use leo_protocol::webhooks::WebhookEvent;
use url::Url;

use crate::error::ApiError;
use crate::validate;

/// Addresses are at most this long, in characters.
const MAX_URL: usize = 2048;
/// Descriptions are at most this long, in characters.
const MAX_DESCRIPTION: usize = 200;

/// An address that may be posted to, as far as can be told by its look. It is not repeated in any
/// error, since it may hold a credential.
pub(super) fn url(text: &str, outgoing: &Outgoing) -> Result<Url, ApiError> {
    let wrong = |what: &str| ApiError::invalid("url", what);
    if text.chars().count() > MAX_URL {
        return Err(wrong(&format!("must have at most {MAX_URL} characters")));
    }
    let url = Url::parse(text).map_err(|_| wrong("must be an address like https://host/hook"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a name or password"));
    }
    if url.fragment().is_some() {
        return Err(wrong("must not hold a fragment (`#`)"));
    }
    outgoing.look_at(&url).map_err(|private| {
        let what = format!(
            "names {}, an address of a private network, which this server does not ask (PRIVATE_ADDRESSES)",
            private.host
        );
        wrong(&what)
    })?;
    Ok(url)
}

/// Each once, in their order.
pub(super) fn events(asked: &[WebhookEvent]) -> Result<Vec<WebhookEvent>, ApiError> {
    let events: Vec<_> = WebhookEvent::ALL
        .into_iter()
        .filter(|event| asked.contains(event))
        .collect();
    if events.is_empty() {
        return Err(ApiError::invalid("events", "must name at least one event"));
    }
    Ok(events)
}

/// Without space around it; empty for none.
pub(super) fn description(text: &str) -> Result<&str, ApiError> {
    let text = text.trim();
    if !text.is_empty() {
        validate::line("description", text, MAX_DESCRIPTION)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use leo_common::config::PrivateAddresses;

    use super::*;

    #[test]
    fn addresses_are_of_the_web_and_hold_no_credential() {
        leo_common::tls::init();
        let outgoing = Outgoing::new(PrivateAddresses::Refuse, None).unwrap();
        for good in ["https://hooks.example/T1/B2?x=y", "http://8.8.8.8:81"] {
            assert!(url(good, &outgoing).is_ok(), "{good}");
        }
        for bad in [
            "",
            "hooks.example",
            "file:///etc/passwd",
            "https://me:geheim@hooks.example",
            "https://geheim@hooks.example",
            "https://hooks.example/#geheim",
            "http://127.0.0.1/geheim",
            "http://localhost:1",
            &format!("https://hooks.example/{}", "a".repeat(3000)),
        ] {
            let said = url(bad, &outgoing).unwrap_err().to_string();
            assert!(said.contains("`url`") && !said.contains("geheim"), "{said}");
        }
    }

    #[test]
    fn events_are_named_once_each() {
        use WebhookEvent::{JobCompleted, JobFailed};
        let asked = [JobFailed, JobCompleted, JobFailed];
        assert_eq!(events(&asked).unwrap(), [JobCompleted, JobFailed]);
        assert!(events(&[]).is_err());
    }

    #[test]
    fn a_description_is_a_line_or_nothing() {
        assert_eq!(description(" mine ").unwrap(), "mine");
        assert_eq!(description(" ").unwrap(), "");
        assert!(description("a\nb").is_err());
    }
}
