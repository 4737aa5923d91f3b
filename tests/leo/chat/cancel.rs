//! Whoever is not wanted any more is not asked any more.

use std::time::{Duration, Instant};

use leo_model::chat::Part;
use leo_tests::ModelServer;
use leo_tests::model_server::quirks::slow;

use super::harness::{client, read, request, server, text, timing};

/// How soon a server has to see that nobody reads.
const AT_ONCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn the_server_sees_at_once_that_an_answer_was_dropped() {
    let server = server(slow::stall).await;
    let mut answer = client(&server, timing()).answer(request());
    let half = text().len() / 2;
    while answer.text_so_far().len() + 1 < half {
        answer.next().await.unwrap();
    }
    server.reached(slow::MIDDLE).await;
    let usage = answer.usage_so_far();
    assert!(
        usage.estimated && usage.completion_tokens > 0 && usage.prompt_tokens > 0,
        "{usage:?}"
    );
    assert!(!server.has_hung_up(0));
    let dropped = Instant::now();
    drop(answer);
    let seen = server.hung_up(0).await.duration_since(dropped);
    assert!(seen < AT_ONCE, "{seen:?}");
}

#[tokio::test]
async fn so_it_does_before_the_first_word() {
    let server = server(slow::first_token).await;
    let mut answer = client(&server, timing()).answer(request());
    tokio::select! {
        _ = answer.next() => panic!("the answer waits"),
        () = server.reached(slow::BEFORE) => {}
    }
    let dropped = Instant::now();
    drop(answer);
    let seen = server.hung_up(0).await.duration_since(dropped);
    assert!(seen < AT_ONCE, "{seen:?}");
}

#[tokio::test]
async fn an_answer_that_nobody_has_begun_to_read_is_not_asked_for() {
    let server = server(slow::stall).await;
    drop(client(&server, timing()).answer(request()));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn nothing_is_lost_where_the_wait_for_a_part_is_dropped() {
    let server = server(leo_tests::model_server::quirks::length::with_overlap).await;
    let mut answer = client(&server, timing()).answer(request());
    let mut said = String::new();
    loop {
        // Looks once, and drops the wait.
        let part = tokio::select! {
            biased;
            part = answer.next() => part.unwrap(),
            () = tokio::task::yield_now() => continue,
        };
        match part {
            Some(Part::Text(more)) => said.push_str(&more),
            Some(_) => {}
            None => break,
        }
    }
    assert_eq!(said, text());
    assert_eq!(answer.finish().await.unwrap().text, text());
}

#[tokio::test]
async fn a_server_that_is_killed_and_comes_back_is_asked_for_the_rest() {
    let mut server: ModelServer = server(slow::stall).await;
    let mut answer = client(&server, timing()).answer(request());
    let crash = async {
        server.reached(slow::MIDDLE).await;
        server.kill().await;
        server.restart().await;
    };
    let ((parts, ended), ()) = tokio::join!(read(&mut answer), crash);
    ended.unwrap();
    assert!(
        parts
            .iter()
            .any(|part| matches!(part, Part::Continuing { .. }))
    );
    assert_eq!(answer.finish().await.unwrap().text, text());
}
