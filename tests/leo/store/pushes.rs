//! What comes of a push is told exactly once, whoever is first: the end of its job, or its result.

use leo_common::store::claims::Claim;
use leo_common::store::github::pushes::{FIRST, FirstPush, Published, Recorded};
use leo_common::store::outbox::{Effect, NewEffect, Pool};
use leo_protocol::WorkerId;
use serde_json::json;
use uuid::Uuid;

use super::Store;

/// So often both come at the same time.
const ROUNDS: u32 = 40;

/// The first push of a held job, claimed.
async fn claimed(store: &Store, worker: WorkerId, claim: &Claim) -> Effect {
    let effect = NewEffect {
        pool: Pool::Push,
        job: claim.job,
        kind: FIRST,
        lane: claim.session.uuid(),
        payload: &json!({}),
    };
    store.db.add_effect(&effect).await.unwrap().unwrap();
    let claimed = store
        .db
        .claim_effects(worker, Pool::Push, 1, &[], Uuid::nil());
    claimed.await.unwrap().effects.remove(0)
}

fn published() -> Published {
    Published {
        url: Some("https://git.example/o/n".to_owned()),
        error: None,
    }
}

#[tokio::test]
async fn a_result_is_told_by_the_end_or_by_an_event_and_never_by_both() {
    let store = Store::new().await;
    let (worker, user) = (store.worker().await, store.user("a", 99).await);
    let (mut by_end, mut by_event) = (0, 0);
    for round in 0..ROUNDS {
        let claim = store.held(user).await;
        let effect = claimed(&store, worker, &claim).await;
        let result = published();
        let record = || {
            store
                .db
                .record_push(worker, &effect, claim.session, true, &result)
        };
        let leave = store.db.leave_push(claim.job);
        let (left, recorded) = match round % 2 {
            0 => tokio::join!(leave, record()),
            _ => {
                let (recorded, left) = tokio::join!(record(), leave);
                (left, recorded)
            }
        };
        match (left.unwrap(), recorded.unwrap()) {
            (false, Recorded::Done(None)) => by_end += 1,
            (true, Recorded::Early) => by_event += 1,
            both => panic!("{both:?}"),
        }
        let over = store.db.first_push(claim.job).await.unwrap();
        let told = over == FirstPush::Over(published());
        assert!(store.finish(&claim).await);
        if !told {
            let recorded = record().await.unwrap();
            assert!(matches!(recorded, Recorded::Done(Some(_))), "{recorded:?}");
        }
        assert_eq!(record().await.unwrap(), Recorded::Lost, "it is over");
        let events = store.events(claim.session).await;
        let events = events.iter().filter(|kind| *kind == "artifact_published");
        assert_eq!(events.count(), usize::from(!told));
        let job = store.db.any_job(claim.job).await.unwrap().unwrap();
        assert_eq!(job.github_url, published().url);
    }
    assert_eq!(by_end + by_event, ROUNDS);
}
