//! The ways to read a stream: pages, server-sent events, the log.

use futures_util::future::join_all;
use leo_protocol::LogStream;
use leo_tests::client::metrics::value;
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

/// Viewers who come at once, as after the end of another server.
#[tokio::test]
async fn a_storm_of_viewers_reads_a_stream_about_once() {
    const VIEWERS: usize = 40;
    let leo = Leo::in_mode(Mode::Process).apis(3).start().await;
    let job = leo.client().submit("wide 20000 100; write a.txt x").await;
    leo.client().ended(job.id).await;
    let pages = async |api| {
        let text = leo.client_of(api).metrics().await;
        value(&text, "leo_stream_pages_total").unwrap_or(0.0)
    };
    let view = async |api| {
        let mut viewer = Repl::viewing(&leo.client_of(api), job.session_id, 0).await;
        viewer.end(job.session_id, job.id).await;
        viewer.transcript(job.session_id).assert_whole(job.id);
    };
    view(1).await;
    join_all((0..VIEWERS).map(|_| view(2))).await;
    let (one, storm) = (pages(1).await, pages(2).await);
    assert!(one >= 4.0, "{one} pages are no stream");
    assert!(storm <= 4.0 * one, "{storm} pages for all, {one} for one");
}
