//! Deleting a session.

use leo_common::store::jobs::{Cancelled, Submitted};
use leo_protocol::SessionId;

use super::Store;

#[tokio::test]
async fn a_deleted_session_is_gone_for_everybody() {
    let store = Store::new().await;
    let user = store.user("a", 1).await;
    let (first, session) = store.submit(user, None).await;
    let (second, _) = store.submit(user, Some(session)).await;
    let unfinished = store.db.delete_session(user, session).await.unwrap();
    assert_eq!(unfinished, Some(vec![second, first]), "the youngest first");
    assert!(store.db.session(user, session).await.unwrap().is_none());
    assert!(store.db.job(user, first).await.unwrap().is_none());
    assert_eq!(store.db.sessions(user, None, 10).await.unwrap(), []);
    assert_eq!(
        store.try_submit(user, Some(session)).await,
        Submitted::NoSession
    );
    assert_eq!(store.db.delete_session(user, session).await.unwrap(), None);
}

#[tokio::test]
async fn nobody_deletes_what_is_not_his() {
    let store = Store::new().await;
    let (owner, other) = (store.user("a", 1).await, store.user("b", 1).await);
    let (_, session) = store.submit(owner, None).await;
    assert_eq!(store.db.delete_session(other, session).await.unwrap(), None);
    let nowhere = SessionId::generate();
    assert_eq!(store.db.delete_session(owner, nowhere).await.unwrap(), None);
    assert!(store.db.session(owner, session).await.unwrap().is_some());
}

#[tokio::test]
async fn its_jobs_can_be_ended_after_it() {
    let store = Store::new().await;
    let user = store.user("a", 1).await;
    let held = store.held(user).await;
    let (waiting, _) = store.submit(user, Some(held.session)).await;
    store.db.delete_session(user, held.session).await.unwrap();
    assert!(matches!(
        store.db.cancel(waiting).await.unwrap(),
        Cancelled::Ended(_)
    ));
    assert_eq!(
        store.db.cancel(held.job).await.unwrap(),
        Cancelled::Requested
    );
    assert!(store.finish(&held).await);
    assert_eq!(store.counters(user).await, (0, 0, 0));
}
