//! The ways to read a stream: pages, server-sent events, the log.

use leo_protocol::LogStream;
use leo_tests::client::sse::Sse;
use leo_tests::transcript::{is_terminal, line_of};
use leo_tests::{Leo, Mode, Repl};
use serde_json::Value;

#[tokio::test]
async fn every_way_tells_the_same() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut sse = Sse::open(&client, session, 0, None).await;
    let mut repl = Repl::viewing(&client, session, 0).await;
    let job = client
        .submit_in(session, "tick 20 30; err 3; write a.txt x")
        .await;
    sse.until("end of the job", is_terminal).await;
    repl.end(session, job.id).await;
    let stored = client.events(session, 1000).await;
    assert_eq!(client.events(session, 1).await.raw(), stored.raw());
    assert_eq!(client.events(session, 7).await.raw(), stored.raw());
    assert_eq!(sse.transcript().raw(), stored.raw());
    assert_eq!(repl.transcript(session).raw(), stored.raw());

    let log = format!("/api/jobs/{}/log", job.id);
    let text = client.get(&log).await;
    assert!(
        text.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    let lines: Vec<_> = stored.log(job.id).map(|log| log.line.as_str()).collect();
    assert_eq!(text.text().lines().collect::<Vec<_>>(), lines);
    let events = client.get(&format!("{log}?format=ndjson")).await.text();
    let events: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events, stored.raw());
}

#[tokio::test]
async fn a_reader_that_comes_back_goes_on_where_it_was() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("tick 30 50; write a.txt x").await;
    let session = job.session_id;
    let mut first = Sse::open(&client, session, 0, None).await;
    let tick = first
        .until("tick 5", |event| line_of(event) == Some("tick 5"))
        .await;
    drop(first);
    // What a browser sends when it comes back wins over what the page once asked for.
    let mut second = Sse::open(&client, session, 0, Some(tick.seq)).await;
    second.until("end of the job", is_terminal).await;
    let ticks: Vec<_> = (6..=30).map(|n| format!("tick {n}")).collect();
    assert_eq!(second.transcript().lines(job.id, LogStream::Stdout), ticks);
    let mut third = Sse::open(&client, session, tick.seq, None).await;
    third.until("end of the job", is_terminal).await;
    assert_eq!(third.transcript().raw(), second.transcript().raw());
}
