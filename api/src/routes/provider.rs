//! A user's own model provider, which his jobs use in the place of the installation's.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::config::Provider;
use leo_common::store::providers::{NewProvider, StoredProvider};
use leo_common::vault::{Purpose, Vault};
use leo_protocol::UserId;
use leo_protocol::problem::Problem;
use leo_protocol::provider::{ProviderSettings, SetProvider};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::auth::{Admin, May, Read};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::ValidJson;
use crate::state::AppState;
use crate::validate;

/// Addresses are at most this long, in characters.
const MAX_URL: usize = 2048;
/// Keys have so many characters. Shorter ones could not be masked in what containers print.
const KEY: std::ops::RangeInclusive<usize> = 8..=1024;
/// So many characters of a key are told.
const HINT: usize = 4;
/// Of shorter keys nothing is told.
const HINTED: usize = 16;

/// What is set.
#[utoipa::path(get, path = "/api/settings/provider", tag = "account", responses(
    (status = 200, description = "what is set; no `provider` where nothing is", body = ProviderSettings),
))]
pub(crate) async fn get(
    who: May<Read>,
    State(state): State<AppState>,
) -> Result<Json<ProviderSettings>, ApiError> {
    let stored = state.db.provider(who.user).await?;
    let stored = stored.filter(|stored| !stored.removed);
    Ok(Json(
        stored.map_or_else(ProviderSettings::default, |stored| {
            shown(stored, state.vault.as_ref(), who.user)
        }),
    ))
}

/// Sets the provider. Running jobs go on with what they began with.
#[utoipa::path(put, path = "/api/settings/provider", tag = "account", request_body = SetProvider, responses(
    (status = 200, description = "what is set", body = ProviderSettings),
    (status = 409, description = "this server keeps no secrets: LEO_SECRET_KEY is not set", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn put(
    who: May<Admin>,
    State(state): State<AppState>,
    arrival: Arrival,
    ValidJson(request): ValidJson<SetProvider>,
) -> Result<Json<ProviderSettings>, ApiError> {
    let vault = state.vault.as_ref().ok_or(ApiError::NoSecretKey)?;
    let wanted = Wanted::read(request)?;
    let key = wanted.key.as_ref();
    let sealed = key.map(|key| vault.seal(who.user, Purpose::ProviderKey, key));
    let sealed = sealed
        .transpose()
        .map_err(|_| ApiError::Internal("a provider's key could not be encrypted"))?;
    let new = NewProvider {
        provider: wanted.provider.as_str(),
        base_url: wanted.base_url.as_ref().map(Url::as_str),
        model: wanted.model.as_deref(),
        secret: sealed.as_deref(),
    };
    let address = arrival.address();
    let address = address.as_deref();
    let stored = state.db.set_provider(who.user, new, address).await?;
    Ok(Json(shown(stored, Some(vault), who.user)))
}

/// Goes back to the installation's provider.
#[utoipa::path(delete, path = "/api/settings/provider", tag = "account", responses(
    (status = 204, description = "nothing is set"),
))]
pub(crate) async fn delete(
    who: May<Admin>,
    State(state): State<AppState>,
    arrival: Arrival,
) -> Result<StatusCode, ApiError> {
    let address = arrival.address();
    state
        .db
        .remove_provider(who.user, address.as_deref())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A request that can be accepted.
struct Wanted {
    provider: Provider,
    base_url: Option<Url>,
    key: Option<SecretString>,
    model: Option<String>,
}

impl Wanted {
    fn read(request: SetProvider) -> Result<Self, ApiError> {
        let provider = Provider::named(&request.provider);
        let provider = provider.ok_or_else(|| {
            let all = Provider::ALL.map(Provider::as_str).join(", ");
            ApiError::invalid("provider", format!("must be one of {all}"))
        })?;
        if let Some(model) = &request.model {
            validate::model(model)?;
        }
        Ok(Self {
            provider,
            base_url: request.base_url.as_deref().map(base_url).transpose()?,
            key: request.api_key.map(key).transpose()?,
            model: request.model,
        })
    }
}

fn base_url(text: &str) -> Result<Url, ApiError> {
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
fn key(text: String) -> Result<SecretString, ApiError> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !printable || !KEY.contains(&text.len()) {
        let (least, most) = (KEY.start(), KEY.end());
        let what = format!("must have {least} to {most} visible ASCII characters, and no spaces");
        return Err(ApiError::invalid("apiKey", what));
    }
    Ok(text.into())
}

fn shown(stored: StoredProvider, vault: Option<&Vault>, user: UserId) -> ProviderSettings {
    let key = stored.secret.as_deref().zip(vault);
    let key = key.and_then(|(sealed, vault)| vault.open(user, Purpose::ProviderKey, sealed).ok());
    ProviderSettings {
        provider: Some(stored.provider),
        base_url: stored.base_url,
        model: stored.model,
        has_key: stored.secret.is_some(),
        key_hint: key.and_then(|key| hint(key.expose_secret())),
    }
}

fn hint(key: &str) -> Option<String> {
    let told = key
        .len()
        .checked_sub(HINT)
        .filter(|_| key.len() >= HINTED)?;
    key.get(told..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_web_and_hold_no_credential() {
        for good in [
            "https://llm.example/v1",
            "http://127.0.0.1:1234",
            "http://[::1]:1/",
        ] {
            assert!(base_url(good).is_ok(), "{good}");
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
            let error = base_url(bad).unwrap_err().to_string();
            assert!(
                error.contains("`baseUrl`") && !error.contains("geheim"),
                "{error}"
            );
        }
        assert!(base_url(&format!("https://x.example/{}", "a".repeat(3000))).is_err());
    }

    #[test]
    fn keys_are_texts_that_can_be_masked() {
        assert!(key("sk-12345".to_owned()).is_ok());
        for bad in ["", "short", "with space", "zwei\nzeilen", "schlüssel"] {
            let error = key(bad.to_owned()).unwrap_err().to_string();
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }

    #[test]
    fn hardly_anything_is_told_of_a_key() {
        assert_eq!(hint("sk-1234567890abcd").as_deref(), Some("abcd"));
        assert_eq!(hint("sk-123456"), None);
    }
}
