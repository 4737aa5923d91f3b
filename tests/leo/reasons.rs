//! What a generator says of its own end, and what it has cost: the job's reason and its usage, whoever
//! has heard it.

use leo_protocol::http::Job;
use leo_protocol::{FailureReason, JobId, JobStatus, LogStream};
use leo_tests::{Client, Leo, Mode, Repl};
use serde_json::{Value, json};

in_both_modes! {
    a_generator_that_knows_why_it_failed_says_so,
    only_a_generators_own_reasons_count,
    what_a_cancelled_job_has_cost_is_kept,
}

/// Says what was spent so far, and why there will be no app.
const GIVES_UP: &str = r#"write a.txt half;
    event {"type":"usage","promptTokens":5,"completionTokens":6,"costUsd":0.25};
    event {"type":"error","message":"the key is wrong","reason":"provider_error"}"#;

fn spent(tokens: u64) -> Value {
    json!({"promptTokens": tokens, "completionTokens": 6, "costUsd": 0.25})
}

fn error(job: &Job) -> (FailureReason, &str) {
    let error = job.error.as_ref().unwrap();
    (error.reason, &error.message)
}

async fn a_generator_that_knows_why_it_failed_says_so(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit(&format!("{GIVES_UP}; exit 3")).await;
    let job = client.ended(job.id).await;
    assert_eq!(
        error(&job),
        (FailureReason::ProviderError, "the key is wrong")
    );
    assert_eq!((job.attempt, job.usage), (1, Some(spent(5))));
    assert_eq!(client.file(job.id, "a.txt").await, b"half");

    let script = r#"event {"type":"error","message":"no key","reason":"provider_error"};
        event {"type":"error","message":"1000 tokens are spent","reason":"budget_exceeded"}; exit 1"#;
    let job = client.submit(script).await;
    let job = client.ended(job.id).await;
    let (reason, message) = error(&job);
    assert_eq!(reason, FailureReason::BudgetExceeded, "the last one counts");
    assert_eq!(message, "1000 tokens are spent");
}

async fn only_a_generators_own_reasons_count(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    for reason in ["worker_lost", "internal", "bad_luck"] {
        let script = json!({"type": "error", "message": "so", "reason": reason});
        let job = client.submit(&format!("event {script}; exit 3")).await;
        let job = client.ended(job.id).await;
        let (found, message) = error(&job);
        assert_eq!((found, job.attempt), (FailureReason::ExitCode, 1));
        assert!(message.ends_with("its last error: so"), "{message}");
        let transcript = client.events(job.session_id, 100).await;
        let said = transcript
            .raw()
            .into_iter()
            .find(|event| event["type"] == "agent_error")
            .unwrap();
        assert_eq!(said.get("reason"), None, "{said}");
    }
    // Whoever goes on after an error has not failed of it.
    let job = client.submit(GIVES_UP).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
}

async fn what_a_cancelled_job_has_cost_is_kept(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit(&format!("{GIVES_UP}; lines 1; hang")).await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    client.cancel(job.id).await;
    let job = client.ended(job.id).await;
    assert_eq!(
        (job.status, job.usage),
        (JobStatus::Cancelled, Some(spent(5)))
    );
}

/// Runs the script to its first line and has another worker go on from there.
async fn handed_over(leo: &mut Leo, client: &Client, script: &str) -> Job {
    let job = client.submit(script).await;
    let mut viewer = Repl::viewing(client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    assert!(leo.worker(0).terminate().await.success());
    leo.start_worker().await;
    client.ended(job.id).await
}

#[tokio::test]
async fn whoever_adopts_a_job_knows_its_reason_and_its_costs() {
    let mut leo = Leo::in_mode(Mode::Docker).start().await;
    let client = leo.client();
    let script = format!("{GIVES_UP}; lines 1; tick 30 100; exit 3");
    let job = handed_over(&mut leo, &client, &script).await;
    assert_eq!(
        error(&job),
        (FailureReason::ProviderError, "the key is wrong")
    );
    assert_eq!((job.attempt, job.usage), (1, Some(spent(5))));
}

/// What the last attempt of the job was given.
async fn input(client: &Client, job: JobId) -> Value {
    let job = client.job(job).await;
    let transcript = client.events(job.session_id, 1000).await;
    let printed = transcript.lines(job.id, LogStream::Stdout);
    let begin = printed.iter().rposition(|line| *line == "{").unwrap();
    let end = printed.iter().rposition(|line| *line == "}").unwrap();
    serde_json::from_str(&printed[begin..=end].join("\n")).unwrap()
}

/// What says it once for all attempts cannot be said again by the second one.
const ONCE: &str = "stay ../.leo/mark; read ../.leo/job.json; event ";

#[tokio::test]
async fn an_attempt_knows_what_earlier_ones_have_spent_and_a_retry_begins_at_nothing() {
    let leo = Leo::in_mode(Mode::Docker).start().await;
    let client = leo.client();
    let job = client
        .submit(&format!("{GIVES_UP}; {ONCE}; write b.txt x"))
        .await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer
        .event(job.session_id, "usage", |event| {
            matches!(event.kind, Some(leo_protocol::EventKind::AgentError { .. }))
        })
        .await;
    assert_eq!(leo.kill_containers().await, 1);
    let ended = client.ended(job.id).await;
    assert_eq!(
        (ended.status, ended.attempt, ended.usage),
        (JobStatus::Completed, 2, Some(spent(5)))
    );
    assert_eq!(input(&client, job.id).await["spent"], spent(5));
    let again = client.retry(job.id).await;
    client.ended(again.id).await;
    assert_eq!(input(&client, again.id).await.get("spent"), None);
}

#[tokio::test]
async fn what_a_lost_job_has_cost_is_known_to_whoever_gives_it_up() {
    let mut leo = Leo::in_mode(Mode::Process)
        .set("LEASE_SECONDS", "300")
        .set("LOST_AFTER", "900")
        .set("JOB_MAX_ATTEMPTS", "1")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit(&format!("{GIVES_UP}; lines 1; hang")).await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).kill();
    leo.start_worker().await;
    let job = client.ended(job.id).await;
    assert_eq!(error(&job).0, FailureReason::WorkerLost);
    assert_eq!(job.usage, Some(spent(5)));
}
