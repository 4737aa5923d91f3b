//! Deploys: a hook is told where it can fetch a result, and the session hears what it has answered.

use leo_protocol::webhooks::{DeployRequested, DeploySettings};
use leo_protocol::{EventKind, JobId};
use leo_tests::client::Answer;
use leo_tests::receiver::{Received, answer};
use leo_tests::{Client, Receiver, secrets, wait_for};
use reqwest::Method;
use url::{Position, Url};

use super::{all_delivered, deliveries, installation, make, post, tried};

/// What the installation's hook is signed with.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EVENT: &str = "deploy.requested";

async fn deploy(client: &Client, job: JobId, key: Option<&str>) -> Answer {
    let mut request = client.request(Method::POST, &format!("/api/jobs/{job}/deploy"));
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    Answer::of(request).await
}

async fn finished(client: &Client) -> JobId {
    let job = client.submit("write a.txt the app").await;
    client.ended(job.id).await;
    job.id
}

/// What the hooks have answered, as the session's stream has it.
async fn answered(client: &Client, job: JobId, count: usize) -> Vec<EventKind> {
    let session = client.job(job).await.session_id;
    wait_for("answers in the stream", async || {
        let transcript = client.events(session, 1000).await;
        let kinds = transcript
            .events()
            .iter()
            .filter_map(|event| event.kind.clone());
        let said: Vec<_> = kinds
            .filter(|kind| matches!(kind, EventKind::DeployAnswered { .. }))
            .collect();
        (said.len() >= count).then_some(said)
    })
    .await
}

/// Fetches what the hook was told of, as somebody without any credential.
async fn fetched(client: &Client, told: &Received, secret: &str) -> Vec<u8> {
    let body = told.verified(secret);
    assert_eq!(body["type"], EVENT);
    let artifact = &body["data"]["artifact"];
    assert_eq!(
        (&artifact["files"], &artifact["size"]),
        (&1.into(), &7.into())
    );
    let url = Url::parse(artifact["url"].as_str().unwrap()).unwrap();
    let way = &url[Position::BeforePath..];
    secrets::remember(way);
    let nobody = Client::new(client.base());
    nobody.get(way).await.bytes(200)
}

#[tokio::test]
async fn a_users_hook_fetches_the_app_without_a_credential() {
    let leo = installation().set("LEO_PUBLIC_URL", "https://leo.example");
    let leo = leo.start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &[EVENT]).await;
    let settings: DeploySettings = anna.get("/api/settings/deploy").await.expect(200);
    assert_eq!(settings.hooks[0].host, "127.0.0.1");
    assert_eq!(settings.hooks[0].webhook_id, Some(hook.webhook.id));
    let job = finished(&anna).await;
    assert_eq!(deploy(&leo.user("bob"), job, None).await.status, 404);
    let asked: DeployRequested = deploy(&anna, job, Some("once")).await.expect(202);
    assert_eq!(asked.hooks, settings.hooks);
    assert_eq!(deploy(&anna, job, Some("once")).await.status, 202);
    let received = receiver.has(1).await;
    let zip = anna
        .get(&format!("/api/jobs/{job}/download"))
        .await
        .bytes(200);
    assert!(fetched(&anna, &received[0], &hook.secret).await == zip);
    let said = answered(&anna, job, 1).await;
    let EventKind::DeployAnswered {
        job_id,
        host,
        status,
        error,
        ..
    } = &said[0]
    else {
        panic!("{said:?}");
    };
    assert_eq!((*job_id, host.as_str()), (job, "127.0.0.1"));
    assert_eq!((*status, error.as_deref()), (Some(200), None));
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 1, "the same key asks once");
    assert_eq!(deploy(&anna, job, Some("twice")).await.status, 202);
    receiver.has(2).await;
    assert_eq!(tried(&anna, hook.webhook.id, 2).await[0].event, EVENT);
}

#[tokio::test]
async fn the_installations_hook_is_asked_for_users_without_one() {
    let receiver = Receiver::answering(|asked| match asked.number {
        0 => answer(502, ""),
        _ => answer(202, ""),
    })
    .await;
    // What the operator has set is asked wherever it is.
    let leo = installation()
        .set("PRIVATE_ADDRESSES", "refuse")
        .set("LEO_PUBLIC_URL", "https://leo.example")
        .set("DEPLOY_HOOK_URL", &receiver.url())
        .set("DEPLOY_HOOK_SECRET", SECRET);
    let leo = leo.start().await;
    secrets::remember(SECRET);
    let anna = leo.user("anna");
    let settings = anna.get("/api/settings/deploy").await;
    assert!(!settings.text().contains("for=leo"));
    let settings: DeploySettings = settings.expect(200);
    assert_eq!(settings.hooks[0].webhook_id, None);
    let job = finished(&anna).await;
    assert_eq!(deploy(&anna, job, None).await.status, 202);
    let received = receiver.has(2).await;
    assert_eq!(received[0].id(), received[1].id());
    fetched(&anna, &received[1], SECRET).await;
    let said = answered(&anna, job, 2).await;
    let told: Vec<_> = said
        .iter()
        .map(|kind| match kind {
            EventKind::DeployAnswered {
                status,
                error,
                next_try_at,
                ..
            } => (*status, error.clone(), next_try_at.is_some()),
            other => panic!("{other:?}"),
        })
        .collect();
    let first = (Some(502), Some("answered 502".to_owned()), true);
    assert_eq!(told, [first, (Some(202), None, false)]);
}

#[tokio::test]
async fn without_a_hook_or_a_result_nothing_is_deployed() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let settings: DeploySettings = anna.get("/api/settings/deploy").await.expect(200);
    assert!(settings.hooks.is_empty());
    let job = finished(&anna).await;
    let problem = deploy(&anna, job, None).await.problem();
    assert_eq!(
        (problem.status, problem.code.as_str()),
        (409, "no_deploy_hook")
    );
    assert!(
        problem.detail.contains("deploy.requested") && problem.detail.contains("DEPLOY_HOOK_URL")
    );
    let receiver = Receiver::start().await;
    let hook = make(&anna, &receiver.url(), &[EVENT]).await.webhook.id;
    let cancelled = anna.submit("lines 1; hang").await;
    assert_eq!(
        deploy(&anna, cancelled.id, None).await.problem().code,
        "no_files"
    );
    anna.cancel(cancelled.id).await;
    anna.ended(cancelled.id).await;
    assert!(deliveries(&anna, hook).await.is_empty());
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    receiver.has(1).await;
}
