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
    /// What is known of the model beside that.
    #[command(flatten)]
    pub hints: Hints,
    /// The pace of the demo provider: 1 is a human pace, 0 is none.
    #[arg(long, env = "DEMO_SPEED")]
    pub demo_speed: Option<f64>,
}

/// What is known of a model; where it is not said, the generator asks the provider.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Hints {
    /// Whether the model is offered tools.
    #[arg(long, env = "LLM_TOOLS")]
    pub llm_tools: Option<Switch>,
    /// How many tokens it reads at most.
    #[arg(long, env = "LLM_CONTEXT", value_parser = clap::value_parser!(u64).range(2048..))]
    pub llm_context: Option<u64>,
    /// What a million tokens in cost, in US dollars.
    #[arg(long, env = "LLM_PRICE_PROMPT", value_parser = price, requires = "llm_price_completion")]
    pub llm_price_prompt: Option<f64>,
    /// What a million tokens out cost, in US dollars.
    #[arg(long, env = "LLM_PRICE_COMPLETION", value_parser = price, requires = "llm_price_prompt")]
    pub llm_price_completion: Option<f64>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Hints {
    /// The hints as a generator's environment holds them.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let tools = self.llm_tools.map(|switch| match switch {
            Switch::On => "on".to_owned(),
            Switch::Off => "off".to_owned(),
        });
        let all = [
            ("LLM_TOOLS", tools),
            (
                "LLM_CONTEXT",
                self.llm_context.map(|tokens| tokens.to_string()),
            ),
            (
                "LLM_PRICE_PROMPT",
                self.llm_price_prompt.map(|price| price.to_string()),
            ),
            (
                "LLM_PRICE_COMPLETION",
                self.llm_price_completion.map(|price| price.to_string()),
            ),
        ];
        let given = all.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

fn price(text: &str) -> Result<f64, String> {
    let price = text.parse().ok();
    price
        .filter(|price: &f64| price.is_finite() && *price >= 0.0)
        .ok_or_else(|| "expected US dollars for a million tokens, such as 0.5".to_owned())
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

    /// Where a generator looks for it when it is told no address, if that is its own machine.
    #[must_use]
    pub const fn local_address(self) -> Option<&'static str> {
        match self {
            Self::Lmstudio => Some("http://localhost:1234/v1"),
            Self::Ollama => Some("http://localhost:11434/v1"),
            Self::Demo | Self::Openrouter | Self::Openai => None,
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
