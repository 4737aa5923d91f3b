//! A client of one endpoint.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{RequestBuilder, redirect};
use secrecy::ExposeSecret as _;
use tokio::sync::OnceCell;

use super::quirks::{Learned, Limit, Quirks};
use super::{Answer, Endpoint, ModelError, ModelInfo, Provider, Request, Timing, models, tls};
use crate::hosts;

/// Who asks.
const USER_AGENT: &str = concat!("leo/", env!("CARGO_PKG_VERSION"));
/// Connections that nobody uses are closed before most servers do.
const POOL_IDLE: Duration = Duration::from_secs(30);
/// OpenAI itself, whose reasoning models know the newer name of the limit only.
const OPENAI: &str = "api.openai.com";

/// Those who can have a model go on with its own message, as they sign their lists.
const PREFILLING: [&str; 3] = ["vllm", "sglang", "llamacpp"];

/// A client of one endpoint; cheap to clone. Clones share connections, and what was learned of the
/// server.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) endpoint: Endpoint,
    pub(super) timing: Timing,
    pub(super) learned: Learned,
    http: reqwest::Client,
    model: OnceCell<Option<String>>,
    prefills: OnceCell<bool>,
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(endpoint: Endpoint, timing: Timing) -> Result<Self, ModelError> {
        let mut http = reqwest::Client::builder();
        let name = endpoint.base_url.host_str().unwrap_or_default();
        if let Some(address) = hosts::lookup(name) {
            // The port is that of the URL.
            http = http.resolve(name, SocketAddr::new(address, 0));
        }
        let http = http
            .tls_backend_preconfigured(tls::config()?)
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .connect_timeout(timing.connect)
            .pool_idle_timeout(POOL_IDLE)
            .build()
            .map_err(|error| ModelError::Setup {
                why: format!("there is no HTTP client: {error}"),
            })?;
        Ok(Self::with_http(endpoint, timing, http))
    }

    /// A client over an HTTP client that somebody else has made, who decides by it which addresses are
    /// asked and how long a connection may take. It must not follow redirects, or the key goes along.
    #[must_use]
    pub fn with_http(endpoint: Endpoint, timing: Timing, http: reqwest::Client) -> Self {
        let is_openai = endpoint.base_url.host_str() == Some(OPENAI);
        let limit = if is_openai {
            Limit::MaxCompletionTokens
        } else {
            Limit::MaxTokens
        };
        Self {
            inner: Arc::new(Inner {
                endpoint,
                timing,
                learned: Learned::new(Quirks {
                    limit,
                    ..Quirks::default()
                }),
                http,
                model: OnceCell::new(),
                prefills: OnceCell::new(),
            }),
        }
    }

    /// An answer to `request`. The request is made when the first part is asked for.
    #[must_use]
    pub fn answer(&self, request: Request) -> Answer {
        Answer::new(self.inner.clone(), request)
    }

    /// What the server lists, with what it tells of contexts and of what is loaded. It is asked once,
    /// and nothing is tried again.
    ///
    /// # Errors
    /// When it cannot be reached, refuses, or has no such list.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ModelError> {
        models::list(&self.inner).await
    }
}

impl Inner {
    /// `request` with the key.
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.endpoint.api_key {
            // Marked as sensitive by reqwest.
            Some(key) => request.bearer_auth(key.expose_secret().trim()),
            None => request,
        }
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.signed(self.http.post(self.endpoint.call(path)))
    }

    pub(super) fn get(&self, url: url::Url) -> RequestBuilder {
        self.signed(self.http.get(url))
    }

    /// The model to ask for; none where the server is to choose.
    pub(super) async fn model(&self) -> Result<Option<&str>, ModelError> {
        if let Some(model) = &self.endpoint.model {
            return Ok(Some(model));
        }
        let chosen = self.model.get_or_try_init(|| self.choose()).await?;
        Ok(chosen.as_deref())
    }

    async fn choose(&self) -> Result<Option<String>, ModelError> {
        if self.endpoint.provider == Provider::Openrouter {
            return Ok(None);
        }
        let mut models = models::list(self).await?;
        let loaded = models.iter().position(|model| model.loaded == Some(true));
        let listed = models.len();
        // Among many that cost money nobody chooses for the user.
        if loaded.is_none() && self.is_openai() {
            return Err(ModelError::NoModel {
                told: format!("; {listed} are listed"),
            });
        }
        if models.is_empty() {
            return Err(ModelError::NoModel {
                told: ", and the server lists none".to_owned(),
            });
        }
        Ok(Some(models.swap_remove(loaded.unwrap_or(0)).id))
    }

    /// Whether the server is one that can have a model go on with its own message. It is asked for
    /// what it lists, once, when that is wanted.
    pub(super) async fn prefills(&self) -> bool {
        if self.endpoint.provider != Provider::Openai || self.is_openai() {
            return false;
        }
        *self
            .prefills
            .get_or_init(|| models::is_by(self, &PREFILLING))
            .await
    }

    fn is_openai(&self) -> bool {
        self.endpoint.base_url.host_str() == Some(OPENAI)
    }

    /// Why nobody could be reached, without addresses that may hold a password.
    pub(super) fn unreachable(&self, error: reqwest::Error) -> ModelError {
        ModelError::Unreachable {
            url: self.endpoint.shown(),
            why: self.endpoint.mask(&chain(&error.without_url())),
        }
    }
}

/// An error with its causes; reqwest's own text says little.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}
