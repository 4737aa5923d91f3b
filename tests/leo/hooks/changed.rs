//! What users may do to their webhooks, and secrets that change.

use leo_protocol::http::Page;
use leo_protocol::webhooks::{Webhook, WebhookSecret};
use leo_tests::client::Answer;
use leo_tests::{Receiver, secrets};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ENDS, change, installation, make, post, webhook};

#[tokio::test]
async fn webhooks_are_made_listed_changed_and_removed() {
    let leo = installation().workers(0).start().await;
    let anna = leo.user("anna");
    let created = make(
        &anna,
        "https://hooks.example/x",
        &["job.failed", "job.failed"],
    )
    .await;
    let id = created.webhook.id;
    assert!(created.secret.starts_with("whsec_"));
    assert_eq!(
        serde_json::to_value(&created.webhook.events).unwrap(),
        json!(["job.failed"])
    );
    let changed = change(
        &anna,
        id,
        &json!({"url": "https://hooks.example/y", "events": ENDS, "description": "mine", "enabled": false}),
    )
    .await;
    assert_eq!(
        (changed.url.as_str(), changed.enabled),
        ("https://hooks.example/y", false)
    );
    assert_eq!(
        (changed.events.len(), changed.description.as_deref()),
        (3, Some("mine"))
    );
    let cleared = change(&anna, id, &json!({"description": ""})).await;
    assert_eq!(
        cleared,
        Webhook {
            description: None,
            ..changed
        }
    );
    let page: Page<Webhook> = anna.get("/api/webhooks").await.expect(200);
    assert_eq!(page.items, [webhook(&anna, id).await]);
    let path = format!("/api/webhooks/{id}");
    assert!(
        leo.user("bob")
            .get("/api/webhooks")
            .await
            .expect::<Page<Webhook>>(200)
            .items
            .is_empty()
    );
    assert_eq!(leo.user("bob").get(&path).await.problem().code, "not_found");
    let removed = Answer::of(anna.request(Method::DELETE, &path)).await;
    assert_eq!(removed.status, 204);
    assert_eq!(anna.get(&path).await.problem().code, "not_found");
    assert_eq!(anna.get(&format!("{path}/deliveries")).await.status, 404);
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_without_being_repeated() {
    const SECRET: &str = "geheim-in-an-address";
    secrets::remember(SECRET);
    let leo = installation().workers(0).start().await;
    let anna = leo.user("anna");
    for (body, field) in [
        (
            json!({"url": format!("https://me:{SECRET}@hooks.example"), "events": ENDS}),
            "url",
        ),
        (
            json!({"url": format!("ftp://hooks.example/{SECRET}"), "events": ENDS}),
            "url",
        ),
        (
            json!({"url": "https://hooks.example", "events": []}),
            "events",
        ),
        (
            json!({"url": "https://hooks.example", "events": ENDS, "description": "a\nb"}),
            "description",
        ),
    ] {
        let answer = anna.post("/api/webhooks", &body).await;
        let problem = answer.problem();
        assert_eq!(problem.status, 422, "{}", answer.text());
        assert!(problem.detail.contains(field) && !answer.text().contains(SECRET));
    }
    for n in 0..20 {
        make(&anna, &format!("https://hooks.example/{n}"), &ENDS).await;
    }
    let body = json!({"url": "https://hooks.example", "events": ENDS});
    assert_eq!(
        anna.post("/api/webhooks", &body).await.problem().code,
        "too_many_webhooks"
    );
}

#[tokio::test]
async fn for_a_day_after_a_change_both_secrets_sign() {
    let leo = installation().start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let id = hook.webhook.id;
    let path = format!("/api/webhooks/{id}");
    assert_eq!(
        post(&leo.user("bob"), &format!("{path}/secret"))
            .await
            .status,
        404
    );
    let new: WebhookSecret = post(&anna, &format!("{path}/secret")).await.expect(200);
    secrets::remember(&new.secret);
    assert_ne!(new.secret, hook.secret);
    post(&anna, &format!("{path}/test")).await;
    let first = &receiver.has(1).await[0];
    assert!(first.is_signed_with(&new.secret) && first.is_signed_with(&hook.secret));
    // A day later.
    let mut database = leo.database().connection().await;
    let later = "update webhooks set secret_before_until = secret_before_until - interval '1 day'";
    sqlx::query(later).execute(&mut database).await.unwrap();
    post(&anna, &format!("{path}/test")).await;
    let second = &receiver.has(2).await[1];
    assert!(second.is_signed_with(&new.secret) && !second.is_signed_with(&hook.secret));
    // What is done to webhooks is remembered, without their secrets.
    let audit: Value = leo.operator("olga").get("/api/audit").await.expect(200);
    let actions = audit.to_string();
    assert!(actions.contains("webhook.created") && actions.contains("webhook.secret_changed"));
    assert!(!actions.contains("whsec_") && !actions.contains("hook?for=leo"));
}

#[tokio::test]
async fn secrets_outlive_the_key_that_they_were_encrypted_with() {
    const OLD: &str = "a-key-that-everybody-may-read-in-this-file";
    const NEW: &str = "the-key-after-that-which-everybody-may-read";
    let mut leo = installation().workers(0).start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let both = [("LEO_SECRET_KEY", NEW), ("LEO_SECRET_KEY_PREVIOUS", OLD)];
    leo.restart_with(&both).await;
    assert!(leo.reencrypt().contains("re-encrypted 1,"));
    leo.restart_with(&[("LEO_SECRET_KEY", NEW), ("LEO_SECRET_KEY_PREVIOUS", "")])
        .await;
    leo.start_worker().await;
    let anna = leo.user("anna");
    post(&anna, &format!("/api/webhooks/{}/test", hook.webhook.id)).await;
    assert!(receiver.has(1).await[0].is_signed_with(&hook.secret));
}
