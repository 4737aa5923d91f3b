//! Which model a job's generator calls, and with which key.
//!
//! A user's own provider stands in the place of the installation's as a whole: nothing of the one,
//! above all no key, is mixed with the other. Whether worker or api tells the generator, it is
//! decided here. The key is not part of anything that is stored or logged.

use leo_protocol::UserId;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::config::{Hints, Model, Provider};
use crate::store::providers::StoredProvider;
use crate::vault::{Purpose, Vault, VaultError};

/// The model of a job.
#[derive(Debug, Clone)]
pub struct JobModel {
    provider: Provider,
    base_url: Option<Url>,
    key: Option<SecretString>,
    model: Option<String>,
    demo_speed: Option<f64>,
    /// What the installation knows of its own model, and of no other.
    hints: Hints,
    /// Keys that a container of the user may have been given.
    known: Vec<SecretString>,
}

/// Why a user's provider cannot be used. The texts are for him.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoModel {
    /// Keys cannot be opened here at all.
    #[error(
        "your model provider's key cannot be used: this server has no LEO_SECRET_KEY to decrypt it with"
    )]
    NoVault,
    /// This one cannot.
    #[error("your model provider's key cannot be decrypted; set it again in the settings")]
    Sealed(#[source] VaultError),
    /// A provider of another version of Leo.
    #[error("your model provider `{0}` is not known to this version of Leo")]
    Unknown(String),
    /// An address that is none.
    #[error("the address of your model provider is not one")]
    BadAddress,
    /// An address that means another machine to a container.
    #[error(
        "containers cannot reach the model provider at `{0}`, a loopback address; it needs an address of the model server's own"
    )]
    OutOfReach(Url),
}

impl JobModel {
    /// The model of a job of `user`, who has set `stored`, and has asked for the model `wanted`.
    ///
    /// # Errors
    /// When his settings cannot be used. They are never passed over.
    pub fn resolve(
        installation: &Model,
        vault: Option<&Vault>,
        user: UserId,
        stored: Option<&StoredProvider>,
        wanted: Option<String>,
    ) -> Result<Self, NoModel> {
        let common = Self::of_installation(installation, wanted.clone());
        let mut known = common.known.clone();
        // One that cannot be opened any more is of no container that still runs.
        let before = stored.and_then(|stored| stored.secret_before.as_deref());
        known.extend(before.and_then(|before| open(vault, user, before).ok()));
        let Some(own) = stored.filter(|stored| !stored.removed) else {
            return Ok(Self { known, ..common });
        };
        let key = own.secret.as_deref();
        let key = key.map(|key| open(vault, user, key)).transpose()?;
        known.extend(key.clone());
        let base_url = own.base_url.as_deref().map(Url::parse).transpose();
        Ok(Self {
            provider: Provider::named(&own.provider)
                .ok_or_else(|| NoModel::Unknown(own.provider.clone()))?,
            base_url: base_url.map_err(|_| NoModel::BadAddress)?,
            key,
            model: wanted.or_else(|| own.model.clone()),
            demo_speed: installation.demo_speed,
            hints: Hints::default(),
            known,
        })
    }

    /// The model of the installation, whoever the user is, unless he has asked for another one.
    #[must_use]
    pub fn of_installation(installation: &Model, wanted: Option<String>) -> Self {
        let other = wanted.is_some() && wanted != installation.llm_model;
        Self {
            provider: installation.llm_provider,
            base_url: installation.llm_base_url.clone(),
            key: installation.llm_api_key.clone(),
            model: wanted.or_else(|| installation.llm_model.clone()),
            demo_speed: installation.demo_speed,
            // Another model than the installation's own may be anything.
            hints: if other {
                Hints::default()
            } else {
                installation.hints.clone()
            },
            known: installation.llm_api_key.iter().cloned().collect(),
        }
    }

    /// The settings of the generator, as in its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let key = self.key.as_ref();
        let optional = [
            (
                "LLM_BASE_URL",
                self.base_url.as_ref().map(ToString::to_string),
            ),
            ("LLM_API_KEY", key.map(|key| key.expose_secret().to_owned())),
            ("LLM_MODEL", self.model.clone()),
            ("DEMO_SPEED", self.demo_speed.map(|speed| speed.to_string())),
        ];
        let provider = ("LLM_PROVIDER", self.provider.as_str().to_owned());
        let optional = optional.into_iter();
        std::iter::once(provider)
            .chain(optional.filter_map(|(name, value)| Some((name, value?))))
            .chain(self.hints.environment())
            .collect()
    }

    /// Where its provider is, if only programs of the same machine reach that: by the address that is set,
    /// or the usual one of a provider that runs at home.
    #[must_use]
    pub fn local_address(&self) -> Option<Url> {
        let usual = || Url::parse(self.provider.local_address()?).ok();
        let address = self.base_url.clone().or_else(usual);
        address.filter(|address| self.needs_network() && is_loopback(address))
    }

    /// The same model where the machine of a local address is called `host`.
    #[must_use]
    pub fn through(&self, host: &str) -> Self {
        let mut through = self.clone();
        if let Some(mut address) = self.local_address() {
            // A name that is none, the address does not take; it stays as it is then.
            through.base_url = address.set_host(Some(host)).is_ok().then_some(address);
        }
        through
    }

    /// Who generates.
    #[must_use]
    pub const fn provider(&self) -> Provider {
        self.provider
    }

    /// Where he is, if not at his usual place.
    #[must_use]
    pub const fn base_url(&self) -> Option<&Url> {
        self.base_url.as_ref()
    }

    /// His key.
    #[must_use]
    pub const fn key(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    /// The model's name there.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Whether the generator must reach a network.
    #[must_use]
    pub const fn needs_network(&self) -> bool {
        self.provider.needs_network()
    }

    /// What must not be seen in the job's stream.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|secret| secret.expose_secret())
    }
}

/// Whether the address means whatever machine it is used on, as the unspecified ones do to whoever
/// connects to them.
fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.is_loopback() || ip.is_unspecified(),
            None => ip.is_loopback() || ip.is_unspecified(),
        },
        None => false,
    }
}

fn open(vault: Option<&Vault>, user: UserId, sealed: &[u8]) -> Result<SecretString, NoModel> {
    let vault = vault.ok_or(NoModel::NoVault)?;
    let opened = vault.open(user, Purpose::ProviderKey, sealed);
    opened.map_err(NoModel::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation() -> Model {
        Model {
            llm_provider: Provider::Openai,
            llm_base_url: Url::parse("https://llm.example/v1").ok(),
            llm_api_key: Some("sk-installation".into()),
            llm_model: Some("large".to_owned()),
            demo_speed: None,
            hints: Hints::default(),
        }
    }

    fn vault(key: &str) -> Vault {
        Vault::new(&SecretString::from(key), [])
    }

    fn stored(user: UserId) -> StoredProvider {
        let sealed = |secret: &str| {
            let secret = SecretString::from(secret);
            vault("k").seal(user, Purpose::ProviderKey, &secret).ok()
        };
        StoredProvider {
            provider: "openrouter".to_owned(),
            base_url: None,
            model: None,
            secret: sealed("sk-user"),
            secret_before: sealed("sk-before"),
            removed: false,
        }
    }

    fn resolve(
        user: UserId,
        stored: Option<&StoredProvider>,
        key: &str,
    ) -> Result<JobModel, NoModel> {
        JobModel::resolve(&installation(), Some(&vault(key)), user, stored, None)
    }

    #[test]
    fn a_users_provider_is_his_alone() {
        let user = UserId::generate();
        let model = resolve(user, Some(&stored(user)), "k").unwrap();
        let expected = [("LLM_PROVIDER", "openrouter"), ("LLM_API_KEY", "sk-user")];
        let expected = expected.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(model.environment(), expected);
        let secrets: Vec<_> = model.secrets().collect();
        assert_eq!(secrets, ["sk-installation", "sk-before", "sk-user"]);
    }

    #[test]
    fn without_one_the_installations_serves() {
        let user = UserId::generate();
        let model = resolve(user, None, "k").unwrap();
        assert_eq!(model.environment().len(), 4);
        let removed = StoredProvider {
            removed: true,
            ..stored(user)
        };
        let model = resolve(user, Some(&removed), "k").unwrap();
        let environment = model.environment();
        assert!(environment.contains(&("LLM_API_KEY", "sk-installation".to_owned())));
        assert!(model.secrets().any(|secret| secret == "sk-before"));
    }

    fn at(provider: Provider, address: Option<&str>) -> JobModel {
        let model = Model {
            llm_provider: provider,
            llm_base_url: address.map(|address| Url::parse(address).unwrap()),
            ..installation()
        };
        JobModel::of_installation(&model, None)
    }

    #[test]
    fn a_local_address_is_known_in_all_its_forms() {
        for local in [
            "http://localhost:1234/v1",
            "http://LOCALHOST./v1",
            "https://llm.localhost",
            "http://127.0.0.1:8000",
            "http://127.8.9.1",
            "http://0.0.0.0:8000",
            "http://[::1]:8000",
            "http://[::ffff:127.0.0.1]",
        ] {
            let model = at(Provider::Openai, Some(local));
            assert!(model.local_address().is_some(), "{local}");
        }
        for other in [
            "https://llm.example/v1",
            "http://10.0.0.5:8000",
            "http://localhost.example",
            "http://[fe80::1]",
        ] {
            let model = at(Provider::Ollama, Some(other));
            assert_eq!(model.local_address(), None, "{other}");
            assert_eq!(model.through("gateway").environment(), model.environment());
        }
        assert_eq!(at(Provider::Openai, None).local_address(), None);
        let unused = at(Provider::Demo, Some("http://localhost"));
        assert_eq!(unused.local_address(), None);
    }

    #[test]
    fn a_container_is_told_another_name_for_its_machine() {
        let told = |provider, address| {
            let model = at(provider, address).through("host.docker.internal");
            let environment = model.environment();
            let address = environment.iter().find(|(name, _)| *name == "LLM_BASE_URL");
            address.map(|(_, address)| address.clone()).unwrap()
        };
        let usual = "http://host.docker.internal:1234/v1";
        assert_eq!(told(Provider::Lmstudio, None), usual);
        let usual = "http://host.docker.internal:11434/v1";
        assert_eq!(told(Provider::Ollama, None), usual);
        let own = "http://host.docker.internal:8000/v1?x=y";
        let address = Some("http://[::1]:8000/v1?x=y");
        assert_eq!(told(Provider::Openai, address), own);
    }

    #[test]
    fn what_cannot_be_opened_is_never_replaced() {
        let user = UserId::generate();
        let other = resolve(user, Some(&stored(user)), "another").unwrap_err();
        assert_eq!(other, NoModel::Sealed(VaultError::UnknownKey));
        let stranger = resolve(UserId::generate(), Some(&stored(user)), "k").unwrap_err();
        assert_eq!(stranger, NoModel::Sealed(VaultError::Damaged));
        let none = JobModel::resolve(&installation(), None, user, Some(&stored(user)), None);
        assert_eq!(none.unwrap_err(), NoModel::NoVault);
    }
}
