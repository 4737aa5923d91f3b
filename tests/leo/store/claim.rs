//! The claim: limits are exact, turns are fair, a session's jobs go one by one.

use std::sync::Arc;
use std::time::Duration;

use leo_common::store::claims::Claim;
use leo_common::store::jobs::Submitted;
use leo_protocol::http::SubmitJob;
use leo_protocol::{JobId, UserId, WorkerId};
use sqlx::Connection as _;
use tokio::sync::Mutex;

use super::Store;

/// Workers that claim at once.
const CLAIMERS: usize = 8;

async fn claim(store: &Store, slots: u32) -> Vec<Claim> {
    let claims = store.db.claim(WorkerId::generate(), slots).await.unwrap();
    assert_eq!(claims.facts.len(), claims.claims.len());
    claims.claims
}

/// Claims with many workers at once until none gets anything; `each` is called for each claim.
async fn claim_by_many(store: &Arc<Store>, slots: u32, each: impl AsyncFn(&Store, Claim) + Copy) {
    let claimers = (0..CLAIMERS).map(|_| async move {
        loop {
            let claims = claim(store, slots).await;
            if claims.is_empty() {
                return;
            }
            for claim in claims {
                each(store, claim).await;
            }
        }
    });
    let all = futures_util::future::join_all(claimers);
    tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_user_never_runs_more_than_allowed() {
    let store = Arc::new(Store::new().await);
    let users = [
        store.user("a", 1).await,
        store.user("b", 2).await,
        store.user("c", 3).await,
    ];
    for user in users {
        for _ in 0..6 {
            store.submit(user, None).await;
        }
    }
    claim_by_many(&store, 2, async |_, _| {}).await;
    for (user, running) in users.into_iter().zip([1, 2, 3]) {
        assert_eq!(
            store.counters(user).await,
            (6 - running, 6 - running, running)
        );
    }
}

#[tokio::test]
async fn every_job_is_run_once_and_the_counters_return_to_zero() {
    const JOBS: usize = 60;
    let store = Arc::new(Store::new().await);
    let users = [store.user("a", 1).await, store.user("b", 2).await];
    for n in 0..JOBS {
        store.submit(users[n % 2], None).await;
    }
    let seen = Mutex::new(Vec::new());
    claim_by_many(&store, 1, async |store, claim| {
        assert!(running(store, claim.user).await <= 2);
        seen.lock().await.push(claim.job);
        assert!(store.finish(&claim).await);
    })
    .await;
    let mut seen = seen.into_inner();
    assert_eq!(seen.len(), JOBS);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), JOBS, "a job was claimed twice");
    for user in users {
        assert_eq!(store.counters(user).await, (0, 0, 0));
    }
}

/// Jobs of a user that really run, whatever his row counts.
async fn running(store: &Store, user: UserId) -> i64 {
    let query = "select count(*) from jobs where user_id = $1 and status = 'generating'";
    let count = sqlx::query_scalar(query)
        .bind(user.uuid())
        .fetch_one(&store.db.pool);
    count.await.unwrap()
}

#[tokio::test]
async fn users_take_turns_whoever_came_first() {
    let store = Store::new().await;
    let (greedy, modest) = (store.user("greedy", 9).await, store.user("modest", 9).await);
    for _ in 0..6 {
        store.submit(greedy, None).await;
    }
    for _ in 0..3 {
        store.submit(modest, None).await;
    }
    let mut turns = Vec::new();
    for _ in 0..6 {
        turns.extend(claim(&store, 1).await.into_iter().map(|claim| claim.user));
    }
    let of_modest = turns.iter().filter(|user| **user == modest).count();
    assert_eq!(of_modest, 3, "{turns:?}");
    assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{turns:?}");
}

/// As if each job had been claimed alone: users take turns, and whoever has no more work or no more room
/// leaves his to the others.
#[tokio::test]
async fn many_at_once_are_shared_out_in_turns() {
    let store = Store::new().await;
    let limits = [("few", 9, 1), ("limited", 2, 9), ("many", 9, 9)];
    let mut users = Vec::new();
    for (name, limit, jobs) in limits {
        let user = store.user(name, limit).await;
        for _ in 0..jobs {
            store.submit(user, None).await;
        }
        users.push(user);
    }
    users.sort();
    let claimed = store.db.claim(WorkerId::generate(), 8).await.unwrap();
    let of = |user| {
        claimed
            .claims
            .iter()
            .filter(|claim| claim.user == user)
            .count()
    };
    assert_eq!(users.iter().map(|user| of(*user)).sum::<usize>(), 8);
    let order: Vec<_> = claimed.claims.iter().map(|claim| claim.user).collect();
    assert_eq!(order[..3], users[..], "one of each comes first");
    assert_ne!(order[3], order[4]);
    assert!(
        order[5..].windows(2).all(|pair| pair[0] == pair[1]),
        "{order:?}"
    );
    for (claim, fact) in claimed.claims.iter().zip(&claimed.facts) {
        let stored = store.stream(claim.session).await;
        assert_eq!(stored.last().unwrap().body, fact.body);
        let told: serde_json::Value = serde_json::from_slice(&fact.body).unwrap();
        assert_eq!(told[0]["type"], "generation_started");
        assert_eq!(told[0]["requestId"], claim.job.to_string());
        assert_eq!(told[0]["attempt"], 1);
    }
}

#[tokio::test]
async fn a_session_runs_one_job_at_a_time_in_its_order() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 9).await;
    let (first, session) = store.submit(user, None).await;
    let mut order = vec![first];
    for _ in 0..7 {
        order.push(store.submit(user, Some(session)).await.0);
    }
    let run = Mutex::new(Vec::new());
    claim_by_many(&store, 3, async |store, claim| {
        assert_eq!(running(store, user).await, 1);
        run.lock().await.push(claim.job);
        assert!(store.finish(&claim).await);
    })
    .await;
    // A claimer that came between an end and the next start may have found nothing and gone.
    while let Some(claim) = claim(&store, 1).await.pop() {
        run.lock().await.push(claim.job);
        assert!(store.finish(&claim).await);
    }
    assert_eq!(run.into_inner(), order);
}

#[tokio::test]
async fn the_users_own_priority_decides_among_his_jobs() {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    let mut jobs = Vec::new();
    for priority in [0, -5, 7, 0] {
        let request = SubmitJob {
            priority: Some(priority),
            ..SubmitJob::default()
        };
        match store.try_submit_with(user, None, request).await {
            Submitted::Accepted(fact) => jobs.push(fact.job.unwrap()),
            other => panic!("{other:?}"),
        }
    }
    let claims = claim(&store, 9).await;
    let order: Vec<JobId> = claims.into_iter().map(|claim| claim.job).collect();
    assert_eq!(order, [jobs[2], jobs[0], jobs[3], jobs[1]]);
}

#[tokio::test]
async fn a_locked_user_is_waited_for_and_not_taken_for_idle() {
    let store = Arc::new(Store::new().await);
    let user = store.user("a", 1).await;
    store.submit(user, None).await;
    let mut other = store.database.connection().await;
    let mut holding = other.begin().await.unwrap();
    sqlx::query("select from users for no key update")
        .execute(&mut *holding)
        .await
        .unwrap();
    let claiming = tokio::spawn({
        let store = Arc::clone(&store);
        async move { claim(&store, 1).await.len() }
    });
    leo_tests::wait_for("claim that waits", async || {
        let query = "select 1 from pg_stat_activity where datname = current_database() \
                     and wait_event_type = 'Lock'";
        let waiting = sqlx::query(query)
            .fetch_optional(&store.db.pool)
            .await
            .unwrap();
        waiting.map(drop)
    })
    .await;
    holding.rollback().await.unwrap();
    assert_eq!(claiming.await.unwrap(), 1);
}

/// A plan that is compiled each time costs more than all else, and its pages do not tell.
#[tokio::test]
async fn no_statement_is_compiled() {
    let store = Store::new().await;
    let of_a_connection: String = sqlx::query_scalar("select current_setting('jit')")
        .fetch_one(&store.db.pool)
        .await
        .unwrap();
    assert_eq!(of_a_connection, "off");
    // A connection pooler may not pass on what a connection asks for.
    let hot = "select proname from pg_proc where proname in ('leo_claim_jobs', 'leo_end_jobs') \
               and 'jit=off' = any (proconfig) order by 1";
    let hot: Vec<String> = sqlx::query_scalar(hot)
        .fetch_all(&store.db.pool)
        .await
        .unwrap();
    assert_eq!(hot, ["leo_claim_jobs", "leo_end_jobs"]);
}
