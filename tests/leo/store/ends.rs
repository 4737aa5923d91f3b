//! Ends of many jobs in one transaction: each is a matter of its own.

use std::time::Duration;

use leo_common::finish::Finisher;
use leo_common::queue::{Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::store::claims::Claim;
use leo_common::store::jobs::{Ended, Ending, Outcome};
use sqlx::Connection as _;

use super::Store;

fn ending(claim: &Claim) -> Ending {
    Ending {
        job: claim.job,
        epoch: claim.epoch,
        outcome: Outcome::default(),
    }
}

/// A task that ends jobs, with a Redis that nobody has: it only wakes.
fn finisher(store: &Store) -> Finisher {
    let nowhere = RedisLink::new("redis://127.0.0.1:1", leo_protocol::InstanceId::generate());
    let waker = Waker::start(Hints::new(&nowhere.unwrap()).unwrap());
    Finisher::start(store.db.clone(), waker)
}

#[tokio::test]
async fn each_ends_or_not_and_the_next_of_its_session_is_ready() {
    let store = Store::new().await;
    let (a, b) = (store.user("a", 9).await, store.user("b", 9).await);
    let claims = [
        store.held(a).await,
        store.held(a).await,
        store.held(b).await,
    ];
    let (next, _) = store.submit(a, Some(claims[0].session)).await;
    let mut endings: Vec<_> = claims.iter().map(ending).collect();
    endings[1].epoch += 1;
    let ended = store.db.finish_many(&endings).await.unwrap();
    let more = |ended: &Ended| match ended {
        Ended::Done { more, .. } => Some(*more),
        Ended::Refused | Ended::Busy(_) => None,
    };
    assert_eq!(
        ended.iter().map(more).collect::<Vec<_>>(),
        [Some(true), None, Some(false)]
    );
    assert_eq!(ended[1], Ended::Refused);
    let last = store.events(claims[0].session).await;
    assert_eq!(
        last,
        [
            "job_queued",
            "generation_started",
            "job_queued",
            "completed"
        ]
    );
    assert_eq!(store.counters(a).await, (1, 1, 1));
    assert_eq!(store.counters(b).await, (0, 0, 0));
    let claim = store.db.claim(leo_protocol::WorkerId::generate(), 9).await;
    assert_eq!(claim.unwrap().claims[0].job, next);
}

#[tokio::test]
async fn a_locked_user_holds_up_nobody_and_comes_last() {
    let store = Store::new().await;
    let (locked, free) = (store.user("locked", 9).await, store.user("free", 9).await);
    let (late, later) = (store.held(locked).await, store.held(locked).await);
    let soon = store.held(free).await;
    let mut other = store.database.connection().await;
    let mut holding = other.begin().await.unwrap();
    sqlx::query("select from users where id = $1 for no key update")
        .bind(locked.uuid())
        .execute(&mut *holding)
        .await
        .unwrap();
    let ended = store.db.finish_many(&[ending(&late), ending(&soon)]).await;
    let [busy, done] = &ended.unwrap()[..] else {
        panic!("an answer for each")
    };
    assert_eq!(*busy, Ended::Busy(locked));
    assert!(matches!(done, Ended::Done { .. }), "{done:?}");

    let finisher = finisher(&store);
    let waiting = [&late, &later].map(|late| {
        let (finisher, late) = (finisher.clone(), ending(late));
        tokio::spawn(async move { finisher.finish(late.job, late.epoch, late.outcome).await })
    });
    let another = store.held(free).await;
    let soon = finisher.finish(another.job, another.epoch, Outcome::default());
    let soon = tokio::time::timeout(Duration::from_secs(20), soon).await;
    assert!(soon.expect("it is not held up").unwrap().is_some());
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    holding.rollback().await.unwrap();
    for waiting in waiting {
        assert!(waiting.await.unwrap().unwrap().is_some());
    }
}

#[tokio::test]
async fn what_the_store_refuses_spoils_no_other() {
    let store = Store::new().await;
    let user = store.user("a", 99).await;
    let finisher = finisher(&store);
    let mut ends = Vec::new();
    for number in 0..20 {
        let claim = store.held(user).await;
        // Postgres keeps no text with a zero byte.
        let summary = (number == 7).then(|| "\0".to_owned());
        let outcome = Outcome {
            summary,
            ..Outcome::default()
        };
        let finisher = finisher.clone();
        ends.push(tokio::spawn(async move {
            finisher.finish(claim.job, claim.epoch, outcome).await
        }));
    }
    for (number, end) in ends.into_iter().enumerate() {
        match end.await.unwrap() {
            Ok(fact) => assert!(number != 7 && fact.is_some()),
            Err(error) => assert!(number == 7 && error.is_refusal(), "{error:?}"),
        }
    }
    assert_eq!(store.counters(user).await, (0, 0, 1));
}
