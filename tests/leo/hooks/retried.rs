//! Deliveries that fail: tried again under the same id, and given up at last.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use leo_protocol::webhooks::Delivery;
use leo_tests::receiver::answer;
use leo_tests::{Receiver, wait_for};
use serde_json::{Value, json};

use super::{ENDS, all_delivered, change, installation, make, post, tried, webhook};

#[tokio::test]
async fn what_fails_is_tried_again_with_the_same_bytes() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let receiver = Receiver::answering(|asked| match asked.number {
        0 | 1 => answer(500, "not now\0"),
        2 => answer(302, ""),
        _ => answer(204, ""),
    })
    .await;
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let job = anna.submit("write a.txt x").await;
    let received = receiver.has(4).await;
    for one in &received {
        assert!(one.is_signed_with(&hook.secret));
        assert_eq!((one.id(), &one.body), (received[0].id(), &received[0].body));
    }
    let log = tried(&anna, hook.webhook.id, 4).await;
    let what = |one: &Delivery| (one.attempt, one.status, one.error.clone());
    let tries: Vec<_> = log.iter().map(what).collect();
    let redirect = "answered 302: redirects are not followed".to_owned();
    assert_eq!(
        tries,
        [
            (1, Some(500), Some("answered 500".to_owned())),
            (2, Some(500), Some("answered 500".to_owned())),
            (3, Some(302), Some(redirect)),
            (4, Some(204), None),
        ]
    );
    assert_eq!(log[0].answer.as_deref(), Some("not now\u{fffd}"));
    assert!(log.iter().all(|one| one.message_id == received[0].id()));
    assert!(log.iter().all(|one| one.job_id == Some(job.id)));
    assert!(log[0].next_try_at.is_some() && log[3].next_try_at.is_none());
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 4);
    assert_eq!(webhook(&anna, hook.webhook.id).await.failing_since, None);
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let receiver = Receiver::answering(|asked| {
        let mut answer = answer(if asked.number == 0 { 429 } else { 200 }, "");
        answer.headers_mut().insert(RETRY_AFTER, 2.into());
        answer
    })
    .await;
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    post(&anna, &format!("/api/webhooks/{}/test", hook.webhook.id)).await;
    let received = receiver.has(2).await;
    let pause = received[1].at - received[0].at;
    assert!(pause >= Duration::from_secs(2), "{pause:?}");
}

#[tokio::test]
async fn what_never_succeeds_is_given_up_and_can_be_asked_for_again() {
    let leo = installation().set("WEBHOOK_RETRY", "1ms").start().await;
    let anna = leo.user("anna");
    let well = Arc::new(AtomicBool::new(false));
    let seen = well.clone();
    let receiver = Receiver::answering(move |_| match seen.load(Ordering::SeqCst) {
        true => answer(200, ""),
        false => answer(503, ""),
    })
    .await;
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    post(&anna, &format!("/api/webhooks/{}/test", hook.webhook.id)).await;
    let log = tried(&anna, hook.webhook.id, 9).await;
    assert_eq!(log.len(), 9);
    assert_eq!(log[8].next_try_at, None);
    all_delivered(&leo).await;
    let failing = webhook(&anna, hook.webhook.id).await;
    assert!(failing.enabled && failing.failing_since.is_some());
    well.store(true, Ordering::SeqCst);
    let path = format!(
        "/api/webhooks/{}/deliveries/{}/retry",
        hook.webhook.id, log[3].id
    );
    assert_eq!(post(&leo.user("bob"), &path).await.status, 404);
    let again: Value = post(&anna, &path).await.expect(202);
    let log = tried(&anna, hook.webhook.id, 10).await;
    assert_eq!((log[9].error.as_deref(), log[9].attempt), (None, 10));
    assert_eq!(again["messageId"], log[9].message_id.as_str());
    assert_eq!(receiver.received().len(), 10);
    assert_eq!(webhook(&anna, hook.webhook.id).await.failing_since, None);
}

#[tokio::test]
async fn one_that_is_gone_is_disabled_until_its_user_enables_it() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let receiver = Receiver::answering(|asked| match asked.number {
        0 => answer(410, ""),
        _ => answer(200, ""),
    })
    .await;
    let hook = make(&anna, &receiver.url(), &ENDS).await.webhook.id;
    let test = format!("/api/webhooks/{hook}/test");
    post(&anna, &test).await;
    let disabled = wait_for("the webhook's end", async || {
        Some(webhook(&anna, hook).await).filter(|hook| !hook.enabled)
    })
    .await;
    assert!(disabled.disabled_reason.unwrap().contains("410"));
    let job = anna.submit("exit 3").await;
    anna.ended(job.id).await;
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 1);
    let enabled = change(&anna, hook, &json!({"enabled": true})).await;
    assert_eq!((enabled.enabled, enabled.disabled_reason), (true, None));
    post(&anna, &test).await;
    receiver.has(2).await;
}

#[tokio::test]
async fn one_that_fails_for_days_is_disabled() {
    let leo = installation().start().await;
    let anna = leo.user("anna");
    let receiver = Receiver::answering(|_| answer(500, "")).await;
    let hook = make(&anna, &receiver.url(), &ENDS).await.webhook.id;
    let mut database = leo.database().connection().await;
    let before = "update webhooks set failing_since = now() - interval '6 days'";
    sqlx::query(before).execute(&mut database).await.unwrap();
    post(&anna, &format!("/api/webhooks/{hook}/test")).await;
    let disabled = wait_for("the webhook's end", async || {
        Some(webhook(&anna, hook).await).filter(|hook| !hook.enabled)
    })
    .await;
    let reason = disabled.disabled_reason.unwrap();
    assert!(reason.contains("answered 500"), "{reason}");
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 1);
}
