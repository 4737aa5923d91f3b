//! Which model the generator calls.

use secrecy::SecretString;

/// The model provider, handed on to the generator.
#[derive(Debug, Clone, clap::Args)]
pub struct Model {
    /// Who generates: `demo` needs no model and builds a canned app.
    #[arg(long, env = "LLM_PROVIDER", default_value = "demo")]
    pub llm_provider: Provider,
    /// Where the provider is.
    #[arg(long, env = "LLM_BASE_URL")]
    pub llm_base_url: Option<url::Url>,
    /// The provider's key.
    #[arg(long, env = "LLM_API_KEY", hide_env_values = true)]
    pub llm_api_key: Option<SecretString>,
    /// The model's name at the provider.
    #[arg(long, env = "LLM_MODEL")]
    pub llm_model: Option<String>,
    /// The pace of the demo provider: 1 is a human pace, 0 is none.
    #[arg(long, env = "DEMO_SPEED")]
    pub demo_speed: Option<f64>,
}

/// A model provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Provider {
    /// No model.
    Demo,
    /// OpenRouter.
    Openrouter,
    /// LM Studio.
    Lmstudio,
    /// Ollama.
    Ollama,
    /// OpenAI, or anything that speaks like it.
    Openai,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Demo,
        Self::Openrouter,
        Self::Lmstudio,
        Self::Ollama,
        Self::Openai,
    ];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The name as written in `LLM_PROVIDER`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Openrouter => "openrouter",
            Self::Lmstudio => "lmstudio",
            Self::Ollama => "ollama",
            Self::Openai => "openai",
        }
    }

    /// Whether the generator must reach a network.
    #[must_use]
    pub const fn needs_network(self) -> bool {
        match self {
            Self::Demo => false,
            Self::Openrouter | Self::Lmstudio | Self::Ollama | Self::Openai => true,
        }
    }
}
