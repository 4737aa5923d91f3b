//! What is tested: as the request says, else as the user has set it, else as the installation.
//!
//! A key goes to the server that it was given for and to no other: one from the request to where the
//! request says, a stored one to its own provider and address, and the installation's only where the
//! request names neither. So nobody gets a key to see by naming a server of his own.

use leo_common::config::Provider;
use leo_common::job_model::{JobModel, NoModel};
use leo_model::chat;
use secrecy::SecretString;
use url::Url;

/// What a request says; nothing of it needs to be there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) provider: Option<Provider>,
    pub(crate) base_url: Option<Url>,
    pub(crate) key: Option<SecretString>,
    pub(crate) model: Option<String>,
}

/// What stands in the settings, and whose they are.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) model: Result<JobModel, NoModel>,
    /// The user's own.
    pub(super) own: bool,
}

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Given,
    Stored,
    Installation,
    None,
}

/// What is tested.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) provider: Provider,
    pub(super) base_url: Option<Url>,
    pub(super) key: Option<SecretString>,
    pub(super) whose: Key,
    pub(super) model: Option<String>,
}

impl Target {
    /// # Errors
    /// When the settings are needed and cannot be used.
    pub(super) fn of(asked: Asked, known: Known) -> Result<Self, NoModel> {
        let settings = match known.model {
            Ok(settings) => settings,
            Err(why) => return whole(asked).ok_or(why),
        };
        let names_one = asked.provider.is_some() || asked.base_url.is_some();
        let provider = asked.provider.unwrap_or(settings.provider());
        let base_url = match asked.base_url {
            Some(url) => Some(url),
            None if provider == settings.provider() => settings.base_url().cloned(),
            None => None,
        };
        let same_server = provider == settings.provider()
            && place(provider, base_url.as_ref()) == place(provider, settings.base_url());
        let may_have_key = same_server && (known.own || !names_one);
        let kept = settings.key().filter(|_| may_have_key).cloned();
        let whose = match (&asked.key, &kept) {
            (Some(_), _) => Key::Given,
            (None, Some(_)) if known.own => Key::Stored,
            (None, Some(_)) => Key::Installation,
            (None, None) => Key::None,
        };
        let model = settings.model().filter(|_| same_server);
        Ok(Self {
            provider,
            base_url,
            key: asked.key.or(kept),
            whose,
            model: asked.model.or_else(|| model.map(str::to_owned)),
        })
    }
}

/// What a request says that needs nothing from settings.
fn whole(asked: Asked) -> Option<Target> {
    Some(Target {
        provider: asked.provider?,
        base_url: asked.base_url,
        key: Some(asked.key?),
        whose: Key::Given,
        model: asked.model,
    })
}

/// Where a provider is, in the form in which it is asked; nowhere for the demo.
pub(crate) fn place(provider: Provider, base_url: Option<&Url>) -> Option<Url> {
    let kind = chat::Provider::from_name(provider.as_str())?;
    let endpoint = chat::Endpoint::new(kind, base_url.map(Url::as_str), None, None);
    endpoint.ok().map(|endpoint| endpoint.base_url)
}

#[cfg(test)]
mod tests {
    use leo_common::config::Model;
    use secrecy::ExposeSecret as _;

    use super::*;

    const HOME: &str = "https://llm.example/v1";

    fn known(own: bool) -> Known {
        let settings = Model {
            llm_provider: Provider::Openai,
            llm_base_url: Url::parse(HOME).ok(),
            llm_api_key: Some("sk-kept".into()),
            llm_model: Some("large".to_owned()),
            hints: leo_common::config::Hints::default(),
            demo_speed: None,
        };
        Known {
            model: Ok(JobModel::of_installation(&settings, None)),
            own,
        }
    }

    fn asked(provider: Option<Provider>, url: Option<&str>) -> Asked {
        Asked {
            provider,
            base_url: url.map(|url| Url::parse(url).unwrap()),
            ..Asked::default()
        }
    }

    fn key(asked: Asked, own: bool) -> (Key, Option<String>) {
        let target = Target::of(asked, known(own)).unwrap();
        let key = target.key.map(|key| key.expose_secret().to_owned());
        (target.whose, key)
    }

    #[test]
    fn what_is_kept_serves_where_nothing_is_said() {
        let target = Target::of(Asked::default(), known(true)).unwrap();
        assert_eq!(target.base_url.unwrap().as_str(), HOME);
        assert_eq!(
            (target.whose, target.model.as_deref()),
            (Key::Stored, Some("large"))
        );
        let other = Asked {
            model: Some("small".to_owned()),
            ..Asked::default()
        };
        let target = Target::of(other, known(false)).unwrap();
        assert_eq!(
            (target.whose, target.model.as_deref()),
            (Key::Installation, Some("small"))
        );
    }

    #[test]
    fn a_kept_key_goes_to_its_own_server_alone() {
        let none = (Key::None, None);
        let openai = Some(Provider::Openai);
        for away in [
            "https://evil.example/v1",
            "https://llm.example:444/v1",
            "http://llm.example/v1",
            "https://llm.example/v2",
        ] {
            assert_eq!(key(asked(openai, Some(away)), true), none, "{away}");
            assert_eq!(key(asked(None, Some(away)), false), none, "{away}");
        }
        for provider in [Provider::Openrouter, Provider::Ollama] {
            assert_eq!(key(asked(Some(provider), None), true), none);
            assert_eq!(key(asked(Some(provider), Some(HOME)), true), none);
        }
        let kept = Some("sk-kept".to_owned());
        assert_eq!(
            key(asked(openai, Some(HOME)), true),
            (Key::Stored, kept.clone())
        );
        assert_eq!(
            key(asked(openai, Some("https://llm.example/v1/")), true),
            (Key::Stored, kept)
        );
        // Whoever names an address is not sent the installation's, even if it is the same.
        assert_eq!(key(asked(openai, Some(HOME)), false), none);
    }

    #[test]
    fn a_model_belongs_to_its_server() {
        let away = asked(None, Some("https://other.example/v1"));
        assert_eq!(Target::of(away, known(true)).unwrap().model, None);
    }

    #[test]
    fn settings_that_cannot_be_used_matter_only_where_they_are_needed() {
        let broken = || Known {
            model: Err(NoModel::NoVault),
            own: true,
        };
        assert_eq!(
            Target::of(Asked::default(), broken()).unwrap_err(),
            NoModel::NoVault
        );
        let half = asked(Some(Provider::Openai), Some(HOME));
        assert!(Target::of(half.clone(), broken()).is_err());
        let given = Asked {
            key: Some("sk-given".into()),
            ..half
        };
        assert_eq!(Target::of(given, broken()).unwrap().whose, Key::Given);
    }
}
