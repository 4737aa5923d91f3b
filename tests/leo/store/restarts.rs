//! A host that was given up and comes back: either its run goes on, or the job starts again elsewhere.

use std::sync::Arc;
use std::time::Duration;

use leo_common::store::claims::Claim;
use leo_common::store::events::Appended;
use leo_common::store::jobs::Outcome;
use leo_common::store::workers::NewWorker;
use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, HostId, WorkerId};

use super::{Store, units};

const ROUNDS: u32 = 30;
const SECOND: Duration = Duration::from_secs(1);

/// A worker and its host.
#[derive(Debug, Clone, Copy)]
struct Worker {
    id: WorkerId,
    host: HostId,
}

impl Worker {
    async fn registered(store: &Store) -> Self {
        let worker = Self {
            id: WorkerId::generate(),
            host: HostId::generate(),
        };
        worker.register(store).await;
        worker
    }

    async fn register(self, store: &Store) {
        let worker = NewWorker {
            id: self.id,
            name: "test",
            host: self.host,
            orchestrator: "docker",
            version: "0",
            capacity: 1,
            process: None,
        };
        store.db.register_worker(&worker).await.unwrap();
    }

    /// A job with a run on this worker's host.
    async fn runs_one(self, store: &Store) -> Claim {
        let user = store.user(&self.id.to_string(), 1).await;
        store.submit(user, None).await;
        let claim = store.db.claim(self.id, 1).await.unwrap().claims.remove(0);
        let deadline = chrono::Utc::now();
        let intended = store
            .db
            .intend_launch(&claim, self.host, "docker", deadline);
        assert!(intended.await.unwrap());
        assert!(store.db.launched(&claim, "a container").await.unwrap());
        claim
    }

    async fn restarts(self, store: &Store, claim: &Claim) -> bool {
        let how = WorkerChange::Restarted;
        let events = [EventKind::WorkerChanged { how }];
        let taken = store
            .db
            .take(claim.job, claim.epoch, self.id, true, &events);
        taken.await.unwrap().is_some()
    }
}

async fn goes_on(store: &Store, claim: &Claim, paused: Option<Duration>) -> Option<Duration> {
    store
        .db
        .go_on(claim.job, claim.epoch, paused)
        .await
        .unwrap()
}

#[tokio::test]
async fn nobody_starts_a_job_again_whose_host_lives() {
    let store = Store::new().await;
    let (first, second) = (
        Worker::registered(&store).await,
        Worker::registered(&store).await,
    );
    let claim = first.runs_one(&store).await;
    assert!(!second.restarts(&store, &claim).await);
    store.db.deregister_worker(first.id).await.unwrap();
    assert!(second.restarts(&store, &claim).await);
    first.register(&store).await;
    assert_eq!(goes_on(&store, &claim, Some(SECOND)).await, None);
    assert!(
        !store.db.launched(&claim, "another").await.unwrap(),
        "its handle is not stored"
    );
}

#[tokio::test]
async fn the_holder_and_its_own_host_may_always_start_again() {
    let store = Store::new().await;
    let first = Worker::registered(&store).await;
    let claim = first.runs_one(&store).await;
    assert!(first.restarts(&store, &claim).await);
    store
        .db
        .finish(claim.job, claim.epoch + 1, &Outcome::default())
        .await
        .unwrap()
        .unwrap();
    let other = first.runs_one(&store).await;
    let neighbour = Worker {
        id: WorkerId::generate(),
        ..first
    };
    neighbour.register(&store).await;
    assert!(neighbour.restarts(&store, &other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_comes_back_goes_on_or_is_refused() {
    let store = Arc::new(Store::new().await);
    let second = Worker::registered(&store).await;
    let (mut went_on, mut restarted) = (0, 0);
    for _ in 0..ROUNDS {
        let first = Worker::registered(&store).await;
        let claim = first.runs_one(&store).await;
        store.db.deregister_worker(first.id).await.unwrap();
        let (back, own) = (Arc::clone(&store), claim.clone());
        let coming_back = tokio::spawn(async move {
            first.register(&back).await;
            goes_on(&back, &own, Some(SECOND)).await.is_some()
        });
        let again = second.restarts(&store, &claim).await;
        let on = coming_back.await.unwrap();
        assert_ne!(on, again, "two runs at once, or none");
        went_on += u32::from(on);
        restarted += u32::from(again);
    }
    assert_eq!(went_on + restarted, ROUNDS);
}

#[tokio::test]
async fn halted_time_is_kept_with_the_attempt() {
    let store = Store::new().await;
    let worker = Worker::registered(&store).await;
    let claim = worker.runs_one(&store).await;
    let paused = async || {
        let record = store.db.attempt(claim.job, claim.attempt).await.unwrap();
        record.unwrap().paused
    };
    for _ in ["asked", "asked again after a lost answer"] {
        assert_eq!(
            goes_on(&store, &claim, Some(5 * SECOND)).await,
            Some(5 * SECOND)
        );
        assert_eq!(paused().await, 5 * SECOND);
    }
    // Halted by somebody else: all the time since the last output counts.
    let appended = store.db.append(&[units(&claim, 0, 1)]).await.unwrap();
    assert!(
        matches!(appended[0], Appended::Stored { .. }),
        "{appended:?}"
    );
    let mut database = store.database.connection().await;
    for (table, column, interval) in [
        ("attempts", "launched_at", "10 minutes"),
        ("event_batches", "at", "1 minute"),
    ] {
        let sql = format!("update {table} set {column} = now() - interval '{interval}'");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        query.execute(&mut database).await.unwrap();
    }
    let total = goes_on(&store, &claim, None).await.unwrap();
    assert!((65 * SECOND..90 * SECOND).contains(&total), "{total:?}");
    assert_eq!(paused().await, total);
}
