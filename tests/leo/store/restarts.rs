//! A host that was given up and comes back: either its run goes on, or the job starts again elsewhere.

use std::sync::Arc;
use std::time::Duration;

use leo_common::store::claims::Claim;
use leo_common::store::events::Appended;
use leo_common::store::jobs::Outcome;
use leo_common::store::leases::Orphan;
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

    /// A job of which nobody has meant to launch anything.
    async fn claims_one(self, store: &Store) -> Claim {
        let user = store.user(&WorkerId::generate().to_string(), 1).await;
        store.submit(user, None).await;
        store.db.claim(self.id, 1).await.unwrap().claims.remove(0)
    }

    /// Means to launch the job's run here.
    async fn intends(self, store: &Store, claim: &Claim) -> bool {
        let deadline = chrono::Utc::now();
        let intended = store.db.intend_launch(claim, self.host, "docker", deadline);
        intended.await.unwrap()
    }

    /// A job with a run on this worker's host.
    async fn runs_one(self, store: &Store) -> Claim {
        let claim = self.claims_one(store).await;
        assert!(self.intends(store, &claim).await);
        assert!(store.db.launched(&claim, "a container").await.unwrap());
        claim
    }

    /// Takes the job over as it was seen: with no run anywhere.
    async fn takes_over(self, store: &Store, claim: &Claim) -> bool {
        let how = WorkerChange::Adopted;
        let events = [EventKind::WorkerChanged { how }];
        let seen = Orphan {
            job: claim.job,
            epoch: claim.epoch,
            attempt: claim.attempt,
            host: None,
            left_on: Vec::new(),
            cancel: false,
        };
        let taken = store.db.take_over(&seen, self.id, false, &events);
        taken.await.unwrap().is_some()
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

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_launched_is_launched_here_or_elsewhere() {
    let store = Arc::new(Store::new().await);
    let second = Worker::registered(&store).await;
    for round in 0..ROUNDS {
        let first = Worker::registered(&store).await;
        let claim = first.claims_one(&store).await;
        store.db.deregister_worker(first.id).await.unwrap();
        let (back, own) = (Arc::clone(&store), claim.clone());
        let coming_back = tokio::spawn(async move {
            // It may also not have heard yet that it was taken for dead.
            if round % 2 == 0 {
                first.register(&back).await;
            }
            first.intends(&back, &own).await
        });
        let elsewhere = second.takes_over(&store, &claim).await;
        let here = coming_back.await.unwrap();
        assert_ne!(here, elsewhere, "two launches, or none");
    }
}

#[tokio::test]
async fn nobody_takes_over_what_a_living_worker_holds() {
    let store = Store::new().await;
    let (first, second) = (
        Worker::registered(&store).await,
        Worker::registered(&store).await,
    );
    let claim = first.claims_one(&store).await;
    assert!(!second.takes_over(&store, &claim).await);
    store.db.deregister_worker(first.id).await.unwrap();
    assert!(second.takes_over(&store, &claim).await);
    assert!(!first.intends(&store, &claim).await, "it is fenced");
}

#[tokio::test]
async fn an_orphan_tells_where_earlier_runs_may_be_left() {
    let store = Store::new().await;
    let worker = Worker::registered(&store).await;
    let claim = worker.runs_one(&store).await;
    assert!(worker.restarts(&store, &claim).await);
    store.db.deregister_worker(worker.id).await.unwrap();
    let mut orphans = store.db.orphans(worker.host, 10).await.unwrap();
    let orphan = orphans.remove(0);
    assert_eq!((orphan.attempt, orphan.host), (2, None));
    assert_eq!(orphan.left_on, [worker.host]);
    // Its end was seen meanwhile.
    let ended = store.db.attempt_ended(claim.job, 1, None, "lost");
    ended.await.unwrap();
    let mut orphans = store.db.orphans(worker.host, 10).await.unwrap();
    assert!(orphans.remove(0).left_on.is_empty());
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
