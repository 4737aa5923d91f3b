//! How a container's connection ends, and what it is told.

use super::*;

/// Frames and numbers that break the protocol.
const PROTOCOL: u16 = 1002;
/// Message too big.
const TOO_BIG: u16 = 1009;
/// The server restarts.
const RESTART: u16 = 1012;

#[tokio::test]
async fn what_breaks_the_protocol_is_said_and_costs_nothing_that_was_sent() {
    let leo = websocket(Mode::Process).start().await;
    let (job, gate) = gated(&leo).await;
    let url = leo.runner_url(0, job.id, 1);
    let line = |n: u64| json!({"type": "log", "n": n, "log": {"line": "wrong"}}).to_string();
    let wrong = [
        (line(3), refusal("wrong_number", PROTOCOL)),
        ("no number".to_owned(), refusal("mixed_numbers", PROTOCOL)),
        ("x".repeat(3 << 20), refusal("too_big", TOO_BIG)),
    ];
    for (n, (frame, end)) in (1..).zip(wrong) {
        let (mut runner, resumed) = Runner::resume(&url).await;
        assert_eq!(resumed, n - 1);
        assert!(runner.send_lines([n]).await);
        runner.send_text(&frame).await;
        assert_eq!(runner.refused().await, end);
    }
    let (mut runner, n) = Runner::resume(&url).await;
    assert_eq!(n, 3);
    runner.end(4).await;
    assert_eq!(runner.refused().await, refusal("", 1000));
    // Its acknowledgement is lost: the container says so again, and no more than that.
    let mut again = Runner::resume(&url).await.0;
    again.end(4).await;
    let mut more = Runner::resume(&url).await.0;
    assert!(more.send_lines([5]).await);
    assert_eq!(more.refused().await, refusal("ended", PROTOCOL));
    gate.open();
    let job = leo.client().ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed);
    let transcript = leo.client().events(job.session_id, 1000).await;
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(3));
}

#[tokio::test]
async fn a_server_that_restarts_says_so_and_keeps_what_it_has_read() {
    let mut leo = websocket(Mode::Process).apis(2).start().await;
    let (job, gate) = gated(&leo).await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    assert!(runner.send_lines(1..=200).await);
    runner.acked(1).await;
    let (end, status) = tokio::join!(runner.refused(), leo.api(0).terminate());
    assert_eq!(end, refusal("restart", RESTART));
    assert!(status.success(), "{status}");
    let (mut runner, n) = Runner::resume(&leo.runner_url(1, job.id, 1)).await;
    assert!(runner.send_lines(n + 1..=300).await);
    runner.end(301).await;
    gate.open();
    let client = leo.client_of(1);
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(300));
}

/// Says over its socket what it has cost and why it ends, and that it has said everything.
async fn give_up(url: &str) {
    let (mut runner, _) = Runner::resume(url).await;
    let usage = json!({"type": "usage", "promptTokens": 7, "completionTokens": 8});
    assert!(runner.send(1, usage).await);
    let error = json!({"type": "error", "message": "no such model", "reason": "provider_error"});
    assert!(runner.send(2, error).await);
    runner.end(3).await;
}

fn assert_given_up(job: Job) {
    let error = job.error.unwrap();
    assert_eq!(error.reason, FailureReason::ProviderError);
    assert_eq!(error.message, "no such model");
    assert_eq!(job.usage.unwrap()["promptTokens"], 7);
}

#[tokio::test]
async fn a_reason_is_heard_over_the_socket() {
    let leo = websocket(Mode::Process).start().await;
    let gate = Gate::new();
    let job = running(&leo.client(), &gate.script("exit 3")).await;
    give_up(&leo.runner_url(0, job.id, 1)).await;
    gate.open();
    assert_given_up(leo.client().ended(job.id).await);
}

#[tokio::test]
async fn a_reason_that_was_sent_before_an_adoption_is_known_after_it() {
    let mut leo = websocket(Mode::Docker).start().await;
    let client = leo.client();
    let job = running(&client, "tick 60 100; exit 3").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 1").await;
    give_up(&leo.runner_url(0, job.id, 1)).await;
    assert!(leo.worker(0).terminate().await.success());
    leo.start_worker().await;
    let job = client.ended(job.id).await;
    assert_eq!(job.attempt, 1);
    assert_given_up(job);
}
