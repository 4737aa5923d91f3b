//! What a request may say of a provider.

use leo_common::config::Provider;
use leo_common::outgoing::Outgoing;
use secrecy::SecretString;
use url::Url;

use crate::error::ApiError;
use crate::validate;

/// Addresses are at most this long, in characters.
const MAX_URL: usize = 2048;
/// Keys have so many characters. Shorter ones could not be masked in what containers print.
const KEY: std::ops::RangeInclusive<usize> = 8..=1024;

pub(super) fn provider(name: &str) -> Result<Provider, ApiError> {
    Provider::named(name).ok_or_else(|| {
        let all = Provider::ALL.map(Provider::as_str).join(", ");
        ApiError::invalid("provider", format!("must be one of {all}"))
    })
}

pub(super) fn model(name: String) -> Result<String, ApiError> {
    validate::model(&name)?;
    Ok(name)
}

/// An address that may be asked, as far as can be told by its look.
pub(super) fn base_url(text: &str, outgoing: &Outgoing) -> Result<Url, ApiError> {
    let url = address(text)?;
    outgoing.look_at(&url).map_err(|private| {
        let what = format!(
            "names {}, an address of a private network, which this server does not ask (PRIVATE_ADDRESSES)",
            private.host
        );
        ApiError::invalid("baseUrl", what)
    })?;
    Ok(url)
}

fn address(text: &str) -> Result<Url, ApiError> {
    let wrong = |what: &str| ApiError::invalid("baseUrl", what);
    if text.chars().count() > MAX_URL {
        return Err(wrong(&format!("must have at most {MAX_URL} characters")));
    }
    let url = Url::parse(text).map_err(|_| wrong("must be an address like https://host/v1"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a name or password; use `apiKey`"));
    }
    if url.fragment().is_some() || url.query().is_some() {
        return Err(wrong("must end with its path"));
    }
    Ok(url)
}

/// The text is not repeated in any error.
pub(super) fn key(text: String) -> Result<SecretString, ApiError> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !printable || !KEY.contains(&text.len()) {
        let (least, most) = (KEY.start(), KEY.end());
        let what = format!("must have {least} to {most} visible ASCII characters, and no spaces");
        return Err(ApiError::invalid("apiKey", what));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use leo_common::config::PrivateAddresses;

    use super::*;

    #[test]
    fn addresses_are_of_the_web_and_hold_no_credential() {
        for good in [
            "https://llm.example/v1",
            "http://127.0.0.1:1234",
            "http://[::1]:1/",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "llm.example",
            "file:///etc/passwd",
            "https://me@llm.example",
            "https://me:geheim@llm.example",
            "https://llm.example/?key=geheim",
            "https://llm.example/#x",
            "javascript:alert(1)",
        ] {
            let error = address(bad).unwrap_err().to_string();
            assert!(
                error.contains("`baseUrl`") && !error.contains("geheim"),
                "{error}"
            );
        }
        assert!(address(&format!("https://x.example/{}", "a".repeat(3000))).is_err());
    }

    #[test]
    fn addresses_of_ones_own_network_are_for_private_servers() {
        leo_common::tls::init();
        let outgoing = |policy| Outgoing::new(policy, None).unwrap();
        let inside = "http://192.168.0.7:11434/v1";
        assert!(base_url(inside, &outgoing(PrivateAddresses::Allow)).is_ok());
        let refused = base_url(inside, &outgoing(PrivateAddresses::Refuse)).unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("`baseUrl` names 192.168.0.7"), "{said}");
    }

    #[test]
    fn keys_are_texts_that_can_be_masked() {
        assert!(key("sk-12345".to_owned()).is_ok());
        for bad in ["", "short", "with space", "zwei\nzeilen", "schlüssel"] {
            let error = key(bad.to_owned()).unwrap_err().to_string();
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }
}
