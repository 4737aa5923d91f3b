//! Readers who vanish without a word, beside readers who are only slow.
//!
//! Somebody vanishes here in that his kernel drops all that comes for his connection: nothing is
//! acknowledged any more, and nothing says that it ended.

use std::time::Duration;

use leo_protocol::SessionId;
use leo_protocol::repl::ClientMessage;
use leo_tests::client::metrics::value;
use leo_tests::client::raw::RawSse;
use leo_tests::wait::wait_within;
use leo_tests::{Client, DEADLINE, Leo, Mode, Repl, wait_for};
use tokio::time::{interval, timeout};

/// What is promised.
const FOUND_WITHIN: Duration = Duration::from_secs(30);
/// How slowly somebody reads who reads.
const SLOWLY: Duration = Duration::from_secs(1);
/// How many lines he reads so; longer than it takes to find out who is gone.
const SLOW_LINES: usize = 40;
/// A stream that fits into no buffer: lines of 100 bytes.
const FLOOD: &str = "wide 30000 100; write a.txt x";
/// For so many looks in a row nothing may move before all streams are taken for blocked.
const STILL: usize = 20;
/// A prompt that makes `session_joined` long, in bytes.
const PROMPT: usize = 60 << 10;
/// So many of them are asked for and fit into no buffer; no more than may be asked for at once.
const JOINS: usize = 150;

async fn viewers(client: &Client) -> Option<f64> {
    value(&client.metrics().await, "leo_viewers")
}

/// Waits until nobody is sent anything any more, because nobody takes it.
async fn blocked(client: &Client) {
    let mut looks = Vec::new();
    wait_for("blocked stream", async || {
        looks.push(value(&client.metrics().await, "leo_stream_frames_total")?);
        let latest = looks.last_chunk::<STILL>()?;
        (latest[0] > 0.0 && latest.iter().all(|look| *look == latest[0])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whoever_vanishes_is_found_in_time_and_whoever_is_slow_is_left_alone() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let quiet = client.new_session().await;
    let job = client.submit(FLOOD).await;
    client.ended(job.id).await;

    let idle = RawSse::open(&client, quiet, 0).await;
    let stuffed = RawSse::open(&client, job.session_id, 0).await;
    let mut asleep = RawSse::open(&client, job.session_id, 0).await;
    let mut slow = RawSse::open(&client, job.session_id, 0).await;
    wait_for("viewers", async || {
        (viewers(&client).await? == 4.0).then_some(())
    })
    .await;
    blocked(&client).await;

    idle.vanish();
    stuffed.vanish();
    let gone = wait_within(FOUND_WITHIN, "end of who is gone", async || {
        (viewers(&client).await? <= 2.0).then_some(())
    });
    let reading = async {
        let mut pace = interval(SLOWLY);
        for _ in 0..SLOW_LINES {
            pace.tick().await;
            slow.line().await.expect("a slow reader is not cut off");
        }
    };
    tokio::join!(gone, reading);
    assert_eq!(viewers(&client).await, Some(2.0), "of who is left");
    for reader in [&mut asleep, &mut slow] {
        let end = reader.until("\"type\":\"completed\"");
        timeout(DEADLINE, end).await.expect("the whole stream");
    }
}

/// Asks for more than the kernels hold, and reads nothing of it.
async fn stuff(repl: &mut Repl, session_id: SessionId) {
    for _ in 0..JOINS {
        let join = ClientMessage::JoinSession {
            session_id,
            after: None,
            batch: false,
        };
        repl.send(&join).await;
    }
}

#[tokio::test]
async fn sockets_are_found_and_left_alone_alike() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let quiet = client.new_session().await;
    let job = client.submit(FLOOD).await;
    let session = job.session_id;
    client.ended(job.id).await;
    let long = client
        .submit(&format!("lines 1; # {}", "x".repeat(PROMPT)))
        .await;

    let idle = Repl::viewing(&client, quiet, 0).await;
    let mut stuffed = Repl::connect(&client).await;
    stuff(&mut stuffed, long.session_id).await;
    let mut slow = Repl::viewing(&client, session, 0).await;
    let sockets = async || value(&client.metrics().await, "leo_sockets");
    assert_eq!(sockets().await, Some(3.0));
    idle.vanish();
    stuffed.vanish();
    let gone = wait_within(FOUND_WITHIN, "end of who is gone", async || {
        (sockets().await? <= 1.0).then_some(())
    });
    let reading = async {
        let mut pace = interval(SLOWLY);
        for _ in 0..SLOW_LINES {
            pace.tick().await;
            let seen = slow.transcript(session).last_seq();
            slow.event(session, "next line", |event| event.seq > seen)
                .await;
        }
    };
    tokio::join!(gone, reading);
    assert_eq!(sockets().await, Some(1.0), "of who is left");
    slow.end(session, job.id).await;
    slow.transcript(session).assert_whole(job.id);
}

/// What a browser and what is between it and the server rely on.
#[tokio::test]
async fn a_quiet_event_stream_says_how_to_come_back_and_that_it_lives() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut quiet = RawSse::open(&client, session, 0).await;
    let telling = async {
        quiet.until("retry: 1000").await;
        for _ in 0..2 {
            quiet.until(": keep-alive").await;
        }
    };
    // Two comments, 15 s apart.
    let telling = timeout(2 * FOUND_WITHIN, telling);
    telling.await.expect("a sign of life");
}
