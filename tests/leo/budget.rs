//! What a job may spend: said with its prompt, kept with it, told to its generator.

use leo_protocol::http::{Job, Page};
use leo_protocol::repl::{ClientMessage, ServerMessage};
use leo_protocol::runner::JobInput;
use leo_protocol::{Budget, JobStatus, LogStream};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl};
use reqwest::Method;
use serde_json::{Value, json};

/// Prints what it was given.
const TELLS: &str = "read ../.leo/job.json; event ; write a.txt x";

const BUDGET: Budget = Budget {
    tokens: Some(200_000),
    usd: Some(0.1),
};

in_both_modes! {
    a_budget_goes_with_the_job_to_its_generator_and_with_its_retry,
}

/// What the generator of the job was given.
async fn input(client: &Client, job: &Job) -> JobInput {
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    let transcript = client.events(job.session_id, 1000).await;
    let printed = transcript.lines(job.id, LogStream::Stdout).join("\n");
    serde_json::from_str(&printed).unwrap()
}

async fn a_budget_goes_with_the_job_to_its_generator_and_with_its_retry(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let body = json!({"prompt": TELLS, "mode": "features", "budget": BUDGET});
    let job: Job = client.post("/api/jobs", &body).await.expect(202);
    assert_eq!(job.budget, Some(BUDGET));
    let given = input(&client, &job).await;
    assert_eq!((given.budget, given.spent), (Some(BUDGET), None));
    assert_eq!(given.mode, leo_protocol::Mode::Features);

    let again = client.retry(job.id).await;
    assert_eq!(again.budget, Some(BUDGET));
    assert_eq!(input(&client, &again).await.budget, Some(BUDGET));
    let listed: Page<Job> = client.get("/api/jobs").await.expect(200);
    assert!(listed.items.iter().all(|job| job.budget == Some(BUDGET)));

    let free = client.submit(TELLS).await;
    let raw: Value = client
        .get(&format!("/api/jobs/{}", free.id))
        .await
        .expect(200);
    assert_eq!(raw.get("budget"), None);
    assert_eq!(input(&client, &free).await.budget, None);
}

#[tokio::test]
async fn a_budget_is_part_of_what_a_key_stands_for() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let submit = async |budget: &Value| {
        let request = client
            .request(Method::POST, "/api/jobs")
            .header("Idempotency-Key", "k");
        let body = json!({"prompt": "lines 1", "budget": budget});
        Answer::of(request.json(&body)).await
    };
    let first: Job = submit(&json!({"usd": 0.5})).await.expect(202);
    let same: Job = submit(&json!({"usd": 0.5, "tokens": null}))
        .await
        .expect(202);
    assert_eq!((same.id, same.budget), (first.id, first.budget));
    for other in [json!({"usd": 0.25}), json!({"tokens": 5}), Value::Null] {
        let answer = submit(&other).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (409, "idempotency_conflict")
        );
    }
}

#[tokio::test]
async fn a_budget_that_cannot_be_is_refused_by_name() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    for (budget, code, field) in [
        (json!({}), "invalid_field", "`budget`"),
        (json!({"tokens": 0}), "invalid_field", "`budget.tokens`"),
        (json!({"tokens": 1.5}), "invalid_field", "budget.tokens"),
        (json!({"usd": "1"}), "invalid_field", "budget.usd"),
        (json!({"usd": 1e300}), "invalid_field", "`budget.usd`"),
        (json!({"minutes": 5}), "unknown_field", "minutes"),
    ] {
        let body = json!({"prompt": "lines 1", "budget": budget});
        let problem = client.post("/api/jobs", &body).await.problem();
        let detail = problem.detail;
        assert_eq!(problem.code, code, "{budget}: {detail}");
        assert!(detail.contains(field), "{budget}: {detail}");
    }
    let listed: Page<Job> = client.get("/api/jobs").await.expect(200);
    assert!(listed.items.is_empty());
}

#[tokio::test]
async fn a_socket_takes_a_budget_too() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let mut repl = Repl::connect(&leo.client()).await;
    let start = |budget| ClientMessage::StartGeneration {
        session_id: None,
        prompt: "lines 1".to_owned(),
        mode: None,
        max_iterations: None,
        budget: Some(budget),
        model: None,
        idempotency_key: None,
    };
    repl.send(&start(Budget::default())).await;
    let (code, text) = repl.error().await;
    assert_eq!(code, "invalid_field");
    assert!(text.contains("`budget`"), "{text}");
    repl.send(&start(BUDGET)).await;
    let joined = repl
        .message("session_joined", |message| {
            matches!(message, ServerMessage::SessionJoined { .. })
        })
        .await;
    let ServerMessage::SessionJoined { jobs, .. } = joined else {
        panic!("{joined:?}");
    };
    assert_eq!(jobs[0].budget, Some(BUDGET));
}
