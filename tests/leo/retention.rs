//! Retention: what has left the database is shown as before, by every door.

use leo_protocol::{JobId, SessionId};
use leo_tests::client::sse::Sse;
use leo_tests::{Client, Leo, Mode, Repl, wait_for};
use serde_json::Value;

/// What a client sees of a session and of its first job.
#[derive(Debug, PartialEq)]
struct Seen {
    singles: Vec<Value>,
    batches: Vec<Value>,
    sse: Vec<Value>,
    pages: Vec<Value>,
    text: Vec<u8>,
    ndjson: Vec<u8>,
}

async fn look(client: &Client, session: SessionId, job: JobId, last: JobId) -> Seen {
    let mut single = Repl::viewing(client, session, 0).await;
    single.end(session, last).await;
    let mut batch = Repl::connect(client).await;
    batch.join(session, Some(0), true).await;
    batch.end(session, last).await;
    let head = single.transcript(session).last_seq();
    let mut sse = Sse::open(client, session, 0, None).await;
    sse.until("last event", |event| event.seq == head).await;
    let log = async |format| {
        let path = format!("/api/jobs/{job}/log?format={format}");
        client.get(&path).await.bytes(200)
    };
    Seen {
        singles: single.transcript(session).raw(),
        batches: batch.transcript(session).raw(),
        sse: sse.transcript().raw(),
        pages: client.events(session, 100).await.raw(),
        text: log("text").await,
        ndjson: log("ndjson").await,
    }
}

/// Waits until the database holds no event of the session.
async fn archived(leo: &Leo, session: SessionId) {
    let mut database = leo.database().connection().await;
    wait_for("archive of the session", async || {
        let sql = "select count(*) from event_batches where session_id = $1";
        let count = sqlx::query_scalar(sql).bind(session.uuid());
        let left: i64 = count.fetch_one(&mut database).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_archived_session_is_shown_as_before_and_goes_on() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(2)
        .apis(2)
        .set("EVENT_RETENTION", "1s");
    let leo = leo.start().await;
    let client = leo.client();
    let prompt = r#"event {"type":"checkpoint","phase":1,"state":{"mark":4711}}
        lines 20000; err 20; long 300000; write a.txt b; read ../.leo/job.json"#;
    let mut live = Repl::connect(&client).await;
    let job = client.submit(prompt).await;
    let session = job.session_id;
    live.join(session, Some(0), false).await;
    live.end(session, job.id).await;
    let before = live.transcript(session).raw();
    archived(&leo, session).await;

    // An API that has nothing in memory, and one that has.
    for api in [1, 0] {
        let seen = Box::pin(look(&leo.client_of(api), session, job.id, job.id)).await;
        for other in [&seen.singles, &seen.batches, &seen.sse, &seen.pages] {
            assert!(*other == before, "api {api}");
        }
        assert!(seen.text.ends_with(b"\n") && seen.text.len() > 400_000);
    }
    let page: Value = client
        .get(&format!("/api/sessions/{session}/events?after=19000"))
        .await
        .expect(200);
    assert_eq!(page["events"][0]["seq"], 19001);

    // A viewer who waits at the end is told of what comes, and newcomers get both.
    let mut live = Repl::viewing(&client, session, before.len() as u64).await;
    let next = client.submit_in(session, "lines 10").await;
    live.end(session, next.id).await;
    let seen = Box::pin(look(&leo.client_of(1), session, job.id, next.id)).await;
    assert!(seen.singles[..before.len()] == before);
    assert!(seen.singles[before.len()..] == live.transcript(session).raw());
    assert!(seen.pages == seen.singles && seen.sse == seen.singles && seen.batches == seen.singles);
    archived(&leo, session).await;
    let again = Box::pin(look(&leo.client_of(0), session, job.id, next.id)).await;
    assert!(again == seen);
    // A retry goes on from the checkpoint, which is archived.
    let again = client.retry(job.id).await;
    client.ended(again.id).await;
    let log = client.get(&format!("/api/jobs/{}/log", again.id)).await;
    assert!(log.text().contains("\"mark\": 4711"), "its job.json");
}

#[tokio::test]
async fn a_damaged_archive_is_told_of_and_the_rest_is_shown() {
    let leo = Leo::in_mode(Mode::Process)
        .apis(2)
        .complains()
        .set("EVENT_RETENTION", "1s")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("lines 20000").await;
    let session = job.session_id;
    client.ended(job.id).await;
    archived(&leo, session).await;
    let mut database = leo.database().connection().await;
    let sql = "select location, bytes from event_archives where session_id = $1";
    let found = sqlx::query_as(sql).bind(session.uuid());
    let (location, bytes): (String, i64) = found.fetch_one(&mut database).await.unwrap();
    let object = leo.artifacts().join(location);
    let mut damaged = std::fs::read(&object).unwrap();
    assert_eq!(damaged.len() as i64, bytes);
    *damaged.last_mut().unwrap() = b'x';
    std::fs::write(&object, damaged).unwrap();

    let client = leo.client_of(1);
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let (code, text) = viewer.error().await;
    assert_eq!(code, "events_unreadable", "{text}");
    let shown = viewer.transcript(session).last_seq();
    assert!(shown > 1000, "{shown}");
    let answer = client
        .get(&format!("/api/sessions/{session}/events?after={shown}"))
        .await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.expect::<Value>(500)["code"], "events_unreadable");
    // What comes then is shown.
    let found: Value = client
        .get(&format!("/api/sessions/{session}"))
        .await
        .expect(200);
    let next = client.submit_in(session, "lines 3").await;
    let mut viewer = Repl::viewing(&client, session, found["lastSeq"].as_u64().unwrap()).await;
    viewer.end(session, next.id).await;
}

#[tokio::test]
async fn a_deleted_session_is_purged() {
    let mut leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("lines 3; write a.txt b").await;
    let session = job.session_id;
    client.ended(job.id).await;
    let folder = leo.artifacts().join(format!("sessions/{session}"));
    assert!(folder.is_dir(), "there is a pack");
    let path = format!("/api/sessions/{session}");
    let deleted = client
        .request(reqwest::Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert!(deleted.status().is_success());
    let mut database = leo.database().connection().await;
    let sql = "update sessions set deleted_at = now() - interval '2 hours' where id = $1";
    sqlx::query(sql)
        .bind(session.uuid())
        .execute(&mut database)
        .await
        .unwrap();
    // A worker looks when it starts.
    leo.start_worker().await;
    wait_for("end of the session", async || {
        let sql = "select count(*) from sessions where id = $1";
        let count = sqlx::query_scalar(sql).bind(session.uuid());
        let left: i64 = count.fetch_one(&mut database).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert!(!folder.exists());
}
