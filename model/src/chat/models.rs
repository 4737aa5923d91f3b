//! What a server lists, and what it tells of each model's context.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::client::{Inner, chain};
use super::diagnose::{Asked, Trouble};
use super::wire::fault::Fault;
use super::wire::{first, number, text};
use super::{ModelError, Provider, Request, Told};

/// How long a list may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The most of a list, in bytes. OpenRouter's has a megabyte.
const LIMIT: usize = 4 << 20;

/// A model that a server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// What to ask for.
    pub id: String,
    /// The tokens it has room for as it runs, or may have at most where it does not run; none where
    /// the server does not tell.
    pub context_length: Option<u64>,
    /// Whether it is in memory, where the server tells.
    pub loaded: Option<bool>,
    /// Whether it knows how to call tools, where the server tells.
    pub tools: Option<bool>,
}

/// Asks for the list.
pub(super) async fn list(client: &Inner) -> Result<Vec<ModelInfo>, ModelError> {
    if client.endpoint.provider == Provider::Lmstudio {
        // What LM Studio lists for OpenAI's clients says nothing of what is loaded.
        for path in ["/api/v1/models", "/api/v0/models"] {
            if let Ok(answer) = get(client, client.endpoint.beside(path)).await
                && let Some(models) = lmstudio(&answer)
            {
                return Ok(models);
            }
        }
    }
    let answer = get(client, client.endpoint.call("models")).await?;
    let mut models = openai(&answer).ok_or_else(|| ModelError::Protocol {
        what: format!(
            "its list of models is none{}",
            Told::of(&answer.to_string())
        ),
    })?;
    if client.endpoint.provider == Provider::Ollama {
        running(client, &mut models).await;
    }
    if answer["data"][0]["owned_by"] == "llamacpp" {
        properties(client, &mut models).await;
    }
    Ok(models)
}

/// Whether the list is signed by one of `owners`. Whoever does not answer is none of them.
pub(super) async fn is_by(client: &Inner, owners: &[&str]) -> bool {
    let answer = get(client, client.endpoint.call("models"))
        .await
        .unwrap_or_default();
    let owner = answer["data"][0]["owned_by"].as_str().unwrap_or_default();
    owners.contains(&owner)
}

/// The list of OpenAI, with what OpenRouter, vLLM and others put beside it.
fn openai(answer: &Value) -> Option<Vec<ModelInfo>> {
    let listed = answer.get("data").unwrap_or(answer).as_array()?;
    Some(listed.iter().filter_map(info).collect())
}

fn info(model: &Value) -> Option<ModelInfo> {
    let names = [
        "context_length",
        "max_model_len",
        "context_window",
        "max_context_length",
    ];
    let inner = model
        .get("top_provider")
        .or_else(|| model.get("meta"))
        .unwrap_or(&Value::Null);
    let context =
        first(model, &names).or_else(|| first(inner, &["context_length", "n_ctx", "n_ctx_train"]));
    let id = first(model, &["id", "name", "model"]).map(text)?;
    (!id.is_empty()).then(|| ModelInfo {
        id,
        context_length: context.and_then(number),
        loaded: None,
        tools: texts(model, "supported_parameters").map(|names| names.contains(&"tools")),
    })
}

/// The texts of a list; `None` where there is no list.
fn texts<'m>(model: &'m Value, field: &str) -> Option<Vec<&'m str>> {
    let listed = model.get(field)?.as_array()?;
    Some(listed.iter().filter_map(Value::as_str).collect())
}

/// LM Studio's own list, of version 1 (`models`, with instances) or 0 (`data`, with a state).
fn lmstudio(answer: &Value) -> Option<Vec<ModelInfo>> {
    let listed = first(answer, &["models", "data"])?.as_array()?;
    let chat = listed
        .iter()
        .filter(|model| !model["type"].as_str().unwrap_or_default().contains("embed"));
    let models = chat.filter_map(|model| {
        let running = model["loaded_instances"].get(0);
        let loaded = running.is_some() || model["state"] == "loaded";
        let here = running.and_then(|running| first(&running["config"], &["context_length"]));
        let here = here.or_else(|| first(model, &["loaded_context_length"]));
        let most = first(model, &["max_context_length"]);
        let id = first(model, &["id", "key"]).map(text)?;
        let context_length = here.or(most).and_then(number);
        Some(ModelInfo {
            id,
            context_length,
            loaded: Some(loaded),
            tools: model["capabilities"]["trained_for_tool_use"]
                .as_bool()
                .or_else(|| Some(texts(model, "capabilities")?.contains(&"tool_use"))),
        })
    });
    Some(models.collect())
}

/// What of it runs at Ollama, and with which context: what it lists says nothing of that.
async fn running(client: &Inner, models: &mut [ModelInfo]) {
    let Ok(answer) = get(client, client.endpoint.beside("/api/ps")).await else {
        return;
    };
    let running = answer["models"].as_array().cloned().unwrap_or_default();
    for model in models {
        let found = running
            .iter()
            .find(|one| one["name"] == *model.id || one["model"] == *model.id);
        model.loaded = Some(found.is_some());
        model.context_length = found.and_then(|one| number(&one["context_length"]));
    }
}

/// The context with which llama.cpp runs its one model: its list has that of the training.
async fn properties(client: &Inner, models: &mut [ModelInfo]) {
    let Ok(answer) = get(client, client.endpoint.beside("/props")).await else {
        return;
    };
    let context = number(&answer["default_generation_settings"]["n_ctx"]);
    for model in models {
        model.context_length = context.or(model.context_length);
        model.loaded = Some(true);
    }
}

async fn get(client: &Inner, url: Url) -> Result<Value, ModelError> {
    let asking = async {
        let mut response = client
            .get(url)
            .send()
            .await
            .map_err(|error| client.unreachable(error))?;
        let status = response.status();
        let body = read(&mut response).await?;
        judge(client, status, &body)
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .unwrap_or(Err(ModelError::FirstToken { waited: PATIENCE }))
}

async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, ModelError> {
    let mut body = Vec::new();
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| ModelError::Protocol {
                what: format!(
                    "its list of models broke off: {}",
                    chain(&error.without_url())
                ),
            })?;
        let Some(chunk) = chunk else { return Ok(body) };
        if body.len() + chunk.len() > LIMIT {
            return Err(ModelError::TooLong { limit: LIMIT });
        }
        body.extend_from_slice(&chunk);
    }
}

fn judge(client: &Inner, status: StatusCode, body: &[u8]) -> Result<Value, ModelError> {
    let fault = Fault::of_body(body);
    if !status.is_success() {
        let request = Request::default();
        let quirks = client.learned.quirks();
        let asked = Asked {
            client,
            request: &request,
            model: None,
            quirks,
            prefilled: false,
        };
        return Err(match asked.trouble(status.as_u16(), &fault, None) {
            Trouble::Fatal(error) => error,
            Trouble::Again(again) => again.error,
            Trouble::Without(_) => ModelError::Refused {
                status: status.as_u16(),
                told: Told::of(&fault.message),
            },
        });
    }
    serde_json::from_slice(body).map_err(|_| ModelError::Protocol {
        what: format!(
            "its list of models is no JSON{}",
            Told::of(&client.endpoint.mask(&fault.message))
        ),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model(id: &str, context_length: Option<u64>, loaded: Option<bool>) -> ModelInfo {
        ModelInfo {
            id: id.to_owned(),
            context_length,
            loaded,
            tools: None,
        }
    }

    #[test]
    fn some_tell_whether_a_model_knows_tools() {
        let listed = json!({"data": [
            {"id": "a", "supported_parameters": ["max_tokens", "tools"]},
            {"id": "b", "supported_parameters": ["max_tokens"]},
            {"id": "c"},
        ]});
        let tools = |models: Vec<ModelInfo>| -> Vec<_> {
            models.into_iter().map(|model| model.tools).collect()
        };
        let expected = [Some(true), Some(false), None];
        assert_eq!(tools(openai(&listed).unwrap()), expected);
        let studio = json!({"models": [
            {"key": "a", "capabilities": {"trained_for_tool_use": true}},
            {"key": "b", "capabilities": []},
            {"key": "c"},
        ]});
        assert_eq!(tools(lmstudio(&studio).unwrap()), expected);
    }

    #[test]
    fn lists_with_contexts() {
        let listed = json!({"data": [
            {"id": "router/a", "context_length": 131_072},
            {"id": "vllm", "max_model_len": 4096},
            {"id": "llama", "meta": {"n_ctx_train": 32768}},
            {"id": "plain"}, {"id": ""}, {"object": "model"},
        ]});
        assert_eq!(
            openai(&listed).unwrap(),
            [
                model("router/a", Some(131_072), None),
                model("vllm", Some(4096), None),
                model("llama", Some(32768), None),
                model("plain", None, None),
            ]
        );
        assert_eq!(openai(&json!({"error": 1})), None);
    }

    #[test]
    fn lm_studio_tells_what_is_loaded() {
        let version_1 = json!({"models": [
            {"type": "llm", "key": "a", "max_context_length": 131_072,
             "loaded_instances": [{"id": "a", "config": {"context_length": 4096}}]},
            {"type": "llm", "key": "b", "max_context_length": 8192, "loaded_instances": []},
            {"type": "embedding", "key": "c"},
        ]});
        let models = [
            model("a", Some(4096), Some(true)),
            model("b", Some(8192), Some(false)),
        ];
        assert_eq!(lmstudio(&version_1).unwrap(), models);
        let version_0 = json!({"data": [
            {"id": "a", "type": "llm", "state": "loaded", "max_context_length": 131_072, "loaded_context_length": 4096},
            {"id": "b", "type": "vlm", "state": "not-loaded", "max_context_length": 8192},
            {"id": "c", "type": "embeddings", "state": "loaded"},
        ]});
        assert_eq!(lmstudio(&version_0).unwrap(), models);
    }
}
