//! Webhooks: what a job's end or a user's wish has delivered to servers that users name.

use leo_protocol::WebhookId;
use leo_protocol::http::Page;
use leo_protocol::webhooks::{CreatedWebhook, Delivery, Webhook};
use leo_tests::client::Answer;
use leo_tests::{Builder, Client, Leo, Mode, secrets, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

mod changed;
mod deploy;
mod ends;
mod hostile;
mod killed;
mod retried;

/// The pause before the first retry: the others are at most 7200 times it.
const RETRY: &str = "20ms";

/// An installation whose users may name servers of this machine.
fn installation() -> Builder {
    Leo::in_mode(Mode::Process)
        .set("PRIVATE_ADDRESSES", "allow")
        .set("WEBHOOK_RETRY", RETRY)
}

/// Makes a webhook; no log may hold its secret or address from then on.
async fn make(client: &Client, url: &str, events: &[&str]) -> CreatedWebhook {
    secrets::remember("hook?for=leo");
    let body = json!({"url": url, "events": events});
    let created: CreatedWebhook = client.post("/api/webhooks", &body).await.expect(201);
    secrets::remember(&created.secret);
    created
}

/// All ends of jobs.
const ENDS: [&str; 3] = ["job.completed", "job.failed", "job.cancelled"];

async fn webhook(client: &Client, id: WebhookId) -> Webhook {
    client.get(&format!("/api/webhooks/{id}")).await.expect(200)
}

async fn change(client: &Client, id: WebhookId, body: &Value) -> Webhook {
    let request = client.request(Method::PATCH, &format!("/api/webhooks/{id}"));
    Answer::of(request.json(body)).await.expect(200)
}

/// A POST without a body.
async fn post(client: &Client, path: &str) -> Answer {
    Answer::of(client.request(Method::POST, path)).await
}

/// The tries, the first one first.
async fn deliveries(client: &Client, id: WebhookId) -> Vec<Delivery> {
    let path = format!("/api/webhooks/{id}/deliveries?limit=100");
    let page: Page<Delivery> = client.get(&path).await.expect(200);
    page.items.into_iter().rev().collect()
}

/// The tries, once there are so many.
async fn tried(client: &Client, id: WebhookId, count: usize) -> Vec<Delivery> {
    wait_for("tries in the log", async || {
        let tries = deliveries(client, id).await;
        (tries.len() >= count).then_some(tries)
    })
    .await
}

/// What has to be delivered still, as the database has it.
async fn pending(leo: &Leo) -> i64 {
    let mut database = leo.database().connection().await;
    let count = sqlx::query_scalar("select count(*) from outbox where status = 'pending'");
    count.fetch_one(&mut database).await.unwrap()
}

/// Waits until nothing has to be delivered.
async fn all_delivered(leo: &Leo) {
    wait_for("an empty outbox", async || {
        (pending(leo).await == 0).then_some(())
    })
    .await;
}
