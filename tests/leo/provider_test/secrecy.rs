//! Where keys go, and which addresses are asked.

use leo_protocol::provider::{ProviderTest, StepStatus::Failed};
use leo_tests::client::Answer;
use leo_tests::model_server::quirks;
use leo_tests::{Client, Leo, Mode, ModelServer, secrets};
use reqwest::Method;
use serde_json::{Value, json};

use super::{KEY, ask, found, good, naming, of, server, told};

/// The installation's.
const COMMON_KEY: &str = "sk-common-to-be-tested-0123456789";

/// The keys that a server was shown.
fn shown(server: &ModelServer) -> Vec<String> {
    let asked = server.asked().into_iter();
    let mut keys: Vec<_> = asked
        .map(|asked| {
            asked
                .headers
                .get("authorization")
                .cloned()
                .unwrap_or_default()
        })
        .collect();
    keys.dedup();
    keys
}

async fn set(client: &Client, body: &Value) -> Answer {
    Answer::of(
        client
            .request(Method::PUT, "/api/settings/provider")
            .json(body),
    )
    .await
}

#[tokio::test]
async fn a_key_that_is_refused_and_repeated_is_not_shown() {
    let wishes = Leo::in_mode(Mode::Process).set("RUST_LOG", "debug");
    let leo = wishes.workers(0).start().await;
    let server = server(|asked| quirks::wrong_key::reply(asked, "")).await;
    // That no key is in it, `of` sees; that none is in the log, the end of the installation.
    let found = of(&leo, &naming(&server)).await;
    let (status, said) = told(&found, "streams");
    assert_eq!(status, Failed);
    assert!(said.contains("key") && said.contains("***"), "{said}");
}

#[tokio::test]
async fn keys_that_are_kept_go_to_their_own_servers() {
    secrets::remember(KEY);
    secrets::remember(COMMON_KEY);
    let (common, own, other) = (server(good).await, server(good).await, server(good).await);
    let wishes = Leo::in_mode(Mode::Process)
        .set("LLM_PROVIDER", "openai")
        .set("LLM_BASE_URL", &common.url())
        .set("LLM_API_KEY", COMMON_KEY)
        .set("LLM_MODEL", "scripted-model");
    let leo = wishes.workers(0).start().await;
    let anna = leo.user("anna");
    assert!(found(&anna, &json!({})).await.ok);
    assert_eq!(shown(&common), [format!("Bearer {COMMON_KEY}")]);
    // The installation's goes to nobody whom a user names.
    found(&anna, &json!({"baseUrl": other.url()})).await;
    assert_eq!(shown(&other), [""]);
    let stored = json!({"provider": "openai", "baseUrl": own.url(), "apiKey": KEY});
    assert_eq!(set(&anna, &stored).await.status, 200);
    assert!(found(&anna, &json!({"model": "scripted-model"})).await.ok);
    assert_eq!(shown(&own), [format!("Bearer {KEY}")]);
    found(
        &anna,
        &json!({"provider": "openai", "baseUrl": other.url()}),
    )
    .await;
    found(
        &anna,
        &json!({"provider": "lmstudio", "baseUrl": own.url()}),
    )
    .await;
    assert_eq!(shown(&other), [""]);
    assert_eq!(shown(&own), [format!("Bearer {KEY}"), String::new()]);
}

#[tokio::test]
async fn private_addresses_are_not_asked_where_that_is_refused() {
    let (common, secret) = (server(good).await, server(good).await);
    let wishes = Leo::in_mode(Mode::Process)
        .set("PRIVATE_ADDRESSES", "refuse")
        .set("LLM_PROVIDER", "openai")
        .set("LLM_BASE_URL", &common.url())
        .set("LLM_MODEL", "scripted-model");
    let leo = wishes.workers(0).start().await;
    let anna = leo.user("anna");
    for url in [
        secret.url(),
        secret.url_at("localhost"),
        secret.url_at("[::ffff:127.0.0.1]"),
        secret.url_at("2130706433"),
        "http://169.254.169.254/latest".to_owned(),
        "http://10.0.0.1/v1".to_owned(),
    ] {
        let body = json!({"provider": "openai", "baseUrl": url});
        for answer in [ask(&anna, &body).await, set(&anna, &body).await] {
            assert_eq!(answer.status, 422, "{url}: {}", answer.text());
            assert!(answer.problem().detail.contains("`baseUrl`"), "{url}");
        }
    }
    // A name does not look like what it leads to.
    let name = nix::unistd::gethostname().unwrap().into_string().unwrap();
    let hidden =
        json!({"provider": "openai", "baseUrl": secret.url_at(&name), "model": "scripted-model"});
    let refused: ProviderTest = ask(&anna, &hidden).await.expect(200);
    let (status, said) = told(&refused, "reachable");
    assert_eq!(status, Failed);
    assert!(said.contains("PRIVATE_ADDRESSES"), "{said}");
    assert!(secret.asked().is_empty());
    // What the operator has set himself is asked.
    let own = found(&anna, &json!({})).await;
    assert!(own.ok, "{own:#?}");
}

#[tokio::test]
async fn a_server_that_others_can_reach_refuses_by_itself() {
    let wishes = Leo::in_mode(Mode::Process).set("LEO_PUBLIC_URL", "https://leo.example");
    let leo = wishes.workers(0).start().await;
    let body = json!({"provider": "openai", "baseUrl": "http://127.0.0.1:9/v1"});
    assert_eq!(ask(&leo.user("anna"), &body).await.status, 422);
}
