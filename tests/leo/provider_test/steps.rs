//! What each step finds out, and what it says to change.

use leo_protocol::provider::StepStatus::{Failed, Passed, Skipped, Warning};
use leo_tests::model_server::{Asked, Reply, quirks};
use leo_tests::{Leo, Mode};
use serde_json::json;

use super::{NUMBERS, PATH, good, is_about_a_file, lists, naming, of, said, server, step, told};

async fn leo() -> Leo {
    Leo::in_mode(Mode::Process).workers(0).start().await
}

#[tokio::test]
async fn a_good_provider_passes_every_step() {
    let (leo, server) = (leo().await, server(good).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(found.ok);
    let names: Vec<_> = found.steps.iter().map(|step| step.name.as_str()).collect();
    let all = [
        "settings",
        "reachable",
        "model_listed",
        "streams",
        "usage",
        "speed",
        "context",
        "format",
        "tools",
    ];
    assert_eq!(names, all);
    assert!(
        found.steps.iter().all(|step| step.status == Passed),
        "{found:#?}"
    );
    assert_eq!(found.context_length, Some(32_768));
    assert!(found.first_token_ms.is_some() && found.tokens_per_second.is_some());
    assert_eq!(
        step(&found, "tools").details.as_ref().unwrap()["supported"],
        true
    );
    // It listens on the loopback address, where no container would find it.
    assert!(told(&found, "reachable").1.contains("host.docker.internal"));
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert!(
        asked
            .iter()
            .all(|asked| asked.headers["authorization"].ends_with(super::KEY))
    );
}

#[tokio::test]
async fn who_is_not_there_is_told_with_how_to_start_him() {
    let leo = leo().await;
    let mut server = server(good).await;
    let body = json!({"provider": "lmstudio", "baseUrl": server.url(), "model": "m"});
    server.kill().await;
    let found = of(&leo, &body).await;
    assert!(!found.ok);
    let (status, said) = told(&found, "reachable");
    assert_eq!(status, Failed);
    assert!(
        said.contains("nothing listens") && said.contains("lms server start"),
        "{said}"
    );
    assert_eq!(told(&found, "tools").0, Skipped);
}

#[tokio::test]
async fn a_wrong_path_is_told_with_the_right_one() {
    let (leo, server) = (leo().await, server(good).await);
    let mut body = naming(&server);
    body["baseUrl"] = json!(server.url().replace("/v1", "/api"));
    let found = of(&leo, &body).await;
    let (status, said) = told(&found, "reachable");
    assert_eq!(status, Failed);
    assert!(said.contains(&server.url()), "{said}");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_told_with_the_nearest() {
    let (leo, server) = (leo().await, server(good).await);
    lists(&server, "qwen3-coder:30b");
    let body = json!({"provider": "ollama", "baseUrl": server.url(), "model": "qwen3-codre:30b"});
    let found = of(&leo, &body).await;
    let (status, said) = told(&found, "model_listed");
    assert_eq!(status, Failed);
    assert!(
        said.contains("`qwen3-coder:30b`") && said.contains("ollama pull"),
        "{said}"
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn an_answer_in_one_piece_is_noticed() {
    let whole = |asked: &Asked| match is_about_a_file(asked) {
        true => good(asked),
        false => Reply::stream()
            .text(NUMBERS)
            .finish("stop")
            .usage(9, 60)
            .done(),
    };
    let (leo, server) = (leo().await, server(whole).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(found.ok);
    let (status, said) = told(&found, "streams");
    assert_eq!(status, Warning);
    assert!(said.contains("proxy_buffering"), "{said}");
}

#[tokio::test]
async fn untold_usage_is_estimated() {
    let silent = |asked: &Asked| Reply::stream().pieces(&said(asked)).finish("stop").done();
    let (leo, server) = (leo().await, server(silent).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(found.ok);
    assert_eq!(told(&found, "usage").0, Warning);
    let (status, said) = told(&found, "tools");
    assert_eq!(status, Passed);
    assert!(said.contains("no tools"), "{said}");
}

#[tokio::test]
async fn a_small_context_is_told_with_the_way_to_more() {
    let (leo, server) = (
        leo().await,
        server(|asked| quirks::ollama::no_tools(asked, &said(asked))).await,
    );
    server.tells("/v1/models", json!({"data": [{"id": "m:latest"}]}));
    server.tells(
        "/api/ps",
        json!({"models": [{"name": "m:latest", "context_length": 4096}]}),
    );
    let body = json!({"provider": "ollama", "baseUrl": server.url(), "model": "m"});
    let found = of(&leo, &body).await;
    assert!(found.ok, "{found:#?}");
    assert_eq!(found.context_length, Some(4096));
    let (status, said) = told(&found, "context");
    assert_eq!(status, Warning);
    assert!(said.contains("OLLAMA_CONTEXT_LENGTH"), "{said}");
    let tools = step(&found, "tools").details.as_ref().unwrap();
    assert_eq!(tools["supported"], false);
}

#[tokio::test]
async fn a_model_that_writes_no_files_fails() {
    let chatty = |asked: &Asked| match is_about_a_file(asked) {
        true => quirks::plain::reply(asked, "Sure! Here is what you could do with a text editor."),
        false => good(asked),
    };
    let (leo, server) = (leo().await, server(chatty).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(!found.ok);
    let (status, said) = told(&found, "format");
    assert_eq!(status, Failed);
    assert!(
        said.contains("text editor") && said.contains("follows instructions"),
        "{said}"
    );
}

#[tokio::test]
async fn another_dialect_is_a_warning() {
    let fenced = |asked: &Asked| match is_about_a_file(asked) {
        true => {
            let text = asked.prompt().lines().last().unwrap_or_default();
            quirks::plain::reply(asked, &format!("hello.txt\n```\n{text}\n```\n"))
        }
        false => good(asked),
    };
    let (leo, server) = (leo().await, server(fenced).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(found.ok);
    assert_eq!(told(&found, "format").0, Warning);
}

#[tokio::test]
async fn a_model_that_does_not_answer_fails_and_the_rest_is_skipped() {
    let broken = |_: &Asked| Reply::error(500, "server_error", "out of memory");
    let (leo, server) = (leo().await, server(broken).await);
    let found = of(&leo, &naming(&server)).await;
    assert!(!found.ok);
    let (status, said) = told(&found, "streams");
    assert_eq!(status, Failed);
    assert!(said.contains("out of memory"), "{said}");
    for name in ["usage", "speed", "context", "format", "tools"] {
        assert_eq!(told(&found, name).0, Skipped, "{name}");
    }
}

#[tokio::test]
async fn the_demo_asks_no_model() {
    let leo = leo().await;
    let found = of(&leo, &json!({})).await;
    assert!(found.ok);
    assert_eq!(found.steps.len(), 1);
    assert!(told(&found, "settings").1.contains("no model"));
}

#[tokio::test]
async fn what_cannot_be_tested_is_refused() {
    let leo = leo().await;
    let anna = leo.user("anna");
    for body in [
        json!({"provider": "skynet"}),
        json!({"baseUrl": "file:///etc/passwd"}),
        json!({"baseUrl": "https://me:pw@llm.example"}),
        json!({"apiKey": "with space 123"}),
        json!({"secret": 1}),
    ] {
        let answer = anna.post(PATH, &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
        assert!(!answer.text().contains("space 123") && !answer.text().contains("me:pw"));
    }
}
