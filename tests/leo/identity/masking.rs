//! A key that a container tells, in whatever way, is not seen by anybody.

use leo_protocol::JobId;
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl};
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/settings/provider";
/// The user's; with characters that JSON may write in several ways.
const KEY: &str = "sk-users/own-key-0123456789abcdef";
/// Parts of it that would be a leak too.
const PARTS: [&str; 3] = ["sk-users", "own-key", "456789abcdef"];

/// All that is stored of the installation's streams, as text.
async fn stored(leo: &Leo) -> String {
    let mut database = leo.database().connection().await;
    let rows = sqlx::query_scalar::<_, Vec<u8>>("select body from event_batches");
    let rows = rows.fetch_all(&mut database).await.unwrap();
    let rows = rows.iter().map(|body| String::from_utf8_lossy(body));
    rows.collect()
}

/// Somebody with a provider of his own.
async fn anna(leo: &Leo) -> Client {
    let anna = leo.user("anna");
    let body = json!({"provider": "demo", "apiKey": KEY});
    let set = anna.request(Method::PUT, PATH).json(&body);
    assert_eq!(Answer::of(set).await.status, 200);
    anna
}

async fn assert_masked(leo: &Leo, client: &Client, job: JobId, times: usize) {
    let ended = client.ended(job).await;
    assert!(ended.error.is_none(), "{:?}", ended.error);
    let events = stored(leo).await;
    let log = client.get(&format!("/api/jobs/{job}/log")).await.text();
    for part in PARTS.into_iter().chain(["\\u0073\\u006b"]) {
        assert!(!events.contains(part), "{part} is stored");
        assert!(!log.contains(part), "{part} is in the log");
    }
    assert_eq!(events.matches("***").count(), times, "{events}");
}

#[tokio::test]
async fn over_stdout() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let anna = anna(&leo).await;
    let ways = [
        "plain", "error", "halves", "long", "event", "escaped", "unknown",
    ];
    let script = ways.map(|way| format!("reveal {way}")).join("; ");
    let job = anna.submit(&format!("write a.txt x; {script}")).await;
    assert_masked(&leo, &anna, job.id, 8).await;
}

#[tokio::test]
async fn over_a_socket() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let wishes = Leo::in_mode(Mode::Process)
        .set("GENERATOR_TRANSPORT", "websocket")
        .set("LEO_RUNNER_BIND", &address)
        .set("LEO_RUNNER_URL", &format!("ws://{address}"));
    let leo = wishes.start().await;
    let anna = anna(&leo).await;
    let job = anna.submit("write a.txt x; reveal frames").await;
    assert_masked(&leo, &anna, job.id, 4).await;
}

/// Its key is not his any more when another worker reads on, and is a key all the same.
#[tokio::test]
async fn by_whoever_adopts_the_container() {
    let mut leo = Leo::in_mode(Mode::Docker).start().await;
    let anna = anna(&leo).await;
    let script = "tick 60 100; reveal plain; reveal event; write a.txt x";
    let job = anna.submit(script).await;
    let mut viewer = Repl::viewing(&anna, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 5").await;
    assert!(leo.worker(0).terminate().await.success());
    let removed = Answer::of(anna.request(Method::DELETE, PATH)).await;
    assert_eq!(removed.status, 204);
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    assert_eq!(anna.job(job.id).await.attempt, 1);
    assert_masked(&leo, &anna, job.id, 3).await;
}
