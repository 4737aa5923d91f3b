//! A whole installation whose results and older events lie in a bucket.

use std::time::Duration;

use futures_util::StreamExt as _;
use leo_common::artifacts::ArtifactStore;
use leo_protocol::JobStatus;
use leo_tests::{Leo, Mode, Moto, wait_for};

#[tokio::test]
async fn apps_and_older_events_are_kept_in_a_bucket() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let store = format!("s3://{}/leo", moto.bucket().await);
    let wishes = Leo::in_mode(Mode::Process).demo();
    let wishes = wishes.set("EVENT_RETENTION", "1s");
    let leo = moto.keeping(wishes, &store).start().await;
    let client = leo.client();
    let first = client.submit("A pond diary for frogs").await;
    let ended = client.ended(first.id).await;
    assert_eq!(ended.status, JobStatus::Completed, "{ended:?}");
    assert!(!leo.artifacts().exists(), "nothing lies on this machine");

    let files = client.files(first.id).await;
    let zip = client.zip(first.id).await;
    assert!(files.files.len() > 3 && files.files.len() == zip.len());
    for file in &files.files {
        assert_eq!(client.file(first.id, &file.path).await, zip[&file.path]);
    }
    let path = format!("/api/jobs/{}/log?format=ndjson", first.id);
    let log = client.get(&path).await.bytes(200);
    let mut database = leo.database().connection().await;
    wait_for("archive of the session", async || {
        let sql = "select count(*) from event_batches where session_id = $1";
        let count = sqlx::query_scalar(sql).bind(first.session_id.uuid());
        let left: i64 = count.fetch_one(&mut database).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(client.get(&path).await.bytes(200), log);

    // The next job of the session begins with what lies there.
    let next = client
        .submit_in(first.session_id, "Add a second pond")
        .await;
    assert_eq!(client.ended(next.id).await.status, JobStatus::Completed);
    assert!(client.zip(next.id).await.len() >= zip.len());
}

#[tokio::test]
async fn a_bucket_that_is_not_there_ends_the_start_with_one_line() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let leo = Leo::in_mode(Mode::Process).start().await;
    for program in ["leo-api", "leo-worker"] {
        let store = "s3://nobody-has-made-it/x";
        let ended = leo
            .fails_to_start(program, &moto.store_settings(store))
            .await;
        let lines: Vec<_> = ended
            .lines()
            .filter(|line| !line.starts_with('{'))
            .collect();
        assert_eq!(lines.len(), 1, "{ended}");
        for word in ["ARTIFACT_STORE", "nobody-has-made-it", "no such bucket"] {
            assert!(lines[0].contains(word), "{program}: {}", lines[0]);
        }
    }
}

#[tokio::test]
async fn a_session_lives_and_ends_in_a_bucket() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let url = format!("s3://{}/leo", moto.bucket().await);
    let wishes = moto.keeping(Leo::in_mode(Mode::Process), &url);
    let mut leo = wishes.start().await;
    let client = leo.client();
    let script =
        "read a.txt; write a.txt one; write deep/er/b.bin two; write none; once mark 3; read mark";
    let failed = client.submit(&format!("write a.txt none; {script}")).await;
    let session = failed.session_id;
    let ended = client.ended(failed.id).await;
    assert_eq!(ended.status, JobStatus::Failed, "{ended:?}");
    assert!(client.files(failed.id).await.partial);
    assert_eq!(client.file(failed.id, "a.txt").await, b"one");

    // A retry goes on from what is kept.
    let again = client.retry(failed.id).await;
    let ended = client.ended(again.id).await;
    assert_eq!(ended.status, JobStatus::Completed, "{ended:?}");
    let files = client.files(again.id).await;
    let names: Vec<_> = files.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["a.txt", "deep/er/b.bin", "mark", "none"]);
    let zip = client.zip(again.id).await;
    for file in &files.files {
        assert_eq!(client.file(again.id, &file.path).await, zip[&file.path]);
    }
    let path = format!("/api/jobs/{}/files/deep/er/b.bin", again.id);
    let part = client
        .request(reqwest::Method::GET, &path)
        .header("range", "bytes=1-");
    let part = leo_tests::client::Answer::of(part).await;
    assert!(
        (part.status, &part.body[..]) == (206, b"wo") || part.status == 200,
        "{part:?}"
    );

    // Nothing of a deleted session stays.
    let store = ArtifactStore::open(&url, &moto.aws()).unwrap();
    let count = async || store.older_than(Duration::ZERO).count().await;
    assert!(count().await >= 2);
    let deleted = client.request(reqwest::Method::DELETE, &format!("/api/sessions/{session}"));
    assert!(deleted.send().await.unwrap().status().is_success());
    let sql = "update sessions set deleted_at = now() - interval '2 hours' where id = $1";
    let backdated = sqlx::query(sql).bind(session.uuid());
    backdated
        .execute(&mut leo.database().connection().await)
        .await
        .unwrap();
    // A worker looks when it starts.
    leo.start_worker().await;
    wait_for("an empty bucket", async || {
        (count().await == 0).then_some(())
    })
    .await;
}
