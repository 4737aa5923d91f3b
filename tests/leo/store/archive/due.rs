//! Which sessions are archived and purged, and with what.

use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_protocol::WorkerId;

use super::{AT_ONCE, Kept, artifacts};

#[tokio::test]
async fn only_sessions_at_rest_are_due() {
    let kept = Kept::new().await;
    let claim = kept.started(None).await;
    let session = claim.session;
    assert_eq!(kept.due().await, [], "it generates");
    kept.end(&claim).await;
    assert_eq!(kept.due().await, [session]);
    let hour = Duration::from_secs(3600);
    let young = kept.store.db.due_for_archive(None, hour).await.unwrap();
    assert_eq!(young.due, [], "its last event is young");
    assert!(!kept.history.archive(session, hour).await.unwrap());

    kept.store.submit(kept.user, Some(session)).await;
    assert_eq!(kept.due().await, [], "a job waits");
    assert!(!kept.history.archive(session, AT_ONCE).await.unwrap());
    let claim = kept
        .store
        .db
        .claim(WorkerId::generate(), 1)
        .await
        .unwrap()
        .claims[0]
        .clone();
    kept.end(&claim).await;
    kept.archive(session).await;
    assert_eq!(kept.due().await, [], "nothing is left to archive");

    kept.store
        .db
        .rename_session(kept.user, session, "new")
        .await
        .unwrap();
    assert_eq!(kept.due().await, [session]);
    kept.store
        .db
        .delete_session(kept.user, session)
        .await
        .unwrap();
    assert_eq!(kept.due().await, [], "it is deleted");
}

#[tokio::test]
async fn a_long_session_is_moved_in_parts() {
    let kept = Kept::new().await;
    let (session, before) = kept.at_rest(1).await;
    let part = kept
        .store
        .db
        .begin_archive(session, AT_ONCE, 10_000)
        .await
        .unwrap()
        .unwrap();
    let mut size = 0;
    let longer = before.iter().find(|batch| {
        size += batch.body.len();
        size >= 10_000
    });
    assert_eq!(part.range(), (1, longer.unwrap().last));
}

#[tokio::test]
async fn every_session_is_looked_at() {
    const SESSIONS: usize = 1234;
    let kept = Kept::new().await;
    let sql = "with s as (insert into sessions (id, user_id)
                          select gen_random_uuid(), $1 from generate_series(1, $2) returning id),
                    h as (insert into session_heads (session_id, last_seq) select id, 2 from s returning session_id)
               insert into event_batches (session_id, last_seq, first_seq, source, body)
               select session_id, seq, seq, 0, '[{}]' from h, generate_series(1, 2) seq";
    let query = sqlx::query(sql)
        .bind(kept.user.uuid())
        .bind(i64::try_from(SESSIONS).unwrap());
    query.execute(&kept.store.db.pool).await.unwrap();
    let mut due = Vec::new();
    let mut after = None;
    loop {
        let scanned = kept.store.db.due_for_archive(after, AT_ONCE).await.unwrap();
        due.extend(scanned.due);
        after = scanned.next;
        if after.is_none() {
            break;
        }
    }
    due.dedup();
    assert_eq!(due.len(), SESSIONS);
}

#[tokio::test]
async fn a_deleted_session_goes_with_everything() {
    let kept = Kept::new().await;
    let (session, _) = kept.at_rest(1).await;
    let (other, stream) = kept.at_rest(2).await;
    kept.archive(session).await;
    kept.archive(other).await;
    kept.store
        .db
        .rename_session(kept.user, session, "new")
        .await
        .unwrap();
    kept.store
        .db
        .delete_session(kept.user, session)
        .await
        .unwrap();
    let hour = Duration::from_secs(3600);
    assert_eq!(kept.store.db.due_for_purge(None, hour).await.unwrap(), []);
    let sql = "update sessions set deleted_at = now() - interval '61 min' where id = $1";
    kept.execute(sql, session).await;
    assert_eq!(
        kept.store.db.due_for_purge(None, hour).await.unwrap(),
        [session]
    );
    assert_eq!(
        kept.store
            .db
            .due_for_purge(Some(session), hour)
            .await
            .unwrap(),
        []
    );

    let purging = kept.store.db.begin_purge(session).await.unwrap();
    let meanwhile = kept.store.db.begin_purge(session).await.unwrap();
    assert!(meanwhile.is_none(), "one at a time");
    let artifacts = artifacts(&kept.folder);
    artifacts
        .remove_below(&ArtifactStore::folder(session))
        .await
        .unwrap();
    drop(purging);
    assert_eq!(kept.objects(session), Vec::<std::path::PathBuf>::new());
    assert_eq!(
        kept.store.db.due_for_purge(None, hour).await.unwrap(),
        [session],
        "killed"
    );

    // The connection of the killed one gives the lock back in its own time.
    let purging = leo_tests::wait_for("lock", async || {
        kept.store.db.begin_purge(session).await.unwrap()
    })
    .await;
    assert_eq!(
        artifacts
            .remove_below(&ArtifactStore::folder(session))
            .await
            .unwrap(),
        0
    );
    purging.commit().await.unwrap();
    for table in [
        "select count(*) from sessions where id = $1",
        "select count(*) from session_heads where session_id = $1",
        "select count(*) from jobs where session_id = $1",
        "select count(*) from event_batches where session_id = $1",
        "select count(*) from event_archives where session_id = $1",
        "select count(*) from event_blocks where session_id = $1",
    ] {
        assert_eq!(kept.count(table, session).await, 0, "{table}");
    }
    kept.assert_reads(other, &stream).await;
}
