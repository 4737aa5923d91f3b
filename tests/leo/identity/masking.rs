//! A key that a container tells, in whatever way, is not seen by anybody.

use leo_tests::client::Answer;
use leo_tests::{Leo, Mode};
use reqwest::Method;
use serde_json::json;

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

async fn assert_masked(leo: &Leo, script: &str, times: usize) {
    let anna = leo.user("anna");
    let body = json!({"provider": "demo", "apiKey": KEY});
    let set = anna
        .request(Method::PUT, "/api/settings/provider")
        .json(&body);
    assert_eq!(Answer::of(set).await.status, 200);
    let job = anna.submit(script).await;
    let ended = anna.ended(job.id).await;
    assert!(ended.error.is_none(), "{:?}", ended.error);
    let events = stored(leo).await;
    let log = anna.get(&format!("/api/jobs/{}/log", job.id)).await.text();
    for part in PARTS.into_iter().chain(["\\u0073\\u006b"]) {
        assert!(!events.contains(part), "{part} is stored");
        assert!(!log.contains(part), "{part} is in the log");
    }
    assert_eq!(events.matches("***").count(), times, "{events}");
}

#[tokio::test]
async fn over_stdout() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let ways = [
        "plain", "error", "halves", "long", "event", "escaped", "unknown",
    ];
    let script = ways.map(|way| format!("reveal {way}")).join("; ");
    assert_masked(&leo, &format!("write a.txt x; {script}"), 8).await;
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
    assert_masked(&leo, "write a.txt x; reveal frames", 4).await;
}
