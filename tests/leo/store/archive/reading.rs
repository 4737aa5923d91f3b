//! What is archived reads as before, and what is damaged is named.

use leo_common::history::HistoryError;
use leo_common::store::events::Batch;
use leo_protocol::SessionId;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{ALL, ALL_BYTES, AT_ONCE, Kept};

#[tokio::test]
async fn an_archived_stream_reads_as_before_from_everywhere() {
    let kept = Kept::new().await;
    for seed in 0..3 {
        let (session, before) = kept.at_rest(seed).await;
        kept.assert_reads(session, &before).await;
        kept.archive(session).await;
        kept.assert_reads(session, &before).await;
    }
}

#[tokio::test]
async fn killed_before_the_transaction_it_is_as_if_nothing_had_been() {
    let kept = Kept::new().await;
    let (session, before) = kept.at_rest(1).await;
    for _ in 0..2 {
        let prepared = kept
            .history
            .prepare_archive(session, AT_ONCE)
            .await
            .unwrap();
        assert_eq!(kept.objects(session).len(), 1);
        drop(prepared.unwrap());
        assert_eq!(kept.store.stream(session).await, before);
        kept.assert_reads(session, &before).await;
    }
    kept.archive(session).await;
    kept.assert_reads(session, &before).await;
    assert_eq!(
        kept.objects(session).len(),
        1,
        "the same object, and no other"
    );
}

#[tokio::test]
async fn an_archived_session_goes_on_and_is_archived_again() {
    let kept = Kept::new().await;
    let (session, first) = kept.at_rest(1).await;
    kept.archive(session).await;
    kept.job(Some(session), &mut StdRng::seed_from_u64(9)).await;
    let head = first.last().unwrap().last;
    let new = kept
        .store
        .db
        .read(session, head, ALL, ALL_BYTES)
        .await
        .unwrap();
    let all: Vec<_> = first.into_iter().chain(new).collect();
    kept.assert_reads(session, &all).await;
    kept.archive(session).await;
    assert_eq!(kept.objects(session).len(), 2);
    kept.assert_reads(session, &all).await;
}

#[tokio::test]
async fn many_at_once_archive_once_and_readers_do_not_notice() {
    let kept = Kept::new().await;
    let (session, before) = kept.at_rest(1).await;
    let archiving = async {
        let tasks = (0..8).map(|_| kept.history.archive(session, AT_ONCE));
        let moved = futures_util::future::join_all(tasks).await;
        let moved = moved.into_iter().filter(|moved| *moved.as_ref().unwrap());
        assert_eq!(moved.count(), 1);
    };
    let reading = async {
        while kept.in_database(session).await > 0 {
            kept.assert_reads(session, &before).await;
        }
    };
    tokio::join!(archiving, reading, reading_slowly(&kept, session, &before));
    kept.assert_reads(session, &before).await;
    let archives = "select count(*) from event_archives where session_id = $1";
    assert_eq!(kept.count(archives, session).await, 1);
    assert_eq!(kept.objects(session).len(), 1);
}

/// Reads batch by batch, so that the move falls between two pages.
async fn reading_slowly(kept: &Kept, session: SessionId, stream: &[Batch]) {
    let mut cursor = 0;
    for batch in stream {
        let page = kept.history.read(session, cursor, 1, 1).await.unwrap();
        assert_eq!(page, std::slice::from_ref(batch));
        cursor = batch.last;
    }
}

#[tokio::test]
async fn what_has_moved_meanwhile_stays_in_the_database() {
    let kept = Kept::new().await;
    let (session, _) = kept.at_rest(1).await;
    let prepared = kept
        .history
        .prepare_archive(session, AT_ONCE)
        .await
        .unwrap();
    kept.store
        .db
        .rename_session(kept.user, session, "new")
        .await
        .unwrap();
    let now = kept.store.stream(session).await;
    assert!(!prepared.unwrap().commit().await.unwrap());
    assert_eq!(kept.store.stream(session).await, now);
    kept.archive(session).await;
    kept.assert_reads(session, &now).await;
}

#[tokio::test]
async fn damage_is_named_and_what_is_whole_is_read() {
    let kept = Kept::new().await;
    let (session, before) = kept.at_rest(1).await;
    kept.archive(session).await;
    let object = kept.objects(session).pop().unwrap();
    let bytes = std::fs::read(&object).unwrap();
    let head = before.last().unwrap().last;

    let mut flipped = bytes.clone();
    let (last, length) = (head - 1, bytes.len());
    flipped[length - 3] ^= 1;
    for damaged in [
        Some(flipped),
        Some(bytes[..length - 1].to_vec()),
        Some(Vec::new()),
        None,
    ] {
        match &damaged {
            Some(damaged) => std::fs::write(&object, damaged).unwrap(),
            None => std::fs::remove_file(&object).unwrap(),
        }
        let error = kept
            .history
            .read(session, last, ALL, ALL_BYTES)
            .await
            .unwrap_err();
        assert!(error.is_lasting());
        assert!(
            matches!(error, HistoryError::Damaged { last, .. } if last == head),
            "{error}"
        );
    }
    std::fs::write(&object, &bytes[..length - 1]).unwrap();
    let page = kept.history.read(session, 0, 1, 1).await.unwrap();
    assert_eq!(page, before[..1]);
    std::fs::write(&object, &bytes).unwrap();
    kept.assert_reads(session, &before).await;
}

#[tokio::test]
async fn what_is_nowhere_is_missing_and_not_skipped() {
    let kept = Kept::new().await;
    let (session, before) = kept.at_rest(1).await;
    let lost = &before[3];
    let sql = "delete from event_batches where session_id = $1 and last_seq = $2";
    let query = sqlx::query(sql)
        .bind(session.uuid())
        .bind(i64::try_from(lost.last).unwrap());
    query.execute(&kept.store.db.pool).await.unwrap();
    let cursor = lost.place.first - 1;
    let error = kept
        .history
        .read(session, cursor, ALL, ALL_BYTES)
        .await
        .unwrap_err();
    assert!(
        matches!(error, HistoryError::Missing(seq) if seq == lost.place.first),
        "{error}"
    );
}
