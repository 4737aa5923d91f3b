//! A whole installation whose results and older events lie in a bucket.

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
