//! The test of a model provider, against a server of models that plays the ways of those in the field.

use leo_protocol::provider::{ProviderTest, ProviderTestStep, StepStatus};
use leo_tests::client::Answer;
use leo_tests::model_server::{Asked, Reply, quirks};
use leo_tests::{Client, Leo, ModelServer, secrets};
use reqwest::Method;
use serde_json::{Value, json};

mod command;
mod live;
mod secrecy;
mod steps;

const PATH: &str = "/api/providers/test";
/// Whose it is, nobody but the model server may be shown it.
const KEY: &str = "sk-to-be-tested-0123456789abcdef";
/// What a good model says where it is to count.
const NUMBERS: &str =
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30";

/// What a good model says to each question of the test.
fn good(asked: &Asked) -> Reply {
    if asked.body.get("tools").is_some() {
        let call = json!({"index": 0, "id": "call_1", "type": "function", "function":
            {"name": "word_of_the_day", "arguments": "{\"language\": \"en\"}"}});
        let stream = Reply::stream().delta(&json!({"tool_calls": [call]}));
        return stream.finish("tool_calls").usage(60, 9).done();
    }
    quirks::plain::reply(asked, &said(asked))
}

/// The text of a good answer.
fn said(asked: &Asked) -> String {
    if !is_about_a_file(asked) {
        return NUMBERS.to_owned();
    }
    let text = asked.prompt().lines().last().unwrap_or_default();
    let told = asked.conversation();
    let marker = told.split('\'').nth(1).unwrap_or_default();
    format!("cat > hello.txt << '{marker}'\n{text}\n{marker}\n")
}

fn is_about_a_file(asked: &Asked) -> bool {
    asked.prompt().contains("hello.txt")
}

/// A server with some room.
async fn server(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> ModelServer {
    let server = ModelServer::start(script).await;
    lists(&server, "scripted-model");
    server
}

fn lists(server: &ModelServer, model: &str) {
    let model = json!({"id": model, "object": "model", "max_model_len": 32_768});
    server.tells("/v1/models", json!({"object": "list", "data": [model]}));
}

/// What names a server completely.
fn naming(server: &ModelServer) -> Value {
    secrets::remember(KEY);
    json!({"provider": "openai", "baseUrl": server.url(), "apiKey": KEY, "model": "scripted-model"})
}

async fn ask(client: &Client, body: &Value) -> Answer {
    Answer::of(client.request(Method::POST, PATH).json(body)).await
}

/// What a test finds, in which no key is to be seen.
async fn found(client: &Client, body: &Value) -> ProviderTest {
    let answer = ask(client, body).await;
    assert!(!answer.text().contains(KEY), "{}", answer.text());
    answer.expect(200)
}

fn step<'a>(found: &'a ProviderTest, name: &str) -> &'a ProviderTestStep {
    let step = found.steps.iter().find(|step| step.name == name);
    step.unwrap_or_else(|| panic!("no step {name}: {found:#?}"))
}

/// The status of a step, and all that it says.
fn told(found: &ProviderTest, name: &str) -> (StepStatus, String) {
    let step = step(found, name);
    let hint = step.hint.as_deref().unwrap_or_default();
    (step.status, format!("{} | {hint}", step.message))
}

/// What a test of this server finds, named as `body` says.
async fn of(leo: &Leo, body: &Value) -> ProviderTest {
    found(&leo.user("anna"), body).await
}
