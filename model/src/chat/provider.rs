//! Which server a model is asked at, and with which key.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::ModelError;

/// A kind of server that speaks OpenAI's chat completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// openrouter.ai, which hands on to many.
    Openrouter,
    /// LM Studio on somebody's own machine.
    Lmstudio,
    /// Ollama on somebody's own machine.
    Ollama,
    /// OpenAI, and with a base URL whatever speaks like it: vLLM, `SGLang`, llama.cpp, `LiteLLM`.
    Openai,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Openrouter, Self::Lmstudio, Self::Ollama, Self::Openai];

    /// The provider of this name in settings.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// Its name in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openrouter => "openrouter",
            Self::Lmstudio => "lmstudio",
            Self::Ollama => "ollama",
            Self::Openai => "openai",
        }
    }

    /// Where it is unless somebody says otherwise.
    #[must_use]
    pub const fn default_base_url(self) -> &'static str {
        match self {
            Self::Openrouter => "https://openrouter.ai/api/v1",
            Self::Lmstudio => "http://localhost:1234/v1",
            Self::Ollama => "http://localhost:11434/v1",
            Self::Openai => "https://api.openai.com/v1",
        }
    }

    /// The path of its API where a base URL has none.
    const fn usual_path(self) -> &'static str {
        match self {
            Self::Openrouter => "/api/v1",
            Self::Lmstudio | Self::Ollama | Self::Openai => "/v1",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One server with one model. `Debug` hides the key, and a password in the address.
#[derive(Clone)]
pub struct Endpoint {
    /// What kind of server it is.
    pub provider: Provider,
    /// Where its API begins; `/chat/completions` comes behind it.
    pub base_url: Url,
    /// What it wants to be shown. Servers on somebody's own machine mostly want none.
    pub api_key: Option<SecretString>,
    /// The model. Without one, the first that is loaded (or else listed) is asked, and at
    /// OpenRouter the account's own choice.
    pub model: Option<String>,
}

impl Endpoint {
    /// An endpoint by what stands in settings; an empty string is as good as none.
    ///
    /// A base URL may lack its path (`http://localhost:11434`), or end with `/chat/completions`.
    ///
    /// # Errors
    /// When the base URL is none of HTTP.
    pub fn new(
        provider: Provider,
        base_url: Option<&str>,
        api_key: Option<SecretString>,
        model: Option<String>,
    ) -> Result<Self, ModelError> {
        let given = base_url.map(str::trim).filter(|url| !url.is_empty());
        let base_url = tidy(provider, given.unwrap_or(provider.default_base_url()))?;
        Ok(Self {
            provider,
            base_url,
            api_key: api_key.filter(|key| !key.expose_secret().trim().is_empty()),
            model: model.filter(|model| !model.trim().is_empty()),
        })
    }

    /// The address of a call below the base URL, as in `chat/completions`.
    pub(super) fn call(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        url
    }

    /// An address beside the base URL, for what servers have outside of OpenAI's API.
    pub(super) fn beside(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(path);
        url.set_query(None);
        url
    }

    /// The base URL without what might be secret in it.
    pub(super) fn shown(&self) -> String {
        let mut url = self.base_url.clone();
        // Both fail only for addresses without a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.to_string()
    }

    /// `text` of a server without the key, which some repeat in what they refuse.
    pub(super) fn mask(&self, text: &str) -> String {
        match self.api_key.as_ref().map(|key| key.expose_secret().trim()) {
            Some(key) if !key.is_empty() => text.replace(key, "***"),
            _ => text.to_owned(),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("provider", &self.provider)
            .field("base_url", &self.shown())
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

fn tidy(provider: Provider, given: &str) -> Result<Url, ModelError> {
    let refuse = |why: &str| ModelError::Setup {
        why: format!(
            "the base URL has to be like {}: {why}",
            provider.default_base_url()
        ),
    };
    let mut url = Url::parse(given).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(refuse("it is none of HTTP"));
    }
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let path = path
        .strip_suffix("/chat/completions")
        .unwrap_or(path)
        .to_owned();
    url.set_path(if path.is_empty() {
        provider.usual_path()
    } else {
        &path
    });
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(provider: Provider, given: &str) -> String {
        let endpoint = Endpoint::new(provider, Some(given), None, None).unwrap();
        endpoint.call("chat/completions").to_string()
    }

    #[test]
    fn a_base_url_may_be_short_or_long() {
        let whole = "http://localhost:11434/v1/chat/completions";
        for given in [
            "",
            "http://localhost:11434",
            "http://localhost:11434/v1/",
            whole,
        ] {
            assert_eq!(url(Provider::Ollama, given), whole);
        }
        let proxied = url(Provider::Openai, "https://llm.example/team/openai?v=2");
        assert_eq!(
            proxied,
            "https://llm.example/team/openai/chat/completions?v=2"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for given in ["localhost:1234", "ftp://x/v1", "/v1", "http://"] {
            let refused = Endpoint::new(Provider::Openai, Some(given), None, None);
            assert!(refused.is_err(), "{given}");
        }
    }

    #[test]
    fn a_key_is_shown_nowhere() {
        let key = Some(SecretString::from("sk-very-secret"));
        let base = Some("https://me:hidden@llm.example/v1");
        let endpoint = Endpoint::new(Provider::Openai, base, key, None).unwrap();
        let shown = format!("{endpoint:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("hidden"),
            "{shown}"
        );
        assert_eq!(endpoint.mask("no sk-very-secret here"), "no *** here");
        assert_eq!(endpoint.shown(), "https://llm.example/v1");
    }
}
