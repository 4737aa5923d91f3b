//! Jobs that start later, as the store sees them; what single steps do is the matter of
//! [`super::model`], here are many at once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use leo_common::store::jobs::Submitted;
use leo_protocol::http::SubmitJob;
use leo_protocol::{JobId, SessionId, UserId, WorkerId};

use super::Store;

async fn submit_at(
    store: &Store,
    user: UserId,
    session: Option<SessionId>,
    delay: TimeDelta,
) -> (JobId, SessionId) {
    let request = SubmitJob {
        run_at: Some(Utc::now() + delay),
        ..SubmitJob::default()
    };
    match store.try_submit_with(user, session, request).await {
        Submitted::Accepted(fact) => (fact.job.unwrap(), fact.session),
        other => panic!("{other:?}"),
    }
}

/// Lets every delayed job be due.
async fn let_time_pass(store: &Store) {
    sqlx::query("update jobs set run_at = now() where status = 'delayed'")
        .execute(&store.db.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_time_that_has_passed_means_at_once() {
    let store = Store::new().await;
    let user = store.user("a", 9).await;
    submit_at(&store, user, None, TimeDelta::hours(-1)).await;
    assert_eq!(store.counters(user).await, (1, 1, 0));
    submit_at(&store, user, None, TimeDelta::hours(1)).await;
    assert_eq!(store.counters(user).await, (1, 1, 0));
    let due = store.db.start_due().await.unwrap();
    assert_eq!((due.ready, due.more), (0, false));
    let next = due.next.unwrap();
    assert!(next > Duration::from_secs(3500) && next <= Duration::from_secs(3600));
}

#[tokio::test]
async fn many_workers_move_each_due_job_once() {
    const SESSIONS: usize = 40;
    let store = Arc::new(Store::new().await);
    let mut users = Vec::new();
    for name in ["a", "b", "c", "d"] {
        users.push(store.user(name, 100).await);
    }
    for n in 0..SESSIONS {
        let user = users[n % users.len()];
        // Behind each delayed job one that could run before it, and one more delayed.
        let (_, session) = submit_at(&store, user, None, TimeDelta::hours(1)).await;
        store.submit(user, Some(session)).await;
        submit_at(&store, user, Some(session), TimeDelta::hours(2)).await;
    }
    let_time_pass(&store).await;
    let workers = (0..8).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let worker = WorkerId::generate();
            let mut ran = Vec::new();
            loop {
                store.db.start_due().await.unwrap();
                let claims = store.db.claim(worker, 2).await.unwrap().claims;
                for claim in &claims {
                    ran.push(claim.job);
                    assert!(store.finish(claim).await);
                }
                let depth = store.db.queue_depth().await.unwrap();
                if depth.ready + depth.waiting + depth.delayed + depth.generating == 0 {
                    return ran;
                }
            }
        })
    });
    let all = futures_util::future::join_all(workers);
    let all = tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .unwrap();
    let mut ran: Vec<_> = all.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(ran.len(), 3 * SESSIONS);
    ran.sort();
    ran.dedup();
    assert_eq!(ran.len(), 3 * SESSIONS, "a job ran twice");
    for user in users {
        assert_eq!(store.counters(user).await, (0, 0, 0));
    }
}

#[tokio::test]
async fn a_locked_user_holds_up_nobody_elses_due_jobs() {
    let store = Store::new().await;
    let (busy, other) = (store.user("busy", 1).await, store.user("other", 1).await);
    for user in [busy, other] {
        submit_at(&store, user, None, TimeDelta::hours(1)).await;
    }
    let_time_pass(&store).await;
    let mut holding = store.db.pool.begin().await.unwrap();
    sqlx::query("select from users where id = $1 for no key update")
        .bind(busy.uuid())
        .execute(&mut *holding)
        .await
        .unwrap();
    let due = store.db.start_due().await.unwrap();
    assert_eq!((due.ready, due.next), (1, Some(Duration::ZERO)));
    assert_eq!(store.counters(other).await, (1, 1, 0));
    holding.rollback().await.unwrap();
    assert_eq!(store.db.start_due().await.unwrap().ready, 1);
    assert_eq!(store.counters(busy).await, (1, 1, 0));
}
