//! Who carries out which effect: claims of the outbox, also by many workers at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use leo_common::store::outbox::{Effect, NewEffect, Pool};
use leo_protocol::{EffectId, JobId, WorkerId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Store;

/// Long enough to be seen as later.
const LATER: Duration = Duration::from_secs(3600);

/// A store with a job that has effects.
async fn prepared() -> (Store, JobId) {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    let (job, _) = store.submit(user, None).await;
    (store, job)
}

async fn add(store: &Store, job: JobId, kind: &str, lane: Uuid) -> Option<EffectId> {
    let payload = json!({ "kind": kind });
    let effect = NewEffect {
        pool: Pool::Call,
        job,
        kind,
        lane,
        payload: &payload,
    };
    store.db.add_effect(&effect).await.unwrap()
}

/// What a worker gets that carries out `held`, looking at all lanes.
async fn claim(store: &Store, worker: WorkerId, held: &[EffectId]) -> Vec<Effect> {
    let claimed = store
        .db
        .claim_effects(worker, Pool::Call, 100, held, Uuid::nil());
    claimed.await.unwrap().effects
}

fn kinds(effects: &[Effect]) -> HashSet<&str> {
    effects.iter().map(|effect| effect.kind.as_str()).collect()
}

async fn end(store: &Store, worker: WorkerId, effect: &Effect) -> bool {
    let ended = store.db.end_effect(worker, effect, true, &Value::Null);
    ended.await.unwrap()
}

#[tokio::test]
async fn an_effect_is_written_once_and_done_once() {
    let (store, job) = prepared().await;
    let worker = store.worker().await;
    let lane = Uuid::new_v4();
    let id = add(&store, job, "webhook:1", lane).await.unwrap();
    assert_eq!(add(&store, job, "webhook:1", lane).await, None);
    let [effect] = claim(&store, worker, &[]).await.try_into().unwrap();
    assert_eq!((effect.id, effect.job, effect.tries), (id, job, 1));
    assert_eq!(effect.payload, json!({ "kind": "webhook:1" }));
    assert!(claim(&store, worker, &[id]).await.is_empty());
    assert!(end(&store, worker, &effect).await);
    assert!(!end(&store, worker, &effect).await, "it has ended");
    assert!(claim(&store, worker, &[]).await.is_empty());
}

#[tokio::test]
async fn of_a_lane_one_is_done_at_a_time_and_lanes_do_not_wait_for_each_other() {
    let (store, job) = prepared().await;
    let (one, other) = (store.worker().await, store.worker().await);
    let (busy, free) = (Uuid::new_v4(), Uuid::new_v4());
    for n in 0..50 {
        add(&store, job, &format!("webhook:busy{n}"), busy).await;
    }
    add(&store, job, "webhook:free", free).await;
    let first = claim(&store, one, &[]).await;
    assert_eq!(
        kinds(&first),
        HashSet::from(["webhook:busy0", "webhook:free"])
    );
    assert!(claim(&store, other, &[]).await.is_empty());
    let busy = first.iter().find(|effect| effect.lane == busy).unwrap();
    // A lane goes on with what is due, not with what has just failed.
    let again = store.db.postpone_effect(one, busy, LATER, &Value::Null);
    assert!(again.await.unwrap());
    assert_eq!(
        kinds(&claim(&store, other, &[]).await),
        HashSet::from(["webhook:busy1"])
    );
}

#[tokio::test]
async fn what_is_postponed_waits() {
    let (store, job) = prepared().await;
    let worker = store.worker().await;
    add(&store, job, "webhook:1", Uuid::new_v4()).await;
    let [effect] = claim(&store, worker, &[]).await.try_into().unwrap();
    let postponed = |after| {
        store
            .db
            .postpone_effect(worker, &effect, after, &Value::Null)
    };
    assert!(postponed(LATER).await.unwrap());
    assert!(claim(&store, worker, &[]).await.is_empty());
    sqlx::query("update outbox set next_at = now()")
        .execute(&store.db.pool)
        .await
        .unwrap();
    let [again] = claim(&store, worker, &[]).await.try_into().unwrap();
    assert_eq!((again.id, again.tries), (effect.id, 2));
    // The claim of before does not hold any more.
    assert!(!end(&store, worker, &effect).await && !postponed(LATER).await.unwrap());
    assert!(end(&store, worker, &again).await);
}

#[tokio::test]
async fn what_a_dead_worker_had_or_a_lost_answer_named_is_claimed_again() {
    let (store, job) = prepared().await;
    let (dead, alive) = (store.worker().await, store.worker().await);
    add(&store, job, "webhook:1", Uuid::new_v4()).await;
    let [effect] = claim(&store, dead, &[]).await.try_into().unwrap();
    assert!(claim(&store, alive, &[]).await.is_empty());
    // It does not know of it.
    let [again] = claim(&store, dead, &[]).await.try_into().unwrap();
    assert_eq!((again.id, again.tries), (effect.id, 2));
    store.db.deregister_worker(dead).await.unwrap();
    let [taken] = claim(&store, alive, &[]).await.try_into().unwrap();
    assert_eq!((taken.id, taken.tries), (effect.id, 3));
    assert!(!end(&store, dead, &again).await);
    assert!(
        claim(&store, dead, &[]).await.is_empty(),
        "it is on no list"
    );
    assert!(end(&store, alive, &taken).await);
}

#[tokio::test]
async fn lanes_take_turns() {
    const LANES: usize = 30;
    let (store, job) = prepared().await;
    let worker = store.worker().await;
    for n in 0..LANES {
        let lane = Uuid::new_v4();
        for m in 0..3 {
            add(&store, job, &format!("webhook:{n}.{m}"), lane).await;
        }
    }
    let mut after = Uuid::nil();
    let mut served = HashSet::new();
    for _ in 0..LANES {
        let claimed = store.db.claim_effects(worker, Pool::Call, 1, &[], after);
        let claimed = claimed.await.unwrap();
        after = claimed.last_lane.unwrap();
        let [effect] = claimed.effects.try_into().unwrap();
        assert!(
            served.insert(effect.lane),
            "a lane comes twice before others"
        );
        assert!(end(&store, worker, &effect).await);
    }
}

#[tokio::test]
async fn many_workers_claim_each_effect_once() {
    const EFFECTS: usize = 120;
    let (store, job) = prepared().await;
    let store = Arc::new(store);
    let lanes: Vec<_> = (0..10).map(|_| Uuid::new_v4()).collect();
    for n in 0..EFFECTS {
        add(&store, job, &format!("webhook:{n}"), lanes[n % lanes.len()]).await;
    }
    let workers = (0..6).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let worker = store.worker().await;
            let mut done = Vec::new();
            while store.pending().await > 0 {
                for effect in claim(&store, worker, &[]).await {
                    assert!(end(&store, worker, &effect).await);
                    done.push(effect.id);
                }
            }
            done
        })
    });
    let mut all = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), EFFECTS);
    assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), EFFECTS);
}

impl Store {
    async fn pending(&self) -> i64 {
        let query = sqlx::query_scalar("select count(*) from outbox where status = 'pending'");
        query.fetch_one(&self.db.pool).await.unwrap()
    }
}
