//! The ends of jobs: each is told once, to whom has asked for it, with a signature that others can check.

use leo_protocol::JobStatus;
use leo_tests::{Receiver, Repl};
use serde_json::{Value, json};

use super::{ENDS, all_delivered, deliveries, installation, make, post};

#[tokio::test]
async fn each_end_arrives_once_and_signed() {
    let leo = installation().start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let completed = anna.submit("write a.txt x").await;
    let failed = anna.submit("exit 3").await;
    let running = anna.submit("lines 1; hang").await;
    for job in [completed.id, failed.id] {
        anna.ended(job).await;
    }
    let queued = anna.submit_in(running.session_id, "lines 1").await;
    let mut viewer = Repl::viewing(&anna, running.session_id, 0).await;
    viewer.line(running.session_id, running.id, "line 1").await;
    for job in [queued.id, running.id] {
        anna.cancel(job).await;
        anna.ended(job).await;
    }
    receiver.has(4).await;
    all_delivered(&leo).await;
    let received = receiver.received();
    assert_eq!(received.len(), 4, "{received:#?}");
    for (job, event, status) in [
        (completed.id, "job.completed", JobStatus::Completed),
        (failed.id, "job.failed", JobStatus::Failed),
        (running.id, "job.cancelled", JobStatus::Cancelled),
        (queued.id, "job.cancelled", JobStatus::Cancelled),
    ] {
        let told: Vec<Value> = received
            .iter()
            .map(|one| one.verified(&hook.secret))
            .filter(|body| body["data"]["job"]["id"] == json!(job))
            .collect();
        let [body] = told.as_slice() else {
            panic!("{job}: {told:#?}");
        };
        assert_eq!(body["type"], event);
        let seen = serde_json::to_value(anna.job(job).await).unwrap();
        assert_eq!(body["data"]["job"], seen);
        assert_eq!(anna.job(job).await.status, status);
    }
    for one in &received {
        assert_eq!(one.path, "/hook?for=leo");
        assert_eq!(one.headers["content-type"], "application/json");
        assert!(!one.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    }
    let log = deliveries(&anna, hook.webhook.id).await;
    let done = log.iter().filter(|one| one.error.is_none());
    assert_eq!(done.count(), 4);
    assert!(
        log.iter()
            .all(|one| one.status == Some(200) && one.attempt == 1)
    );
    assert_eq!(log[0].answer.as_deref(), Some("thank you"));
}

#[tokio::test]
async fn nobody_is_told_what_he_has_not_asked_for() {
    let leo = installation().start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let (annas, bobs) = (Receiver::start().await, Receiver::start().await);
    make(&anna, &annas.url(), &["job.failed"]).await;
    make(&bob, &bobs.url(), &ENDS).await;
    let quiet = make(&anna, &annas.url(), &ENDS).await.webhook.id;
    super::change(&anna, quiet, &json!({"enabled": false})).await;
    let refused = post(&anna, &format!("/api/webhooks/{quiet}/test")).await;
    assert_eq!(refused.problem().code, "webhook_disabled");
    for prompt in ["write a.txt x", "exit 3"] {
        let job = anna.submit(prompt).await;
        anna.ended(job.id).await;
    }
    annas.has(1).await;
    all_delivered(&leo).await;
    let told = annas.received();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event(), "job.failed");
    assert!(bobs.received().is_empty());
}

#[tokio::test]
async fn a_test_arrives_without_any_job() {
    let leo = installation().start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &["deploy.requested"]).await;
    let path = format!("/api/webhooks/{}/test", hook.webhook.id);
    let queued: Value = post(&anna, &path).await.expect(202);
    let received = receiver.has(1).await;
    let body = received[0].verified(&hook.secret);
    assert_eq!(body["type"], "webhook.test");
    assert_eq!(body["data"]["webhook"]["id"], json!(hook.webhook.id));
    assert_eq!(queued["messageId"], received[0].id());
    assert_eq!(leo.user("bob").get(&path).await.status, 405);
    assert_eq!(
        post(&leo.user("bob"), &path).await.problem().code,
        "not_found"
    );
}
