//! Steps as they are done, tests at once, and callers who leave.

use std::time::Duration;

use leo_protocol::provider::{ProviderTest, ProviderTestStep};
use leo_tests::client::Answer;
use leo_tests::model_server::{Asked, Reply};
use leo_tests::{Client, Leo, Mode};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{PATH, ask, found, good, naming, server};

/// Tests that one user may have under way.
const AT_ONCE: usize = 2;
/// The point at which the model thinks.
const THINKS: &str = "thinks";

fn thinking(asked: &Asked) -> Reply {
    match asked.number {
        0..=AT_ONCE => Reply::stream()
            .text("1 2")
            .wait(THINKS)
            .text(" 3")
            .finish("stop")
            .done(),
        _ => good(asked),
    }
}

fn request(client: &Client, body: &Value) -> RequestBuilder {
    client.request(Method::POST, PATH).json(body)
}

/// The events of a stream: their names and data.
fn events(text: &str) -> Vec<(&str, Value)> {
    let blocks = text
        .split("\n\n")
        .filter(|block| block.starts_with("event: "));
    blocks
        .map(|block| {
            let (name, data) = block.split_once('\n').unwrap();
            let data = data.strip_prefix("data: ").unwrap();
            (
                &name["event: ".len()..],
                serde_json::from_str(data).unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn each_step_is_told_when_it_is_done() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let server = server(|asked| match asked.number {
        0 => thinking(asked),
        _ => good(asked),
    })
    .await;
    let anna = leo.user("anna");
    let request = request(&anna, &naming(&server)).header("accept", "text/event-stream");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    // The model has not answered yet, and what went before is known.
    while !text.contains(r#""name":"streams""#) {
        let chunk = tokio::time::timeout(Duration::from_secs(30), response.chunk());
        let chunk = chunk.await.expect("a step in time").unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    server.reached(THINKS).await;
    server.go_on(THINKS);
    while let Some(chunk) = response.chunk().await.unwrap() {
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let events = events(&text);
    let (name, result) = events.last().unwrap();
    let result: ProviderTest = serde_json::from_value(result.clone()).unwrap();
    assert_eq!((*name, result.ok), ("result", true), "{text}");
    let steps = events.iter().filter(|(name, _)| *name == "step");
    let steps: Vec<ProviderTestStep> = steps
        .map(|(_, step)| serde_json::from_value(step.clone()).unwrap())
        .collect();
    assert_eq!(steps, result.steps);
    let begun = events.iter().filter(|(name, _)| *name == "begin");
    assert!(
        begun
            .map(|(_, begin)| &begin["name"])
            .eq(steps.iter().map(|step| &step.name))
    );
}

#[tokio::test]
async fn one_user_may_test_a_few_at_once_and_leave_them() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let server = server(thinking).await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let body = naming(&server);
    let live = request(&anna, &body).header("accept", "text/event-stream");
    let live = live.send().await.unwrap();
    let whole = tokio::spawn(Answer::of(request(&anna, &body)));
    for number in 0..AT_ONCE {
        server.request(number).await;
    }
    let refused = ask(&anna, &body).await;
    assert_eq!(
        (refused.status, refused.problem().code.as_str()),
        (429, "too_many_tests")
    );
    assert!(refused.headers.contains_key("retry-after"));
    // Others are not concerned.
    let bobs = tokio::spawn(Answer::of(request(&bob, &body)));
    server.request(AT_ONCE).await;
    // Whoever leaves ends what was asked for him, in both forms.
    drop(live);
    whole.abort();
    for number in 0..AT_ONCE {
        server.hung_up(number).await;
    }
    assert!(!server.has_hung_up(AT_ONCE));
    server.go_on(THINKS);
    let bobs: ProviderTest = bobs.await.unwrap().expect(200);
    assert!(bobs.ok, "{bobs:#?}");
    assert!(found(&anna, &body).await.ok);
}

#[tokio::test]
async fn tests_are_counted_apart_from_other_requests() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let mut answers = Vec::new();
    while answers.len() < 30 {
        answers.push(ask(&anna, &json!({})).await);
    }
    let refused = answers.iter().find(|answer| answer.status == 429);
    let refused = refused.expect("a limit");
    assert_eq!(refused.problem().code, "rate_limited");
    assert_eq!(anna.get("/api/auth/me").await.status, 200);
}
