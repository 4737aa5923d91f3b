//! Two at once: whoever wins, the job ends once, its stream ends with it, and the counters agree.

use std::sync::Arc;

use leo_common::store::claims::Claim;
use leo_common::store::events::Appended;
use leo_common::store::jobs::{Cancelled, Outcome};
use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, JobId, SessionId, WorkerId};

use super::{Store, units};

/// Rounds of each race: enough that each side wins some.
const ROUNDS: u32 = 25;

const ENDS: [&str; 3] = ["completed", "failed", "cancelled"];

/// The stream of a session with one ended job.
async fn assert_ended(store: &Store, session: SessionId) -> Vec<String> {
    let events = store.events(session).await;
    let ends = events
        .iter()
        .filter(|event| ENDS.contains(&event.as_str()))
        .count();
    assert_eq!(ends, 1, "{events:?}");
    assert!(
        ENDS.contains(&events.last().unwrap().as_str()),
        "{events:?}"
    );
    events
}

async fn cancelled(store: &Store, claim: &Claim) -> bool {
    let outcome = Outcome {
        cancelled: true,
        ..Outcome::default()
    };
    let finished = store.db.finish(claim.job, claim.epoch, &outcome).await;
    finished.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_against_claim() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    for _ in 0..ROUNDS {
        let (job, session) = store.submit(user, None).await;
        let canceller = Arc::clone(&store);
        let cancelling = tokio::spawn(async move { canceller.db.cancel(job).await.unwrap() });
        let claims = store
            .db
            .claim(WorkerId::generate(), 1)
            .await
            .unwrap()
            .claims;
        match (cancelling.await.unwrap(), claims.first()) {
            (Cancelled::Ended(fact), None) => assert_eq!(fact.session, session),
            (Cancelled::Requested, Some(claim)) => {
                let job = store.db.any_job(claim.job).await.unwrap().unwrap();
                assert!(job.cancel_requested_at.is_some());
                assert!(cancelled(&store, claim).await);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            assert_ended(&store, session).await.last().unwrap(),
            "cancelled"
        );
        assert_eq!(store.counters(user).await, (0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_against_finish() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    for _ in 0..ROUNDS {
        let claim = store.held(user).await;
        let (canceller, job) = (Arc::clone(&store), claim.job);
        let cancelling = tokio::spawn(async move { canceller.db.cancel(job).await.unwrap() });
        assert!(
            store.finish(&claim).await,
            "a request to cancel takes no job away"
        );
        assert!(matches!(
            cancelling.await.unwrap(),
            Cancelled::Requested | Cancelled::Final
        ));
        assert_ended(&store, claim.session).await;
        assert_eq!(store.db.cancel(claim.job).await.unwrap(), Cancelled::Final);
        assert_eq!(store.counters(user).await, (0, 0, 0));
    }
}

async fn take(store: &Store, job: JobId, epoch: u32) -> Option<Claim> {
    let events = [EventKind::WorkerChanged {
        how: WorkerChange::Adopted,
    }];
    let taken = store
        .db
        .take(job, epoch, WorkerId::generate(), false, &events);
    taken.await.unwrap().map(|(claim, _)| claim)
}

#[tokio::test(flavor = "multi_thread")]
async fn take_against_finish() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    for _ in 0..ROUNDS {
        let claim = store.held(user).await;
        let (taker, job, epoch) = (Arc::clone(&store), claim.job, claim.epoch);
        let taking = tokio::spawn(async move { take(&taker, job, epoch).await });
        let finished = store.finish(&claim).await;
        match (taking.await.unwrap(), finished) {
            (None, true) => {}
            (Some(taken), false) => assert!(store.finish(&taken).await),
            other => panic!("both won, or nobody: {other:?}"),
        }
        assert_ended(&store, claim.session).await;
        assert_eq!(store.counters(user).await, (0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn take_against_take() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    let claim = store.held(user).await;
    for epoch in 1..=ROUNDS {
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let (store, job) = (Arc::clone(&store), claim.job);
                tokio::spawn(async move { take(&store, job, epoch).await.is_some() })
            })
            .collect();
        let mut winners = 0;
        for taker in takers {
            winners += usize::from(taker.await.unwrap());
        }
        assert_eq!(winners, 1);
    }
    let last = Claim {
        epoch: ROUNDS + 1,
        ..claim.clone()
    };
    assert!(store.finish(&last).await);
    let events = assert_ended(&store, claim.session).await;
    let changes = events
        .iter()
        .filter(|event| *event == "worker_changed")
        .count();
    assert_eq!(changes, ROUNDS as usize);
}

/// A holder that still writes while its job ends: nothing comes behind the end.
#[tokio::test(flavor = "multi_thread")]
async fn append_against_finish() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    for _ in 0..ROUNDS {
        let claim = store.held(user).await;
        let (writer, own) = (Arc::clone(&store), claim.clone());
        let writing = tokio::spawn(async move {
            let mut position = 0;
            loop {
                let batch = units(&own, position, position + 1);
                match writer.db.append(&[batch]).await.unwrap()[0] {
                    Appended::Stored { .. } => position += 1,
                    Appended::Busy => {}
                    Appended::Fenced => return position,
                    other => panic!("{other:?}"),
                }
            }
        });
        leo_tests::wait_for("first unit", async || {
            let head = store.db.head(claim.session).await.unwrap();
            (head > Some(2)).then_some(())
        })
        .await;
        assert!(store.finish(&claim).await);
        let written = usize::try_from(writing.await.unwrap()).unwrap();
        assert_eq!(assert_ended(&store, claim.session).await.len(), written + 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn submits_into_one_session_keep_it_in_one_line() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    let (_, session) = store.submit(user, None).await;
    let submits: Vec<_> = (0..20)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.submit(user, Some(session)).await })
        })
        .collect();
    for submit in submits {
        submit.await.unwrap();
    }
    assert_eq!(store.counters(user).await, (21, 1, 0));
    let events = store.events(session).await;
    assert_eq!(events, vec!["job_queued"; 21]);
}
