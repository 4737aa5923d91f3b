//! Connections of runners: the newest one holds the source, and the store knows which that is.

use leo_common::store::claims::Claim;
use leo_common::store::events::{Appended, NewBatch, Source};
use leo_common::store::runners::{RunnerHold, RunnerOpened, RunnerStanding, RunnerState};
use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, JobId, WorkerId};

use super::{Store, units};

/// Opens the source anew; the connection, and the frame that is stored last.
async fn open(store: &Store, job: JobId, attempt: u32) -> (RunnerHold, u64) {
    match store.db.open_runner(job, attempt).await.unwrap() {
        RunnerOpened::Open { hold, position, .. } => (hold, position),
        other => panic!("not let in: {other:?}"),
    }
}

async fn claimed(store: &Store) -> Claim {
    let user = store.user("anna", 1).await;
    store.held(user).await
}

async fn append(store: &Store, batch: NewBatch) -> Appended {
    store.db.append(&[batch]).await.unwrap()[0]
}

async fn standing(store: &Store, hold: RunnerHold) -> RunnerStanding {
    store.db.runners(&[hold]).await.unwrap()[0]
}

#[tokio::test]
async fn frames_of_an_older_connection_are_refused() {
    let store = Store::new().await;
    let claim = claimed(&store).await;
    let frames = |hold: RunnerHold, from, to| NewBatch {
        source: Source::Runner,
        fence: hold.attempt,
        generation: hold.generation,
        ..units(&claim, from, to)
    };
    let (old, position) = open(&store, claim.job, claim.attempt).await;
    assert_eq!((old.generation, position), (1, 0));
    let stored = append(&store, frames(old, 0, 2)).await;
    assert!(matches!(stored, Appended::Stored { .. }), "{stored:?}");
    let (new, position) = open(&store, claim.job, claim.attempt).await;
    assert_eq!((new.generation, position), (2, 2));
    assert_eq!(append(&store, frames(old, 2, 3)).await, Appended::Fenced);
    assert_eq!(standing(&store, old).await, RunnerStanding::Replaced);
    assert!(!store.db.end_runner(&old, 2).await.unwrap());
    store.db.close_runner(&old).await.unwrap();
    let state = store
        .db
        .runner_state(claim.session, claim.job, claim.attempt);
    assert!(state.await.unwrap().unwrap().open, "the newer one is");

    let stored = append(&store, frames(new, 2, 3)).await;
    assert!(matches!(stored, Appended::Stored { .. }), "{stored:?}");
    for _again in 0..2 {
        assert!(store.db.end_runner(&new, 4).await.unwrap());
    }
    assert_eq!(
        append(&store, frames(new, 4, 5)).await,
        Appended::Fenced,
        "behind the end"
    );
    let live = RunnerStanding::Live { cancel: false };
    assert_eq!(standing(&store, new).await, live);
    assert!(store.finish(&claim).await);
    assert_eq!(standing(&store, new).await, RunnerStanding::Ended);
    let late = store
        .db
        .open_runner(claim.job, claim.attempt)
        .await
        .unwrap();
    assert_eq!(late, RunnerOpened::Refused(RunnerStanding::Ended));
    let unknown = store.db.open_runner(JobId::generate(), 1).await.unwrap();
    assert_eq!(unknown, RunnerOpened::Unknown);
}

#[tokio::test]
async fn a_new_attempt_begins_anew() {
    let store = Store::new().await;
    let claim = claimed(&store).await;
    let (first, _) = open(&store, claim.job, claim.attempt).await;
    assert!(store.db.end_runner(&first, 1).await.unwrap());
    let worker = WorkerId::generate();
    let event = EventKind::WorkerChanged {
        how: WorkerChange::Restarted,
    };
    let taken = store
        .db
        .take(claim.job, claim.epoch, worker, true, &[event])
        .await;
    let (next, _) = taken.unwrap().unwrap();
    assert_eq!(standing(&store, first).await, RunnerStanding::Superseded);
    let state = store
        .db
        .runner_state(next.session, next.job, next.attempt)
        .await;
    assert_eq!(state.unwrap().unwrap(), RunnerState::default());
    let old = store
        .db
        .open_runner(claim.job, claim.attempt)
        .await
        .unwrap();
    assert_eq!(old, RunnerOpened::Refused(RunnerStanding::Superseded));
    let opened = store.db.open_runner(next.job, next.attempt).await.unwrap();
    let RunnerOpened::Open {
        position: 0,
        bytes: 0,
        ended: false,
        hold,
    } = opened
    else {
        panic!("{opened:?}");
    };
    assert_eq!(hold.generation, 1);
}
