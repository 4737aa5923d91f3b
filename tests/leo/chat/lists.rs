//! What servers list, and which model is asked where none is chosen.

use leo_model::chat::{Client, Endpoint, ErrorKind, ModelInfo, Provider, Timing};
use leo_tests::ModelServer;
use leo_tests::model_server::quirks::plain;
use serde_json::json;

use super::harness::{request, timing};

async fn server() -> ModelServer {
    ModelServer::start(|asked| plain::reply(asked, "yes")).await
}

fn client(server: &ModelServer, provider: Provider) -> Client {
    let endpoint = Endpoint::new(provider, Some(&server.url()), None, None).unwrap();
    Client::new(
        endpoint,
        Timing {
            attempts: 1,
            ..timing()
        },
    )
    .unwrap()
}

fn model(id: &str, context_length: Option<u64>, loaded: Option<bool>) -> ModelInfo {
    ModelInfo {
        id: id.to_owned(),
        context_length,
        loaded,
        tools: None,
    }
}

#[tokio::test]
async fn ollama_tells_what_runs_and_with_which_context() {
    let server = server().await;
    server.tells(
        "/v1/models",
        json!({"data": [{"id": "big:70b"}, {"id": "small:1b"}]}),
    );
    server.tells(
        "/api/ps",
        json!({"models": [{"name": "small:1b", "model": "small:1b", "context_length": 4096}]}),
    );
    let client = client(&server, Provider::Ollama);
    let listed = client.models().await.unwrap();
    assert_eq!(
        listed,
        [
            model("big:70b", None, Some(false)),
            model("small:1b", Some(4096), Some(true))
        ]
    );
    client.answer(request()).finish().await.unwrap();
    assert_eq!(
        server.request(0).await.body["model"],
        "small:1b",
        "what is loaded is asked"
    );
}

#[tokio::test]
async fn lm_studio_has_lists_of_its_own() {
    let server = server().await;
    let client = client(&server, Provider::Lmstudio);
    assert_eq!(
        client.models().await.unwrap(),
        [model("scripted-model", None, None)],
        "a very old one has none"
    );
    server.tells("/api/v0/models", json!({"data": [{"id": "a", "type": "llm", "state": "loaded", "loaded_context_length": 8192}]}));
    assert_eq!(
        client.models().await.unwrap(),
        [model("a", Some(8192), Some(true))]
    );
    server.tells("/api/v1/models", json!({"models": [{"type": "llm", "key": "b", "loaded_instances": [], "max_context_length": 9}]}));
    assert_eq!(
        client.models().await.unwrap(),
        [model("b", Some(9), Some(false))]
    );
}

#[tokio::test]
async fn llama_cpp_tells_its_context_elsewhere() {
    let server = server().await;
    server.tells(
        "/v1/models",
        json!({"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx_train": 131_072}}]}),
    );
    server.tells(
        "/props",
        json!({"default_generation_settings": {"n_ctx": 4096}}),
    );
    let listed = client(&server, Provider::Openai).models().await.unwrap();
    assert_eq!(listed, [model("m", Some(4096), Some(true))]);
}

#[tokio::test]
async fn openrouter_chooses_by_itself() {
    let server = server().await;
    client(&server, Provider::Openrouter)
        .answer(request())
        .finish()
        .await
        .unwrap();
    assert_eq!(server.request(0).await.body.get("model"), None);
}

#[tokio::test]
async fn whoever_lists_nothing_cannot_be_asked() {
    let server = server().await;
    server.tells("/v1/models", json!({"object": "list", "data": []}));
    let asked = client(&server, Provider::Openai)
        .answer(request())
        .finish()
        .await;
    let error = asked.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert_eq!(
        error.to_string(),
        "no model is chosen, and the server lists none: set one"
    );
    server.tells("/v1/models", json!({"detail": "what?"}));
    let listed = client(&server, Provider::Openai)
        .models()
        .await
        .unwrap_err();
    assert!(
        listed.to_string().contains("its list of models is none"),
        "{listed}"
    );
}
