//! Workers that are killed: nothing is lost, and what comes twice comes under the same id.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::FutureExt as _;
use leo_tests::receiver::answer;
use leo_tests::{Receiver, wait_for};
use tokio::sync::Notify;

use super::{ENDS, all_delivered, installation, make, pending, tried};

#[tokio::test]
async fn an_end_without_any_worker_is_told_by_the_next() {
    let mut leo = installation().workers(0).start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let job = anna.submit("lines 1").await;
    anna.cancel(job.id).await;
    assert_eq!(pending(&leo).await, 1);
    leo.start_worker().await;
    let received = receiver.has(1).await;
    assert!(received[0].is_signed_with(&hook.secret));
    all_delivered(&leo).await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_worker_killed_at_the_commit_of_an_end_loses_nothing() {
    let mut leo = installation().set("LEASE_SECONDS", "3").start().await;
    let (anna, receiver) = (leo.user("anna"), Receiver::start().await);
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let mut expected = HashSet::new();
    for round in 0..5 {
        let job = anna.submit("exit 3").await;
        anna.ended(job.id).await;
        leo.worker(round).kill();
        expected.insert(job.id.to_string());
        leo.start_worker().await;
    }
    let told = wait_for("each end", async || {
        let received = receiver.received();
        let told: HashSet<_> = received
            .iter()
            .map(|one| {
                let body = one.verified(&hook.secret);
                let job = body["data"]["job"]["id"].as_str().unwrap().to_owned();
                (one.id().to_owned(), job)
            })
            .collect();
        (told.len() >= expected.len()).then_some(told)
    })
    .await;
    // One id for each end, however often it came.
    assert_eq!(told.len(), expected.len());
    let jobs: HashSet<_> = told.into_iter().map(|(_, job)| job).collect();
    assert_eq!(jobs, expected);
    all_delivered(&leo).await;
}

#[tokio::test]
async fn a_worker_killed_while_it_delivers_is_followed_by_another() {
    let mut leo = installation().set("LEASE_SECONDS", "3").start().await;
    let anna = leo.user("anna");
    let never = Arc::new(Notify::new());
    let receiver = Receiver::with(move |received| {
        let never = never.clone();
        async move {
            if received.number == 0 {
                never.notified().await;
            }
            answer(200, "")
        }
        .boxed()
    })
    .await;
    let hook = make(&anna, &receiver.url(), &ENDS).await;
    let job = anna.submit("exit 3").await;
    receiver.has(1).await;
    leo.worker(0).kill();
    leo.start_worker().await;
    let received = receiver.has(2).await;
    assert_eq!(received[0].id(), received[1].id());
    assert_eq!(received[0].body, received[1].body);
    let body = received[1].verified(&hook.secret);
    assert_eq!(body["data"]["job"]["id"], job.id.to_string());
    let log = tried(&anna, hook.webhook.id, 1).await;
    assert_eq!((log[0].attempt, log[0].error.as_deref()), (2, None));
    all_delivered(&leo).await;
}
