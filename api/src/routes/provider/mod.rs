//! A user's own model provider, which his jobs use in the place of the installation's.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use leo_common::config::Provider;
use leo_common::outgoing::Outgoing;
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

mod fields;
pub(crate) mod test;

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
    let wanted = Wanted::read(request, &state.outgoing)?;
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
    fn read(request: SetProvider, outgoing: &Outgoing) -> Result<Self, ApiError> {
        let base_url = request.base_url.as_deref();
        let base_url = base_url.map(|url| fields::base_url(url, outgoing));
        Ok(Self {
            provider: fields::provider(&request.provider)?,
            base_url: base_url.transpose()?,
            key: request.api_key.map(fields::key).transpose()?,
            model: request.model.map(fields::model).transpose()?,
        })
    }
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
    fn hardly_anything_is_told_of_a_key() {
        assert_eq!(hint("sk-1234567890abcd").as_deref(), Some("abcd"));
        assert_eq!(hint("sk-123456"), None);
    }
}
