//! What is asked again, and what is not.

use std::time::Duration;

use leo_model::chat::{ErrorKind, ModelError, Part, Timing};
use leo_tests::model_server::quirks::ollama;
use leo_tests::model_server::quirks::{Quirk, llama_cpp, parameters, rate_limited, unavailable};

use super::harness::{ask_with, client, failure, request, server, text, timing, whole};

fn pauses(parts: &[Part]) -> Vec<Duration> {
    let pauses = parts.iter().filter_map(|part| match part {
        Part::Retrying { after, .. } => Some(*after),
        _ => None,
    });
    pauses.collect()
}

#[tokio::test]
async fn a_server_is_left_alone_for_as_long_as_it_asks() {
    let (server, parts, _) = whole(rate_limited::reply).await;
    let asked = server.asked();
    let waited = asked[1].at - asked[0].at;
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
    assert_eq!(pauses(&parts).len(), 1);
    let (_, parts, _) = whole(rate_limited::until_a_date).await;
    assert!(
        pauses(&parts)[0] < Duration::from_secs(1),
        "the date is over"
    );
}

#[tokio::test]
async fn one_that_asks_for_an_hour_is_not_asked_again() {
    let (server, error) = failure(rate_limited::for_an_hour).await;
    assert_eq!(server.asked().len(), 1);
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(
        error.to_string().contains("left alone for 3600 s"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_overloaded_is_asked_again_and_not_for_ever() {
    let (_, parts, _) = whole(unavailable::reply).await;
    assert_eq!(pauses(&parts).len(), 1);
    let server = server(unavailable::for_good).await;
    let (_, finished) = ask_with(
        &server,
        Timing {
            attempts: 2,
            ..timing()
        },
    )
    .await;
    let error = finished.unwrap_err();
    assert!(
        error.to_string().contains("has failed (503)")
            && error.to_string().contains("no instance is free"),
        "{error}"
    );
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_model_that_is_being_loaded_is_waited_for() {
    let server = server(llama_cpp::loading).await;
    let (parts, finished) = ask_with(
        &server,
        Timing {
            attempts: 1,
            ..timing()
        },
    )
    .await;
    assert_eq!(finished.unwrap().text, text());
    assert_eq!(pauses(&parts).len(), 2);
}

#[tokio::test]
async fn what_a_server_does_not_know_is_left_out_for_good() {
    let server = server(parameters::reply).await;
    let client = client(&server, timing());
    for requests in [4, 5] {
        let finished = client.answer(request()).finish().await.unwrap();
        assert_eq!(finished.text, text());
        assert_eq!(server.asked().len(), requests);
    }
    let last = server.request(4).await;
    assert_eq!(last.body["max_completion_tokens"], 2000);
    for name in ["stream_options", "temperature", "max_tokens"] {
        assert_eq!(last.body.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_model_without_tools_is_asked_without_them() {
    let server = server(ollama::no_tools).await;
    let tool = leo_model::chat::Tool {
        name: "list".into(),
        description: "lists".into(),
        parameters: serde_json::json!({"type": "object"}),
    };
    let asked = leo_model::chat::Request {
        tools: vec![tool],
        ..request()
    };
    let finished = client(&server, timing())
        .answer(asked)
        .finish()
        .await
        .unwrap();
    assert!(finished.without_tools);
    assert_eq!(finished.text, text());
}

#[tokio::test]
async fn nobody_at_that_address() {
    let server = server(unavailable::reply).await;
    let client = client(
        &server,
        Timing {
            attempts: 1,
            ..timing()
        },
    );
    drop(server);
    let error = client.answer(request()).finish().await.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("check the base URL, and that the server is running"),
        "{error}"
    );
}

#[tokio::test]
async fn what_cannot_become_better_is_asked_once() {
    let statuses: [Quirk; 6] = [
        |_, _| leo_tests::model_server::Reply::error(400, "x", "odd"),
        |_, _| leo_tests::model_server::Reply::error(401, "x", "odd"),
        |_, _| leo_tests::model_server::Reply::error(402, "x", "odd"),
        |_, _| leo_tests::model_server::Reply::error(403, "x", "odd"),
        |_, _| leo_tests::model_server::Reply::error(404, "x", "odd"),
        llama_cpp::cut_tool_call,
    ];
    for quirk in statuses {
        let (server, error) = failure(quirk).await;
        assert_eq!(server.asked().len(), 1, "{error}");
    }
}
