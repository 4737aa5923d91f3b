//! How much one may have: exactly as much, however many ask at once.

use futures_util::future::join_all;
use leo_protocol::JobStatus;
use leo_protocol::limits::{Quotas, UpdateAccount};
use leo_protocol::repl::ClientMessage;
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

use super::{account_of, change};

async fn submit(client: &Client, key: Option<&str>) -> Answer {
    let request = client.request(Method::POST, "/api/jobs");
    let request = request.json(&json!({"prompt": "lines 1"}));
    Answer::of(match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    })
    .await
}

async fn quotas(client: &Client) -> Quotas {
    client.get("/api/quotas").await.expect(200)
}

/// How long the client is to wait.
fn over(answer: &Answer, code: &str) -> u64 {
    assert_eq!((answer.status, answer.problem().code.as_str()), (429, code));
    let wait = answer.headers["retry-after"].to_str().unwrap();
    wait.parse().unwrap()
}

#[tokio::test]
async fn exactly_as_many_jobs_a_day_as_are_allowed() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .apis(2)
        .set("QUOTA_JOBS_PER_DAY", "10")
        .start()
        .await;
    let (here, bob) = (leo.user("anna"), leo.user("bob"));
    let there = leo.client_of(1).with_token(here.token().unwrap());
    let first: Value = submit(&here, Some("the first")).await.expect(202);
    let asking = (0..50).map(|n| submit([&here, &there][n % 2], None));
    let answers = join_all(asking).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(accepted, 9);
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        assert!((1..=24 * 3600).contains(&over(answer, "quota_jobs_per_day")));
    }
    assert_eq!(quotas(&here).await.usage.jobs_today, 10);
    let again: Value = submit(&there, Some("the first")).await.expect(202);
    assert_eq!(again["id"], first["id"]);
    assert_eq!(submit(&bob, None).await.status, 202);
    // What is deleted was submitted all the same.
    let session = first["sessionId"].as_str().unwrap();
    let path = format!("/api/sessions/{session}");
    let deleted = Answer::of(here.request(Method::DELETE, &path)).await;
    assert_eq!(deleted.status, 204);
    over(&submit(&here, None).await, "quota_jobs_per_day");
    let ended: Value = here.get("/api/jobs?status=queued").await.expect(200);
    let job = ended["items"][0]["id"].as_str().unwrap().to_owned();
    let cancelled = here
        .post(&format!("/api/jobs/{job}/cancel"), &json!({}))
        .await;
    assert_eq!(cancelled.status, 202);
    let retried = here
        .post(&format!("/api/jobs/{job}/retry"), &json!({}))
        .await;
    over(&retried, "quota_jobs_per_day");
    let mut repl = Repl::connect(&here).await;
    repl.send(&start("lines 1")).await;
    assert_eq!(repl.error().await.0, "quota_jobs_per_day");
    let more = UpdateAccount {
        quota_jobs_per_day: Some(Some(11)),
        ..UpdateAccount::default()
    };
    change(&leo.client(), account_of(&leo, "anna").await.id, more).await;
    assert_eq!(submit(&here, None).await.status, 202);
    over(&submit(&here, None).await, "quota_jobs_per_day");
}

fn start(prompt: &str) -> ClientMessage {
    ClientMessage::StartGeneration {
        session_id: None,
        prompt: prompt.to_owned(),
        mode: None,
        max_iterations: None,
        budget: None,
        model: None,
        idempotency_key: None,
    }
}

#[tokio::test]
async fn exactly_as_many_sessions_as_are_allowed() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("QUOTA_SESSIONS", "3")
        .start()
        .await;
    let anna = leo.user("anna");
    let empty = json!({});
    let asking = (0..20).map(|_| anna.post("/api/sessions", &empty));
    let answers = join_all(asking).await;
    let made: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(made.len(), 3);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(over(answer, "quota_sessions"), 60);
    }
    over(&submit(&anna, None).await, "quota_sessions");
    let session: Value = made[0].expect(201);
    let path = format!("/api/sessions/{}", session["id"].as_str().unwrap());
    let inside = anna
        .post(&format!("{path}/jobs"), &json!({"prompt": "lines 1"}))
        .await;
    assert_eq!(inside.status, 202);
    let deleted = Answer::of(anna.request(Method::DELETE, &path)).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(quotas(&anna).await.usage.sessions, 2);
    assert_eq!(submit(&anna, None).await.status, 202);
    over(&submit(&anna, None).await, "quota_sessions");
}

#[tokio::test]
async fn a_full_store_takes_no_more_jobs() {
    let leo = Leo::in_mode(Mode::Process)
        .set("QUOTA_STORAGE", "5")
        .start()
        .await;
    let anna = leo.user("anna");
    let job = anna.submit("write a.txt four").await;
    assert_eq!(anna.ended(job.id).await.status, JobStatus::Completed);
    let used = quotas(&anna).await.usage.storage;
    assert!(used >= 5, "{used}");
    assert_eq!(over(&submit(&anna, None).await, "quota_storage"), 60);
    let more = UpdateAccount {
        quota_storage: Some(Some(used + 1)),
        ..UpdateAccount::default()
    };
    change(&leo.client(), account_of(&leo, "anna").await.id, more).await;
    assert_eq!(submit(&anna, None).await.status, 202);
}

#[tokio::test]
async fn prompts_and_running_jobs_have_limits_of_their_own() {
    let leo = Leo::in_mode(Mode::Process)
        .set("WORKER_CONCURRENCY", "4")
        .start()
        .await;
    let anna = leo.user("anna");
    let id = account_of(&leo, "anna").await.id;
    let limits = UpdateAccount {
        max_running: Some(Some(1)),
        prompt_limit: Some(Some(12)),
        ..UpdateAccount::default()
    };
    change(&leo.client(), id, limits).await;
    let shown = quotas(&anna).await.limits;
    assert_eq!((shown.max_running, shown.prompt_limit), (Some(1), Some(12)));
    let long = anna
        .post("/api/jobs", &json!({"prompt": "write a.txt x"}))
        .await;
    assert_eq!(long.status, 422);
    assert_eq!(long.problem().code, "prompt_too_long");
    assert!(long.problem().detail.contains("12"), "{}", long.text());
    let (first, second) = (anna.submit("hang").await, anna.submit("hang").await);
    anna.job_when(first.id, "start", |job| job.status == JobStatus::Generating)
        .await;
    let waits = anna.job(second.id).await;
    assert_eq!(waits.status, JobStatus::Queued);
    assert_eq!(quotas(&anna).await.usage.running, 1);
    let more = UpdateAccount {
        max_running: Some(None),
        ..UpdateAccount::default()
    };
    change(&leo.client(), id, more).await;
    anna.job_when(second.id, "start", |job| {
        job.status == JobStatus::Generating
    })
    .await;
    for job in [first.id, second.id] {
        anna.cancel(job).await;
    }
    wait_for("end of both", async || {
        (quotas(&anna).await.usage.running == 0).then_some(())
    })
    .await;
}
