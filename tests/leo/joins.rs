//! Joining sessions, and cursors that make no sense, at every door.

use leo_protocol::repl::{ClientMessage, ServerMessage};
use leo_protocol::{SessionId, repl};
use leo_tests::client::sse::Sse;
use leo_tests::transcript::is_terminal;
use leo_tests::{Client, Leo, Mode, Repl};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Sessions that a connection may follow at once.
const MAX_JOINED: usize = 16;

fn join(session_id: SessionId, after: u64) -> ClientMessage {
    ClientMessage::JoinSession {
        session_id,
        after: Some(after),
        batch: false,
    }
}

#[tokio::test]
async fn a_session_that_is_joined_again_begins_there_and_comes_once() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut repl = Repl::viewing(&client, session, 0).await;
    let first = client.submit_in(session, "lines 20; write a.txt x").await;
    repl.end(session, first.id).await;
    let all = repl.transcript(session).raw();
    repl.join(session, Some(5), true).await;
    repl.end(session, first.id).await;
    assert_eq!(repl.transcript(session).raw(), all[5..]);
    // A viewer that were still there would say everything twice.
    let second = client.submit_in(session, "lines 20; write a.txt x").await;
    repl.end(session, second.id).await;
    let stored = client.events(session, 1000).await;
    assert_eq!(repl.transcript(session).raw(), stored.raw()[5..]);
}

#[tokio::test]
async fn a_socket_follows_so_many_sessions_and_no_more() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let mut repl = Repl::connect(&client).await;
    let mut sessions = Vec::new();
    for _ in 0..MAX_JOINED {
        let session = client.new_session().await;
        repl.join(session, Some(0), false).await;
        sessions.push(session);
    }
    let one_more = client.new_session().await;
    repl.send(&join(one_more, 0)).await;
    assert_eq!(repl.error().await.0, "too_many_sessions");
    // One that is joined already takes no more room, and one that is left makes room.
    repl.join(sessions[0], Some(0), false).await;
    let session_id = sessions[1];
    repl.send(&ClientMessage::LeaveSession { session_id }).await;
    repl.join(one_more, Some(0), false).await;
    sessions[1] = one_more;
    for session in sessions {
        let job = client.submit_in(session, "lines 1").await;
        client.cancel(job.id).await;
        repl.end(session, job.id).await;
    }
}

#[tokio::test]
async fn a_deleted_session_is_not_joined_any_more() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let job = client.submit("lines 1").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let path = format!("/api/sessions/{session}");
    let deleted = client.request(Method::DELETE, &path).send().await;
    assert_eq!(deleted.unwrap().status(), 204);
    viewer.end(session, job.id).await;
    let mut repl = Repl::connect(&client).await;
    repl.send(&join(session, 0)).await;
    assert_eq!(repl.error().await.0, "not_found");
    assert_eq!(repl.closed().await, Some(repl::CLOSE_NOT_FOUND));
    for accept in ["application/json", "text/event-stream"] {
        let answer = ask(&client, &format!("{path}/events"), accept, None).await;
        assert_eq!(answer.status(), 404, "{accept}");
    }
}

/// A cursor beyond the stream, up to the largest number there is.
#[tokio::test]
async fn a_cursor_beyond_the_stream_begins_again() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let session = client.submit("lines 1").await.session_id;
    let all = client.events(session, 1000).await;
    let head = all.last_seq();
    let mut repl = Repl::viewing(&client, session, 0).await;
    for beyond in [head + 1, 1 << 40, i64::MAX as u64 + 1, u64::MAX] {
        repl.send(&join(session, beyond)).await;
        let reset = |message: &ServerMessage| matches!(message, ServerMessage::Reset { .. });
        let expected = ServerMessage::Reset {
            session_id: session,
            last_seq: head,
        };
        assert_eq!(repl.message("reset", reset).await, expected, "{beyond}");

        let path = format!("/api/sessions/{session}/events");
        let page = client.get(&format!("{path}?after={beyond}")).await;
        let page: Value = page.expect(200);
        assert_eq!(page, json!({"events": [], "lastSeq": head}), "{beyond}");

        // The place that a browser comes back with wins, and is forgotten.
        let place = Some(beyond.to_string());
        let told = told(&client, &format!("{path}?after=1"), place, head).await;
        let reset = json!({"type": "reset", "sessionId": session, "lastSeq": head});
        assert_eq!(told[0], (Some("0".to_owned()), reset), "{beyond}");
        let events: Vec<_> = told[1..].iter().map(|(_, event)| event.clone()).collect();
        assert_eq!(events, all.raw(), "{beyond}");
    }
    // What was reset is joined no more, and begins again when it is.
    repl.join(session, Some(0), false).await;
}

#[tokio::test]
async fn a_place_that_is_no_number_is_no_place() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let session = client.submit("lines 1").await.session_id;
    client.submit_in(session, "lines 2").await;
    let head = client.events(session, 1000).await.last_seq();
    let path = format!("/api/sessions/{session}/events?after=1");
    for place in ["", "x", "-1", "1.5", "18446744073709551616"] {
        let told = told(&client, &path, Some(place.to_owned()), head).await;
        assert_eq!(told[0].0.as_deref(), Some("2"), "{place}");
    }
    // `0` is one: everything.
    let told = told(&client, &path, Some("0".to_owned()), head).await;
    assert_eq!(told[0].0.as_deref(), Some("1"));

    let mut repl = Repl::connect(&client).await;
    for after in ["\"1\"", "1.5", "-1", "18446744073709551616", "{}"] {
        let text = format!(r#"{{"type":"join_session","sessionId":"{session}","after":{after}}}"#);
        repl.send_frame(Message::text(text)).await;
        assert_eq!(repl.error().await.0, "bad_message", "{after}");
    }
    let null = format!(r#"{{"type":"join_session","sessionId":"{session}","after":null}}"#);
    repl.send_frame(Message::text(null)).await;
    let joined = |message: &ServerMessage| matches!(message, ServerMessage::SessionJoined { .. });
    repl.message("session_joined", joined).await;
}

#[tokio::test]
async fn an_event_stream_ends_with_its_server_and_goes_on_at_another() {
    let mut leo = Leo::in_mode(Mode::Process).apis(2).start().await;
    let there = leo.client_of(1);
    let job = there.submit("tick 40 100; write a.txt x").await;
    let session = job.session_id;
    let path = format!("/api/sessions/{session}/events");
    let mut stream = ask(&leo.client(), &path, "text/event-stream", None).await;
    let mut text = String::new();
    while !text.contains("tick 5\"") {
        text.push_str(&chunk(&mut stream).await.expect("the stream goes on"));
    }
    let reading = async {
        while let Some(more) = chunk(&mut stream).await {
            text.push_str(&more);
        }
    };
    let ((), status) = tokio::join!(reading, leo.api(0).terminate());
    assert!(status.success(), "{status}");
    let before = messages(&text);
    let place = before.last().and_then(|(id, _)| id.clone()).unwrap();
    let place = place.parse().unwrap();
    let mut rest = Sse::open(&there, session, 0, Some(place)).await;
    rest.until("end of the job", is_terminal).await;
    let before: Vec<_> = before.into_iter().map(|(_, event)| event).collect();
    let both = [before, rest.transcript().raw()].concat();
    assert_eq!(both, there.events(session, 1000).await.raw());
}

async fn ask(
    client: &Client,
    path: &str,
    accept: &str,
    place: Option<String>,
) -> reqwest::Response {
    let mut request = client.request(Method::GET, path).header("accept", accept);
    if let Some(place) = place {
        request = request.header("last-event-id", place);
    }
    request.send().await.unwrap()
}

async fn chunk(stream: &mut reqwest::Response) -> Option<String> {
    let chunk = timeout(leo_tests::DEADLINE, stream.chunk()).await;
    let chunk = chunk.expect("something of the stream").expect("no error");
    chunk.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

/// What an event stream says first, up to the event `last`: each message with its `id`.
async fn told(
    client: &Client,
    path: &str,
    place: Option<String>,
    last: u64,
) -> Vec<(Option<String>, Value)> {
    let mut stream = ask(client, path, "text/event-stream", place).await;
    let mut text = String::new();
    while !text.contains(&format!("id: {last}\n")) || !text.ends_with("\n\n") {
        text.push_str(&chunk(&mut stream).await.expect("the stream goes on"));
    }
    assert!(text.starts_with("retry: "), "{text}");
    messages(&text)
}

fn messages(text: &str) -> Vec<(Option<String>, Value)> {
    let messages = text.split_terminator("\n\n").filter_map(|message| {
        let field = |name| message.lines().find_map(|line| line.strip_prefix(name));
        let data = serde_json::from_str(field("data: ")?).unwrap();
        Some((field("id: ").map(str::to_owned), data))
    });
    messages.collect()
}
