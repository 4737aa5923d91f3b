//! The append: idempotent by position, fenced, never waiting, never with a gap.

use std::sync::Arc;
use std::time::Duration;

use leo_common::store::claims::Claim;
use leo_common::store::events::{Appended, NewBatch, Source};
use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, SessionId, WorkerId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sqlx::Connection as _;

use super::{Store, units};

/// Where a held job's own events begin: behind `job_queued` and `generation_started`.
const FIRST: u64 = 3;

async fn append(store: &Store, batch: NewBatch) -> Appended {
    let mut done = store.db.append(&[batch]).await.unwrap();
    assert_eq!(done.len(), 1);
    done.remove(0)
}

#[tokio::test]
async fn a_batch_is_stored_once_however_often_it_is_sent() {
    let store = Store::new().await;
    let claim = store.held(store.user("a", 1).await).await;
    let stored = Appended::Stored { first: FIRST };
    assert_eq!(append(&store, units(&claim, 0, 2)).await, stored);
    for _ in 0..2 {
        let again = Appended::Duplicate { first: Some(FIRST) };
        assert_eq!(append(&store, units(&claim, 0, 2)).await, again);
    }
    let stored = Appended::Stored { first: FIRST + 2 };
    assert_eq!(append(&store, units(&claim, 2, 3)).await, stored);
    let older = Appended::Duplicate { first: None };
    assert_eq!(append(&store, units(&claim, 0, 2)).await, older);
    assert_eq!(
        store.events(claim.session).await[2..],
        ["unit 1", "unit 2", "unit 3"]
    );
}

#[tokio::test]
async fn a_gap_tells_where_to_go_on() {
    let store = Store::new().await;
    let claim = store.held(store.user("a", 1).await).await;
    assert_eq!(
        append(&store, units(&claim, 1, 2)).await,
        Appended::Gap { position: 0 }
    );
    append(&store, units(&claim, 0, 3)).await;
    let overlap = append(&store, units(&claim, 2, 5)).await;
    assert_eq!(overlap, Appended::Gap { position: 3 });
    let position = store
        .db
        .position(claim.session, claim.job, claim.epoch, Source::Stdout);
    assert_eq!(position.await.unwrap(), Some(3));
}

#[tokio::test]
async fn whoever_does_not_hold_the_job_is_fenced() {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    let claim = store.held(user).await;
    let other = store.held(user).await;
    let stale = Claim {
        epoch: claim.epoch + 1,
        ..claim.clone()
    };
    let strange = Claim {
        job: other.job,
        ..claim.clone()
    };
    let nowhere = Claim {
        session: SessionId::generate(),
        ..claim.clone()
    };
    for wrong in [&stale, &strange, &nowhere] {
        assert_eq!(
            append(&store, units(wrong, 0, 1)).await,
            Appended::Fenced,
            "{wrong:?}"
        );
    }
    let runner = NewBatch {
        source: Source::Runner,
        fence: claim.attempt + 1,
        ..units(&claim, 0, 1)
    };
    assert_eq!(append(&store, runner).await, Appended::Fenced);
    assert!(store.finish(&claim).await);
    assert_eq!(append(&store, units(&claim, 0, 1)).await, Appended::Fenced);
    assert_eq!(
        store.events(claim.session).await.len(),
        3,
        "nothing of it was stored"
    );
}

#[tokio::test]
async fn a_locked_head_is_busy_and_nothing_else() {
    let store = Store::new().await;
    let claim = store.held(store.user("a", 1).await).await;
    let mut other = store.database.connection().await;
    let mut holding = other.begin().await.unwrap();
    sqlx::query("select from session_heads where session_id = $1 for no key update")
        .bind(claim.session.uuid())
        .execute(&mut *holding)
        .await
        .unwrap();
    assert_eq!(append(&store, units(&claim, 0, 1)).await, Appended::Busy);
    holding.rollback().await.unwrap();
    let stored = Appended::Stored { first: FIRST };
    assert_eq!(append(&store, units(&claim, 0, 1)).await, stored);
}

#[tokio::test]
async fn a_batch_without_events_moves_the_position_alone() {
    let store = Store::new().await;
    let claim = store.held(store.user("a", 1).await).await;
    append(&store, units(&claim, 0, 1)).await;
    let silent = |from, to| NewBatch {
        from,
        to,
        ..units(&claim, 0, 0)
    };
    let stored = Appended::Stored { first: FIRST + 1 };
    assert_eq!(append(&store, silent(1, 7)).await, stored);
    assert_eq!(
        append(&store, silent(1, 7)).await,
        Appended::Duplicate { first: None }
    );
    assert_eq!(
        append(&store, units(&claim, 7, 8)).await,
        stored,
        "no place was taken"
    );
    assert_eq!(store.events(claim.session).await[2..], ["unit 1", "unit 8"]);
}

#[tokio::test]
async fn each_batch_of_a_call_is_judged_alone() {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    let (good, stale, busy) = (
        store.held(user).await,
        store.held(user).await,
        store.held(user).await,
    );
    let stale = Claim { epoch: 9, ..stale };
    let mut other = store.database.connection().await;
    let mut holding = other.begin().await.unwrap();
    sqlx::query("select from session_heads where session_id = $1 for no key update")
        .bind(busy.session.uuid())
        .execute(&mut *holding)
        .await
        .unwrap();
    let batches = [units(&stale, 0, 1), units(&busy, 0, 1), units(&good, 0, 1)];
    let done = store.db.append(&batches).await.unwrap();
    assert_eq!(
        done,
        [
            Appended::Fenced,
            Appended::Busy,
            Appended::Stored { first: FIRST }
        ]
    );
    assert_eq!(store.db.append(&[]).await.unwrap(), []);
}

async fn take(store: &Store, claim: &Claim, new_attempt: bool) -> Option<Claim> {
    let events = [EventKind::WorkerChanged {
        how: WorkerChange::Adopted,
    }];
    let (job, worker) = (claim.job, WorkerId::generate());
    let taken = store
        .db
        .take(job, claim.epoch, worker, new_attempt, &events);
    taken.await.unwrap().map(|(claim, _)| claim)
}

#[tokio::test]
async fn a_take_leaves_other_sessions_alone() {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    let (claim, other) = (store.held(user).await, store.held(user).await);
    append(&store, units(&other, 0, 2)).await;
    let taken = take(&store, &claim, true).await.unwrap();
    assert!(take(&store, &taken, false).await.is_some());
    assert_eq!(store.events(other.session).await.len(), 4);
    let stored = Appended::Stored { first: FIRST + 2 };
    assert_eq!(append(&store, units(&other, 2, 3)).await, stored);
}

#[tokio::test]
async fn a_new_attempt_begins_at_zero_and_an_adoption_does_not() {
    let store = Store::new().await;
    let claim = store.held(store.user("a", 1).await).await;
    append(&store, units(&claim, 0, 5)).await;
    let own = NewBatch {
        source: Source::Worker,
        ..units(&claim, 0, 1)
    };
    append(&store, own).await;
    let adopted = take(&store, &claim, false).await.unwrap();
    assert_eq!((adopted.epoch, adopted.attempt), (2, 1));
    assert_eq!(append(&store, units(&claim, 5, 6)).await, Appended::Fenced);
    assert!(matches!(
        append(&store, units(&adopted, 5, 6)).await,
        Appended::Stored { .. }
    ));
    let again = take(&store, &adopted, true).await.unwrap();
    assert_eq!(
        (again.epoch, again.attempt, again.worker_position),
        (3, 2, 1)
    );
    assert!(matches!(
        append(&store, units(&again, 0, 1)).await,
        Appended::Stored { .. }
    ));
}

/// Many writers send the same units in pieces of any size, as if each had taken the others for
/// dead, and forget half of the answers they get.
#[tokio::test(flavor = "multi_thread")]
async fn many_writers_store_every_unit_once_and_in_order() {
    const WRITERS: u64 = 8;
    const SESSIONS: u32 = 3;
    const UNITS: u64 = 150;
    let store = Arc::new(Store::new().await);
    let user = store.user("a", SESSIONS).await;
    let mut claims = Vec::new();
    for _ in 0..SESSIONS {
        claims.push(store.held(user).await);
    }
    let writers = (0..WRITERS).map(|seed| {
        let (store, claims) = (Arc::clone(&store), claims.clone());
        tokio::spawn(
            async move { write_all(&store, &claims, UNITS, StdRng::seed_from_u64(seed)).await },
        )
    });
    for writer in writers.collect::<Vec<_>>() {
        tokio::time::timeout(Duration::from_secs(60), writer)
            .await
            .unwrap()
            .unwrap();
    }
    let expected: Vec<_> = (1..=UNITS).map(|n| format!("unit {n}")).collect();
    for claim in &claims {
        assert_eq!(store.events(claim.session).await[2..], expected);
    }
}

async fn write_all(store: &Store, claims: &[Claim], units_in_all: u64, mut random: StdRng) {
    let mut positions = vec![0; claims.len()];
    while positions.iter().any(|position| *position < units_in_all) {
        let batches: Vec<_> = claims
            .iter()
            .zip(&positions)
            .map(|(claim, from)| {
                units(
                    claim,
                    *from,
                    units_in_all.min(from + random.random_range(1..6)),
                )
            })
            .filter(|batch| batch.to > batch.from)
            .collect();
        let done = store.db.append(&batches).await.unwrap();
        for (batch, done) in batches.iter().zip(done) {
            let at = claims
                .iter()
                .position(|claim| claim.session == batch.session)
                .unwrap();
            match done {
                // The answer is lost on its way: the same is sent again.
                _ if random.random_bool(0.5) => {}
                Appended::Stored { .. } | Appended::Duplicate { .. } => positions[at] = batch.to,
                Appended::Gap { position } => positions[at] = position,
                Appended::Busy => {}
                Appended::Fenced => panic!("nobody has taken {batch:?}"),
            }
        }
    }
}
