//! Receivers that mean no good, and those that are dead: what they can reach, and whom they hold up.

use std::sync::Arc;
use std::time::Instant;

use axum::http::header::LOCATION;
use futures_util::FutureExt as _;
use leo_tests::receiver::{answer, endless};
use leo_tests::{Leo, Mode, Receiver};
use serde_json::json;
use tokio::sync::Notify;

use super::{ENDS, all_delivered, deliveries, installation, make, post, tried};

#[tokio::test]
async fn private_addresses_are_not_told_anything_where_that_is_refused() {
    let wishes = Leo::in_mode(Mode::Process).set("PRIVATE_ADDRESSES", "refuse");
    let leo = wishes.set("WEBHOOK_RETRY", "1ms").start().await;
    let (anna, inside) = (leo.user("anna"), Receiver::start().await);
    for url in [
        inside.url(),
        inside.url_at("localhost"),
        inside.url_at("[::ffff:127.0.0.1]"),
        inside.url_at("2130706433"),
        "http://169.254.169.254/latest".to_owned(),
    ] {
        let body = json!({"url": url, "events": ENDS});
        let problem = anna.post("/api/webhooks", &body).await.problem();
        assert_eq!(problem.status, 422, "{url}");
        assert!(problem.detail.contains("PRIVATE_ADDRESSES"), "{url}");
    }
    // A name does not look like what it leads to.
    let name = nix::unistd::gethostname().unwrap().into_string().unwrap();
    let hook = make(&anna, &inside.url_at(&name), &ENDS).await.webhook.id;
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    for one in tried(&anna, hook, 9).await {
        let said = one.error.unwrap();
        assert!(
            said.contains("private") && said.contains("PRIVATE_ADDRESSES"),
            "{said}"
        );
        assert_eq!(one.status, None);
    }
    // Nor does one that was allowed when it was made.
    let mut database = leo.database().connection().await;
    sqlx::query("update webhooks set url = $1")
        .bind(inside.url())
        .execute(&mut database)
        .await
        .unwrap();
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    let log = tried(&anna, hook, 18).await;
    assert!(log[17].error.as_deref().unwrap().contains("127.0.0.1"));
    assert!(inside.received().is_empty());
    all_delivered(&leo).await;
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let leo = installation().start().await;
    let (anna, inside) = (leo.user("anna"), Receiver::start().await);
    let place = inside.url();
    let outside = Receiver::answering(move |asked| {
        if asked.number > 0 {
            return answer(200, "");
        }
        let mut answer = answer(307, "");
        answer
            .headers_mut()
            .insert(LOCATION, place.parse().unwrap());
        answer
    })
    .await;
    let hook = make(&anna, &outside.url(), &ENDS).await.webhook.id;
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    let log = tried(&anna, hook, 2).await;
    assert!(log[0].error.as_deref().unwrap().contains("not followed"));
    assert!(inside.received().is_empty());
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let receiver = Receiver::answering(|_| endless(200)).await;
    let hook = make(&anna, &receiver.url(), &ENDS).await.webhook.id;
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    let log = tried(&anna, hook, 1).await;
    assert_eq!((log[0].status, log[0].error.as_deref()), (Some(200), None));
    assert_eq!(log[0].answer.as_deref().unwrap().len(), 1024);
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 1);
}

/// The dead one is Anna's own, and has much to be told.
#[tokio::test]
async fn a_dead_receiver_does_not_hold_up_a_living_one() {
    const TOLD: usize = 20;
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let never = Arc::new(Notify::new());
    let dead = Receiver::with(move |_| {
        let never = never.clone();
        async move {
            never.notified().await;
            answer(200, "")
        }
        .boxed()
    })
    .await;
    let living = Receiver::start().await;
    let dead_hook = make(&anna, &dead.url(), &ENDS).await.webhook.id;
    let living_hook = make(&anna, &living.url(), &ENDS).await.webhook.id;
    for _ in 0..TOLD {
        post(&anna, &format!("/api/webhooks/{dead_hook}/test")).await;
    }
    dead.has(1).await;
    let asked = Instant::now();
    for _ in 0..TOLD {
        post(&anna, &format!("/api/webhooks/{living_hook}/test")).await;
    }
    living.has(TOLD).await;
    assert_eq!(dead.received().len(), 1, "one at a time");
    assert!(
        deliveries(&anna, dead_hook).await.is_empty(),
        "{:?}",
        asked.elapsed()
    );
    let log = tried(&anna, dead_hook, 1).await;
    assert_eq!(log[0].error.as_deref(), Some("no answer within 15 s"));
    assert_eq!(log[0].status, None);
    // What else it was to be told goes with it.
    let gone = anna.request(
        reqwest::Method::DELETE,
        &format!("/api/webhooks/{dead_hook}"),
    );
    assert_eq!(gone.send().await.unwrap().status(), 204);
    all_delivered(&leo).await;
}
