//! The OpenAPI document and the server say the same.

use leo_protocol::http::{Me, Page};
use leo_protocol::keys::CreatedKey;
use leo_protocol::webhooks::{CreatedWebhook, Delivery};
use leo_protocol::{DeliveryId, WebhookId};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

/// Methods that a path item may have.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[tokio::test]
async fn what_is_in_the_document_is_answered() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("write a.txt x").await;
    client.ended(job.id).await;
    let key = json!({"name": "to be revoked", "scope": "read"});
    let key: CreatedKey = client.post("/api/keys", &key).await.expect(201);
    let me: Me = client.get("/api/auth/me").await.expect(200);
    let (webhook, delivery) = delivered(&client).await;
    let document: Value = client.get("/api/openapi.json").await.expect(200);
    let mut asked = 0;
    // What deletes comes last: the others still need the session.
    for deleting in [false, true] {
        for (path, item) in document["paths"].as_object().unwrap() {
            // Not there where no OAuth app is set.
            if path.starts_with("/api/auth/github") {
                continue;
            }
            let id = match path.split('/').nth(2) {
                Some("sessions") => job.session_id.to_string(),
                Some("keys") => key.id.to_string(),
                Some("users") => me.user_id.to_string(),
                Some("webhooks") => webhook.to_string(),
                _ => job.id.to_string(),
            };
            let path = path
                .replace("{id}", &id)
                .replace("{path}", "a.txt")
                .replace("{worker}", "worker-0")
                .replace("{delivery}", &delivery.to_string());
            for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
                if (*method == "delete") != deleting {
                    continue;
                }
                let method: Method = method.to_uppercase().parse().unwrap();
                let request = client
                    .request(method.clone(), &path)
                    .json(&json!({"prompt": "exit 1"}));
                let answer = Answer::of(request).await;
                assert!(
                    ![404, 405, 500].contains(&answer.status),
                    "{method} {path}: {}",
                    answer.text()
                );
                asked += 1;
            }
        }
    }
    assert!(asked >= 15, "only {asked} operations are in the document");
}

/// A webhook, and a try to deliver something to it, which has failed.
async fn delivered(client: &Client) -> (WebhookId, DeliveryId) {
    let body = json!({"url": "http://127.0.0.1:9", "events": ["job.failed"]});
    let webhook: CreatedWebhook = client.post("/api/webhooks", &body).await.expect(201);
    let path = format!("/api/webhooks/{}", webhook.webhook.id);
    let test = client.post(&format!("{path}/test"), &json!({})).await;
    assert_eq!(test.status, 202);
    let delivery = wait_for("a try", async || {
        let tries = client.get(&format!("{path}/deliveries")).await;
        let tries: Page<Delivery> = tries.expect(200);
        tries.items.first().map(|delivery| delivery.id)
    });
    (webhook.webhook.id, delivery.await)
}

#[tokio::test]
async fn the_document_can_be_browsed() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let page = leo.client().get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(
        page.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
}
