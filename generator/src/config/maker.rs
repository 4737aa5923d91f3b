//! The settings of who writes the app.

use leo_model::chat::{Endpoint, Provider};

use super::{Maker, ModelSettings, Prices, refused};
use crate::error::Error;

/// The least that a model must read for a phase of an app, in tokens.
const LEAST_CONTEXT: u64 = 2048;
/// The name that stands for no model at all.
const DEMO: &str = "demo";

/// Reads them.
pub(super) fn read(get: &impl Fn(&str) -> Option<String>) -> Result<Maker, Error> {
    let name = get("LLM_PROVIDER")
        .ok_or_else(|| refused(&format!("LLM_PROVIDER is missing; expected {}", known())))?;
    if name == DEMO {
        let settings = ["LLM_MODEL", "LLM_BASE_URL", "LLM_API_KEY"];
        let given = settings.into_iter().filter(|name| get(name).is_some());
        return Ok(Maker::Demo {
            unused: given.collect(),
        });
    }
    let provider = Provider::from_name(&name).ok_or_else(|| {
        refused(&format!(
            "LLM_PROVIDER `{name}` is not supported by this generator; expected {}",
            known()
        ))
    })?;
    let address = get("LLM_BASE_URL");
    let (key, model) = (get("LLM_API_KEY").map(Into::into), get("LLM_MODEL"));
    // The address is not repeated: people put keys into addresses.
    let endpoint = Endpoint::new(provider, address.as_deref(), key, model)
        .map_err(|_| refused("LLM_BASE_URL must look like https://host/v1"))?;
    Ok(Maker::Model(Box::new(ModelSettings {
        endpoint,
        tools: get("LLM_TOOLS").map(|text| switch(&text)).transpose()?,
        context: get("LLM_CONTEXT").map(|text| context(&text)).transpose()?,
        prices: prices(get)?,
    })))
}

fn known() -> String {
    let models = Provider::ALL.iter().map(|provider| provider.as_str());
    let all: Vec<String> = std::iter::once(DEMO)
        .chain(models)
        .map(|name| format!("`{name}`"))
        .collect();
    all.join(", ")
}

fn switch(text: &str) -> Result<bool, Error> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(refused(&format!(
            "LLM_TOOLS `{text}` is not one of `on`, `off`"
        ))),
    }
}

fn context(text: &str) -> Result<u64, Error> {
    text.parse()
        .ok()
        .filter(|tokens| *tokens >= LEAST_CONTEXT)
        .ok_or_else(|| {
            refused(&format!(
                "LLM_CONTEXT `{text}` must be a number of tokens, at least {LEAST_CONTEXT}"
            ))
        })
}

fn prices(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Prices>, Error> {
    let (prompt, completion) = ("LLM_PRICE_PROMPT", "LLM_PRICE_COMPLETION");
    match (get(prompt), get(completion)) {
        (None, None) => Ok(None),
        (Some(of_prompt), Some(of_completion)) => Ok(Some(Prices {
            prompt: price(prompt, &of_prompt)?,
            completion: price(completion, &of_completion)?,
        })),
        (Some(_), None) => Err(refused(&format!("{prompt} needs {completion} beside it"))),
        (None, Some(_)) => Err(refused(&format!("{completion} needs {prompt} beside it"))),
    }
}

fn price(name: &str, text: &str) -> Result<f64, Error> {
    text.parse()
        .ok()
        .filter(|price: &f64| price.is_finite() && *price >= 0.0)
        .ok_or_else(|| {
            refused(&format!(
                "{name} `{text}` must be US dollars for a million tokens"
            ))
        })
}
