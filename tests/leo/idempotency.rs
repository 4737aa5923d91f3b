//! The same key gives the same job, however often and through whatever it is sent.

use leo_protocol::http::Job;
use leo_protocol::repl::ClientMessage;
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl};
use reqwest::Method;
use serde_json::{Value, json};

async fn submit(client: &Client, key: &str, body: &Value) -> Answer {
    let request = client
        .request(Method::POST, "/api/jobs")
        .header("Idempotency-Key", key);
    Answer::of(request.json(body)).await
}

#[tokio::test]
async fn one_key_is_one_job() {
    let leo = Leo::in_mode(Mode::Process).apis(2).workers(0).start().await;
    let client = leo.client();
    let body = json!({"prompt": "lines 1"});
    let first: Job = submit(&client, "k", &body).await.expect(202);
    let same: Job = submit(&leo.client_of(1), "k", &body).await.expect(202);
    assert_eq!(first.id, same.id);
    let answer = submit(&client, "k", &json!({"prompt": "lines 2"})).await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (409, "idempotency_conflict")
    );
    let other: Job = submit(&client, "l", &body).await.expect(202);
    assert_ne!(first.id, other.id);
    let anna = leo.user("anna");
    let of_anna: Job = submit(&anna, "k", &body).await.expect(202);
    assert_ne!(first.id, of_anna.id, "keys are the user's own");
}

#[tokio::test]
async fn many_at_once_with_one_key_make_one_job() {
    let leo = Leo::in_mode(Mode::Process).apis(2).workers(0).start().await;
    let clients = [leo.client_of(0), leo.client_of(1)];
    let body = json!({"prompt": "lines 1"});
    let submits = (0..20).map(|n| submit(&clients[n % 2], "k", &body));
    let answers = futures_util::future::join_all(submits).await;
    let mut jobs: Vec<_> = answers
        .iter()
        .map(|answer| answer.expect::<Job>(202).id)
        .collect();
    jobs.dedup();
    assert_eq!(jobs.len(), 1);
    let session = answers[0].expect::<Job>(202).session_id;
    assert_eq!(clients[0].jobs(session).await.len(), 1);
    assert_eq!(clients[0].events(session, 10).await.events().len(), 1);
}

#[tokio::test]
async fn a_socket_may_say_it_twice_too() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut repl = Repl::viewing(&client, session, 0).await;
    let start = |prompt: &str| ClientMessage::StartGeneration {
        session_id: Some(session),
        prompt: prompt.to_owned(),
        mode: None,
        max_iterations: None,
        budget: None,
        model: None,
        idempotency_key: Some("k".to_owned()),
    };
    for prompt in ["lines 1", "lines 1", "lines 2"] {
        repl.send(&start(prompt)).await;
    }
    assert_eq!(repl.error().await.0, "idempotency_conflict");
    assert_eq!(client.jobs(session).await.len(), 1);
}

#[tokio::test]
async fn a_key_stands_for_the_start_time_too() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let at = |time: &str| json!({"prompt": "lines 1", "runAt": time});
    let tomorrow = (chrono::Utc::now() + chrono::TimeDelta::days(1)).to_rfc3339();
    let first: Job = submit(&client, "k", &at(&tomorrow)).await.expect(202);
    let same: Job = submit(&client, "k", &at(&tomorrow)).await.expect(202);
    assert_eq!(first.id, same.id);
    for other in [json!({"prompt": "lines 1"}), at("2020-01-01T00:00:00Z")] {
        assert_eq!(submit(&client, "k", &other).await.status, 409);
    }
}

#[tokio::test]
async fn a_retry_is_one_job_for_each_key() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let job = client.submit("lines 1").await;
    let other = client.submit("lines 1").await;
    for job in [&job, &other] {
        client.cancel(job.id).await;
    }
    let retry = async |job: &Job, key: &str| {
        let path = format!("/api/jobs/{}/retry", job.id);
        let request = client
            .request(Method::POST, &path)
            .header("Idempotency-Key", key);
        Answer::of(request).await
    };
    let first: Job = retry(&job, "k").await.expect(202);
    let same: Job = retry(&job, "k").await.expect(202);
    assert_eq!(first.id, same.id);
    assert_eq!(
        (first.retry_of, first.session_id),
        (Some(job.id), job.session_id)
    );
    let again: Job = retry(&job, "l").await.expect(202);
    assert_ne!(again.id, first.id);
    assert_eq!(retry(&other, "k").await.status, 409);
    // Not of one that has not ended.
    let answer = retry(&first, "m").await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (409, "job_not_finished")
    );
}
